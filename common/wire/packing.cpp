#include "common/wire/packing.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

#include "common/base/check.h"
#include "common/wire/limits.h"

namespace rollcall::wire {

namespace {

// Frozen: agents in the field use it. A better one would stand beside it, told apart by its checksum in the
// stream's header. What is commonest stands last, where a reference to it is shortest.
constexpr std::string_view kDictionary =
    R"("n":"smartctl","e":"timed out","o":"started","o":"resumed","o":"power_changed","o":"going_to_sleep",)"
    R"("o":"shutting_down","o":"battery_critical","s":"failed","s":"absent"},)"
    R"("id":{"sn":"","ss":"product","ss":"chassis","ss":"board","sp":true,"mf":"Dell Inc.","mf":"HP","mf":"Acer",)"
    R"("mf":"ASUSTeK COMPUTER INC.","mf":"LENOVO","md":"Chromebook","md":"Latitude ","md":"ThinkPad ","bv":"",)"
    R"("uu":"4c4c4544-00","mi":"","os":"Ubuntu","os":"Debian GNU/Linux","ov":"12","kr":"6.1.0-amd64","av":"0.1.0",)"
    R"("hc":true,"hk":true,"hp":true,"ht":false},"bat":{"p":[{"n":"BAT1","s":"not_charging","s":"full","pc":100,)"
    R"("mf":"SANYO","mf":"LGC","mf":"SMP","md":"","sn":"","te":"Li-poly"},{"n":"BAT0","s":"charging",)"
    R"("s":"discharging","pc":,"en":,"ef":,"ed":,"cy":,"mv":,"mw":,"mf":"","md":"","sn":"","te":"Li-ion"}],)"
    R"("ac":false},"ac":true},"net":{"if":[{"n":"enp0s31f6","k":"ethernet"},{"n":"eth0","k":"ethernet","up":true,)"
    R"("v4":true,"v6":true,"dr":true},{"n":"wlan0","k":"wifi"},{"n":"wlp0s20f3","k":"wifi","up":true,"v4":true,)"
    R"("v6":true,"dr":true}],"wf":{"db":-5,"db":-6,"mb":866.7,"id":"","ap":":"},"sc":true,"dn":1,"cn":2,"tl":1,)"
    R"("po":"portal","po":"clear","ti":true,"ti":false,"px":""},"hea":{"vo":[{"m":"/","sz":,"fr":},{"m":"/home",)"
    R"("sz":,"fr":},{"m":"/boot","sz":,"fr":},{"m":"/boot/efi","sz":,"fr":}],"di":[{"n":"sda","k":"sata","md":"},)"
    R"({"n":"mmcblk0","k":"emmc","md":"},{"n":"nvme0n1","k":"nvme","md":"SAMSUNG ","ok":true,"wr":,"ph":,"er":0}],)"
    R"("mt":,"ma":,"tc":,"up":,"bc":,"us":,"pa":,"en":false,"en":true,"ur":"}},{"v":1,"b":"-4","m":,"w":179,"th":,)"
    R"("wt":,"pd":"","r":[{"q":179,"m":,"w":179,"co":[{"n":"identity","ms":1},{"n":"battery","ms":1},)"
    R"({"n":"connectivity","ms":1},{"n":"health","ms":1}],)";

constexpr int kWindowBits = 12;  // 4 KB: dictionary and report; keeps both ends' memory small
constexpr int kMemoryLevel = 4;
constexpr int kLevel = 9;
// The code of RFC 1951 itself: 47 bytes more a check-in than one of its own, whose tables cost the server 15,000
// instructions to build again, a fifth of taking a check-in in.
constexpr int kStrategy = Z_FIXED;
constexpr std::size_t kFirstGuess = 2'048;  // most check-ins hold one report

const Bytef* bytes_of_text(std::string_view text) { return reinterpret_cast<const Bytef*>(text.data()); }

// zlib's own pointers are not const, but it only reads from them.
void set_input(z_stream& stream, std::string_view input) {
  stream.next_in = const_cast<Bytef*>(bytes_of_text(input));
  stream.avail_in = static_cast<uInt>(input.size());
}

