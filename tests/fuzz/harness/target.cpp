// A request's target: what is authorized is what is served.
#include <string>

#include "common/base/digest.h"
#include "common/base/text.h"
#include "common/net/target.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

std::string escaped(std::string_view text, std::string_view kept) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kept.find(c) != kept.npos;
    if (plain) out += c;
    else out += "%" + to_hex({&c, 1});
  }
  return out;
}

void check_path(const std::string& path) {
  promise(path.starts_with('/') && path.find("//") == std::string::npos, "a path is segments behind slashes");
  promise(path.find('\\') == std::string::npos && is_utf8(path), "a path is UTF-8 without backslashes");
  for (const auto segment : split(path, '/')) {
    promise(segment != "." && segment != "..", "a path holds no dot segments");
  }
  for (const char c : path) promise(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "a path holds no control character");
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  const auto target = net::parse_target(fuzz::text_of(data, size));
  if (!target) {
    fuzz::promise(target.error().code == Errc::invalid_argument && !target.error().message.empty(), "a refusal says why");
    return 0;
  }
  fuzz::check_path(target->path);
  std::string again = fuzz::escaped(target->path, "/-_.~");
  char separator = '?';
  for (const auto& [key, value] : target->query) {
    fuzz::promise(is_utf8(key) && is_utf8(value), "a query is UTF-8");
    again += separator + fuzz::escaped(key, "") + "=" + fuzz::escaped(value, "");
    separator = '&';
  }
  const auto same = net::parse_target(again);
  fuzz::promise(same && same->path == target->path && same->query == target->query, "reading it twice changes nothing");
  return 0;
}
