#include "common/wire/codec.h"
#include "common/wire/decode_document.h"
#include "common/wire/fields_report.h"

namespace rollcall::wire {

Result<Decoded<Report>> decode_report(std::string_view json) { return detail::decode_message<Report>(json); }

}  // namespace rollcall::wire
