// Hashes and text forms of bytes. Everything here is a pure function over OpenSSL.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall {

using Sha256 = std::array<unsigned char, 32>;

Sha256 sha256(std::string_view bytes);
Sha256 hmac_sha256(std::string_view key, std::string_view bytes);

// The bytes of a digest, for storing or hashing again.
std::string_view bytes_of(const Sha256& digest);

// 32 hexadecimal characters: HMAC-SHA-256 of "purpose NUL value", cut to 128 bits. Empty without a key. For what must be
// recognized and never be read: a user's name, a machine's id.
std::string keyed_hash(std::string_view key, std::string_view purpose, std::string_view value);
// A user's name as it is hashed, whoever tells it: "DISTRICT\Ana@district.example" is "ana".
std::string user_of(std::string_view name);

std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

// RFC 4648 section 5, without padding; decoding refuses padding, other alphabets and non-zero spare bits.
std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

// Takes the same time wherever the first difference is; false at once when the sizes differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace rollcall
