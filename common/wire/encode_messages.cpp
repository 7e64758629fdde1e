#include "common/wire/codec.h"
#include "common/wire/encoder.h"
#include "common/wire/fields_message.h"

namespace rollcall::wire {

std::string encode(const CheckIn& check_in) { return detail::encode_message(check_in); }
std::string encode(const CheckInReply& reply) { return detail::encode_message(reply); }
std::string encode(const EnrolRequest& request) { return detail::encode_message(request); }
std::string encode(const EnrolReply& reply) { return detail::encode_message(reply); }
std::string encode(const RenewRequest& request) { return detail::encode_message(request); }
std::string encode(const RenewReply& reply) { return detail::encode_message(reply); }
std::string encode(const Policy& policy) { return detail::encode_message(policy); }

}  // namespace rollcall::wire
