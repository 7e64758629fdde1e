// JSON in both directions. Decoding is strict where it matters (types, ranges, UTF-8, lengths, depth) and
// lenient where peers of different ages meet: an unknown field is dropped and counted. Pure functions.
//
// Keys are short because a laptop pays for each byte on the radio; fields_report.h and fields_message.h are
// the dictionary (schema.h has it as data). An absent key means the default: 0, false, empty, the first word.
// Every decoder takes plain and packed (packing.h) bytes. Fractions travel with one decimal. The encoder never writes what the decoder refuses.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/wire/checkin.h"
#include "common/wire/enrolment.h"

namespace rollcall::wire {

template <class Message>
struct Decoded {
  Message message;
  std::size_t unknown_fields{};
};

// A check-in's envelope must be right as a whole; a report that breaks a rule lands in `rejected`, so that
// one bad report does not hold the others back.
struct DecodedCheckIn {
  CheckIn message;
  std::vector<RejectedReport> rejected;
  std::size_t unknown_fields{};
};

// `compact` is what travels; `readable` has the full names, indented, for people only: nothing decodes it.
enum class Form { compact, readable };

std::string encode(const CheckIn& check_in);
std::string encode(const CheckInReply& reply);
std::string encode(const EnrolRequest& request);
std::string encode(const EnrolReply& reply);
std::string encode(const RenewRequest& request);
std::string encode(const RenewReply& reply);
// Alone, for the agent's disk and for digest_of().
std::string encode(const Policy& policy);
// One report alone, for the outbox, for `collect`, for the API and for fixtures.
std::string encode(const Report& report, Form form = Form::compact);

// Errors: invalid_argument with the field's path, too_large.
Result<DecodedCheckIn> decode_check_in(std::string_view json);
Result<Decoded<CheckInReply>> decode_check_in_reply(std::string_view json);
Result<Decoded<EnrolRequest>> decode_enrol_request(std::string_view json);
Result<Decoded<EnrolReply>> decode_enrol_reply(std::string_view json);
Result<Decoded<RenewRequest>> decode_renew_request(std::string_view json);
Result<Decoded<RenewReply>> decode_renew_reply(std::string_view json);
Result<Decoded<Policy>> decode_policy(std::string_view json);
Result<Decoded<Report>> decode_report(std::string_view json);

}  // namespace rollcall::wire
