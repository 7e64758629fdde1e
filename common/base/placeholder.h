// What firmware holds where nobody wrote a serial number, a model or an identity. Agent and server ask the same list:
// a filler that only one of them knew would make one device of a hundred laptops, or a review of each.
#pragma once

#include <string_view>

namespace rollcall {

// Compared as a whole, whatever its case and blanks: "To be filled by O.E.M.", "0123456789", "XXXX-XXXX". An empty
// text is none.
bool is_placeholder(std::string_view text);

// Shared by many machines, in either case: zeros, a vendor's sample.
bool is_placeholder_uuid(std::string_view uuid);

}  // namespace rollcall
