#include "tests/district/fleet/keyring.h"

#include <fmt/format.h>

#include <optional>

#include "common/base/digest.h"
#include "common/base/text.h"

namespace rollcall::district {
namespace {

constexpr std::size_t kLimit = 512 * 1024 * 1024;
constexpr std::string_view kHead = "rollcall-sim-1";

// '-' for nothing, so that every line has its words.
std::string word(const std::string& bytes) { return bytes.empty() ? "-" : to_base64url(bytes); }
std::optional<std::string> unword(std::string_view text) {
  return text == "-" ? std::optional<std::string>("") : from_base64url(text);
}

std::optional<Keys> parse_keys(std::string_view line) {
  const auto words = split(line, ' ');
  if (words.size() != 4) return std::nullopt;
  const auto sequence = parse_number<std::uint64_t>(words[0]);
  const auto certificate = unword(words[1]), key = unword(words[2]), session = unword(words[3]);
  if (!sequence || !certificate || !key || !session) return std::nullopt;
  return Keys{{*certificate, *key, *session}, *sequence};
}

}  // namespace

Result<Keyring> read_keyring(const Files& files, const std::string& path) {
  const auto text = TRY(files.read(path, kLimit));
  const auto damaged = [&] { return fail(Errc::corrupt, path + " is no keyring of rollcall-sim; remove its folder"); };
  const auto lines = split(trim(text), '\n');
  const auto head = split(lines[0], ' ');
  if (head.size() != 3 || head[0] != kHead) return damaged();
  const auto seed = parse_number<std::uint64_t>(head[1]);
  const auto authority = unword(head[2]);
  if (!seed || !authority) return damaged();
  Keyring keyring{*seed, *authority, {}};
  for (std::size_t i = 1; i < lines.size(); ++i) {
    auto keys = parse_keys(lines[i]);
    if (!keys) return damaged();
    keyring.laptops.push_back(std::move(*keys));
  }
  return keyring;
}

Result<> write_keyring(Files& files, const std::string& path, const Keyring& keyring) {
  std::string text = fmt::format("{} {} {}\n", kHead, keyring.seed, word(keyring.authority_pem));
  for (const auto& [credential, sequence] : keyring.laptops) {
    text += fmt::format("{} {} {} {}\n", sequence, word(credential.certificate_pem), word(credential.key_pem),
                        word(credential.session));
  }
  return files.write_atomic(path, text, 0600);
}

}  // namespace rollcall::district
