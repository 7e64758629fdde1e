#include "common/wire/codec.h"
#include "common/wire/decode_document.h"
#include "common/wire/fields_message.h"

namespace rollcall::wire {

using detail::decode_message;

Result<DecodedCheckIn> decode_check_in(std::string_view json) {
  DecodedCheckIn decoded;
  detail::DecodeState state;
  TRY(detail::decode_document(json, decoded.message, state));
  decoded.rejected = std::move(state.rejected);
  decoded.unknown_fields = state.unknown_fields;
  return decoded;
}

Result<Decoded<CheckInReply>> decode_check_in_reply(std::string_view json) {
  return decode_message<CheckInReply>(json);
}
Result<Decoded<EnrolRequest>> decode_enrol_request(std::string_view json) {
  return decode_message<EnrolRequest>(json);
}
Result<Decoded<EnrolReply>> decode_enrol_reply(std::string_view json) {
  return decode_message<EnrolReply>(json);
}
Result<Decoded<RenewRequest>> decode_renew_request(std::string_view json) {
  return decode_message<RenewRequest>(json);
}
Result<Decoded<RenewReply>> decode_renew_reply(std::string_view json) {
  return decode_message<RenewReply>(json);
}
Result<Decoded<Policy>> decode_policy(std::string_view json) { return decode_message<Policy>(json); }

}  // namespace rollcall::wire
