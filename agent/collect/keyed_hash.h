// Hashes of what identifies a person or an installation. The key is made at enrollment and never leaves the
// laptop, so that neither the server nor a thief of its data can try out names.
#pragma once

#include <string>
#include <string_view>

namespace rollcall::collect {

// 32 hexadecimal characters: HMAC-SHA-256 of "purpose NUL value", cut to 128 bits. Empty without a key.
std::string keyed_hash(std::string_view key, std::string_view purpose, std::string_view value);

}  // namespace rollcall::collect