// One for each thread: making one costs three times as much as what it does for an ordinary check-in. It
// reads the bare deflate stream, because zlib would sum up the dictionary each time; what stands around the
// stream (RFC 1950) is read here.
struct Inflater {
  z_stream stream{};
  Inflater() { CHECK(inflateInit2(&stream, -kWindowBits) == Z_OK); }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

std::uint32_t sum_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(adler32(1, bytes_of_text(bytes), static_cast<uInt>(bytes.size())));
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = at; i < at + 4; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

std::unexpected<Error> damaged() { return fail(Errc::invalid_argument, "the packed body is damaged"); }

// Takes the header off; true when the stream needs the dictionary.
Result<bool> take_header(std::string_view& bytes) {
  static const std::uint32_t kDictionarySum = sum_of(kDictionary);
  constexpr unsigned kDictionaryFlag = 0x20;
  if (bytes.size() < 2) return damaged();
  const unsigned method = static_cast<unsigned char>(bytes[0]), flags = static_cast<unsigned char>(bytes[1]);
  if ((method << 8 | flags) % 31 != 0 || (method >> 4) + 8 > kWindowBits) return damaged();
  bytes.remove_prefix(2);
  if ((flags & kDictionaryFlag) == 0) return false;
  if (bytes.size() < 4) return damaged();
  if (number_at(bytes, 0) != kDictionarySum) {
    return fail(Errc::invalid_argument, "the body is packed with an unknown dictionary");
  }
  bytes.remove_prefix(4);
  return true;
}

}  // namespace

bool is_packed(std::string_view bytes) {
  // The method 8, deflate, in the first byte's lower half: no JSON object begins like that.
  return !bytes.empty() && (bytes[0] & 0x0F) == Z_DEFLATED;
}

std::string pack(std::string_view json) {
  z_stream stream{};
  CHECK(deflateInit2(&stream, kLevel, Z_DEFLATED, kWindowBits, kMemoryLevel, kStrategy) == Z_OK);
  deflateSetDictionary(&stream, bytes_of_text(kDictionary), static_cast<uInt>(kDictionary.size()));
  std::string out(deflateBound(&stream, static_cast<uLong>(json.size())), '\0');
  set_input(stream, json);
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  CHECK(status == Z_STREAM_END);
  return out;
}

Result<std::string> unpack(std::string_view bytes) {
  if (!is_packed(bytes)) return std::string(bytes);
  std::string out;
  TRY(unpack_into(out, bytes));
  return out;
}

Result<> unpack_into(std::string& out, std::string_view bytes) {
  thread_local Inflater inflater;
  z_stream& stream = inflater.stream;
  CHECK(inflateReset(&stream) == Z_OK);
  if (TRY(take_header(bytes))) {
    inflateSetDictionary(&stream, bytes_of_text(kDictionary), static_cast<uInt>(kDictionary.size()));
  }
  set_input(stream, bytes);
  std::size_t done = 0;
  int status = Z_OK;
  // One byte more than allowed, so that what is too large shows itself.
  for (std::size_t room = std::max(kFirstGuess, out.capacity()); status == Z_OK && done <= kMaxBodyBytes; room *= 4) {
    out.resize_and_overwrite(std::min(room, kMaxBodyBytes + 1), [&](char* text, std::size_t size) {
      stream.next_out = reinterpret_cast<Bytef*>(text) + done;
      stream.avail_out = static_cast<uInt>(size - done);
      status = inflate(&stream, Z_NO_FLUSH);
      return done = size - stream.avail_out;
    });
  }
  if (done > kMaxBodyBytes) {
    return fail(Errc::too_large, fmt::format("the body unpacks to more than {} bytes", kMaxBodyBytes));
  }
  const std::string_view rest = bytes.substr(bytes.size() - stream.avail_in);
  if (status != Z_STREAM_END || rest.size() != 4 || number_at(rest, 0) != sum_of(out)) return damaged();
  return {};
}

}  // namespace rollcall::wire
