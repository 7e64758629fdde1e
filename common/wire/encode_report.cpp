#include "common/wire/codec.h"
#include "common/wire/encoder.h"
#include "common/wire/fields_report.h"

namespace rollcall::wire {

std::string encode(const Report& report, Form form) { return detail::encode_message(report, form); }

}  // namespace rollcall::wire
