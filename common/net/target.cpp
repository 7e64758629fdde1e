#include "common/net/target.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "common/base/text.h"

namespace rollcall::net {
namespace {

namespace urls = boost::urls;

constexpr std::size_t kMaxParameters = 64;

bool is_clean(std::string_view segment) {
  for (const char c : segment) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || c == '\\' || c == '/') return false;
  }
  return is_utf8(segment);
}

std::string decoded(urls::pct_string_view text, bool plus_is_space) {
  urls::encoding_opts options;
  options.space_as_plus = plus_is_space;
  return text.decode(options);
}

// Nothing to decode, to normalise or to refuse: what nearly every path is.
bool is_plain_path(std::string_view text) {
  char before = '\0';
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!letter && (c != '/' || before == '/')) return false;
    before = c;
  }
  return text.starts_with('/');
}

Result<std::string> normalised(const urls::url_view& url) {
  std::vector<std::string> kept;
  bool folder = true;  // "/a/" and "/a" are two paths
  const auto segments = url.encoded_segments();
  std::size_t left = segments.size();
  for (const auto& encoded : segments) {
    --left;
    std::string segment = decoded(encoded, false);
    folder = false;
    if (segment.empty() && left == 0) {
      folder = true;
    } else if (segment.empty()) {
      return fail(Errc::invalid_argument, "the path holds an empty segment");
    } else if (!is_clean(segment)) {
      return fail(Errc::invalid_argument, "the path holds a character that is not allowed");
    } else if (segment == ".") {
      folder = true;
    } else if (segment == "..") {
      if (kept.empty()) return fail(Errc::invalid_argument, "the path leaves the root");
      kept.pop_back();
      folder = true;
    } else {
      kept.push_back(std::move(segment));
    }
  }
  std::string path;
  for (const std::string& segment : kept) path.append("/").append(segment);
  if (folder || path.empty()) path += '/';
  return path;
}

}  // namespace

Result<Target> parse_target(std::string_view text) {
  if (is_plain_path(text)) return Target{std::string(text), {}};
  // The URL library takes "//host" for an authority; a path never starts so.
  if (!text.starts_with('/') || text.starts_with("//")) {
    return fail(Errc::invalid_argument, "the target is not a path");
  }
  const auto url = urls::parse_origin_form(text);
  if (!url) return fail(Errc::invalid_argument, "the target is not a path and a query");
  Target target;
  target.path = TRY(normalised(*url));
  for (const auto& parameter : url->encoded_params()) {
    if (target.query.size() == kMaxParameters) return fail(Errc::invalid_argument, "too many query parameters");
    std::string key = decoded(parameter.key, true);
    std::string value = decoded(parameter.value, true);
    if (!is_utf8(key) || !is_utf8(value) || value.find('\0') != std::string::npos) {
      return fail(Errc::invalid_argument, "the query is not UTF-8");
    }
    target.query.emplace_back(std::move(key), std::move(value));
  }
  return target;
}

}  // namespace rollcall::net
