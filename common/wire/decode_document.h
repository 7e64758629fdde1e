// From bytes to a message: parses within the limits, then lets the Decoder walk the message's table.
// Private to common/wire.
#pragma once

#include <fmt/format.h>

#include "common/wire/decoder.h"
#include "common/wire/limits.h"
#include "common/wire/packing.h"

namespace rollcall::wire::detail {

template <class Message>
Result<> decode_document(std::string_view json, Message& message, DecodeState& state) {
  if (json.size() > kMaxBodyBytes) {
    return fail(Errc::too_large, fmt::format("the body is larger than {} bytes", kMaxBodyBytes));
  }
  thread_local std::string unpacked;  // kept: its size is the same, report for report
  if (is_packed(json)) {
    TRY(unpack_into(unpacked, json));
    json = unpacked;
  }
  Tape tape;
  TRY(tape.read(json));
  if (tape.root().kind != Token::Kind::object) return fail(Errc::invalid_argument, "the body must be an object");
  Decoder decoder(state, tape.root(), nullptr);
  describe(decoder, message);
  decoder.finish();
  if (state.error) return std::unexpected(std::move(*state.error));
  return {};
}

template <class Message>
Result<Decoded<Message>> decode_message(std::string_view json) {
  Decoded<Message> decoded;
  DecodeState state;
  TRY(decode_document(json, decoded.message, state));
  decoded.unknown_fields = state.unknown_fields;
  return decoded;
}

}  // namespace rollcall::wire::detail
