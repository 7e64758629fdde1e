// From bytes to a message: parses within the limits, then lets the Decoder walk the message's table.
// Private to common/wire.
#pragma once

#include <fmt/format.h>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>

#include "common/wire/decoder.h"
#include "common/wire/limits.h"
#include "common/wire/packing.h"

namespace rollcall::wire::detail {

// Big enough for an ordinary check-in, so that decoding one allocates nothing for the document.
inline constexpr std::size_t kDocumentBuffer = 16 * 1024;

template <class Message>
Result<> decode_document(std::string_view json, Message& message, DecodeState& state) {
  if (json.size() > kMaxBodyBytes) {
    return fail(Errc::too_large, fmt::format("the body is larger than {} bytes", kMaxBodyBytes));
  }
  std::string unpacked;
  if (is_packed(json)) json = unpacked = TRY(unpack(json));
  unsigned char document_buffer[kDocumentBuffer];
  unsigned char parser_buffer[kDocumentBuffer / 4];
  boost::json::monotonic_resource memory(document_buffer, sizeof document_buffer);
  boost::json::parse_options options;
  options.max_depth = kMaxDepth;
  // Each text is checked by itself, so that one bad report does not take the others with it.
  options.allow_invalid_utf8 = true;
  boost::json::parser parser({}, options, parser_buffer, sizeof parser_buffer);
  parser.reset(&memory);
  boost::json::error_code error;
  parser.write(json.data(), json.size(), error);
  if (error == boost::json::error::too_deep) {
    return fail(Errc::invalid_argument, fmt::format("the body is nested deeper than {}", kMaxDepth));
  }
  if (error) return fail(Errc::invalid_argument, "the body is not JSON: " + error.message());
  const boost::json::value document = parser.release();
  const auto* object = document.if_object();
  if (object == nullptr) return fail(Errc::invalid_argument, "the body must be an object");
  Decoder decoder(state, *object, nullptr);
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
