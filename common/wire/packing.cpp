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
constexpr std::size_t kFirstGuess = 2'048;  // most check-ins hold one report

const Bytef* bytes_of_text(std::string_view text) { return reinterpret_cast<const Bytef*>(text.data()); }

// zlib's own pointers are not const, but it only reads from them.
void set_input(z_stream& stream, std::string_view input) {
  stream.next_in = const_cast<Bytef*>(bytes_of_text(input));
  stream.avail_in = static_cast<uInt>(input.size());
}

struct Inflater {
  z_stream stream{};
  Inflater() { CHECK(inflateInit2(&stream, kWindowBits) == Z_OK); }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

}  // namespace

bool is_packed(std::string_view bytes) {
  // The method 8, deflate, in the first byte's lower half: no JSON object begins like that.
  return !bytes.empty() && (bytes[0] & 0x0F) == Z_DEFLATED;
}

std::string pack(std::string_view json) {
  z_stream stream{};
  CHECK(deflateInit2(&stream, kLevel, Z_DEFLATED, kWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) == Z_OK);
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
  Inflater inflater;
  z_stream& stream = inflater.stream;
  set_input(stream, bytes);
  std::string out;
  int status = Z_OK;
  // One byte more than allowed, so that what is too large shows itself.
  while (status == Z_OK && stream.total_out <= kMaxBodyBytes) {
    const std::size_t done = stream.total_out;
    out.resize(std::min(std::max(kFirstGuess, out.size() * 4), kMaxBodyBytes + 1));
    stream.next_out = reinterpret_cast<Bytef*>(out.data()) + done;
    stream.avail_out = static_cast<uInt>(out.size() - done);
    status = inflate(&stream, Z_NO_FLUSH);
    if (status != Z_NEED_DICT) continue;
    status = inflateSetDictionary(&stream, bytes_of_text(kDictionary), static_cast<uInt>(kDictionary.size()));
    if (status != Z_OK) return fail(Errc::invalid_argument, "the body is packed with an unknown dictionary");
  }
  if (stream.total_out > kMaxBodyBytes) {
    return fail(Errc::too_large, fmt::format("the body unpacks to more than {} bytes", kMaxBodyBytes));
  }
  if (status != Z_STREAM_END || stream.avail_in != 0) {
    return fail(Errc::invalid_argument, "the packed body is damaged");
  }
  out.resize(stream.total_out);
  return out;
}

}  // namespace rollcall::wire
