// Text for comparing: "José" and "jose" are one, "Straße" and "STRASSE" too. A library of its own (rollcall_fold),
// because ICU is nothing that an agent should carry.
#pragma once

#include <string>
#include <string_view>

namespace rollcall {

// Without case and without accents; white space becomes single blanks, none at the ends. `text` is UTF-8.
std::string fold_text(std::string_view text);

}  // namespace rollcall
