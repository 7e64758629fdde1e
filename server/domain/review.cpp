#include "server/domain/review.h"

namespace rollcall::domain {

std::string_view name_of(ReviewKind kind) {
  switch (kind) {
    case ReviewKind::placeholder_serial:
      return "placeholder_serial";
    case ReviewKind::contested_serial:
      return "contested_serial";
  }
  return "";
}

std::optional<ReviewKind> parse_review_kind(std::string_view text) {
  for (const ReviewKind kind : {ReviewKind::placeholder_serial, ReviewKind::contested_serial}) {
    if (name_of(kind) == text) return kind;
  }
  return std::nullopt;
}

std::string_view name_of(ReviewAction action) {
  switch (action) {
    case ReviewAction::attach:
      return "attach";
    case ReviewAction::separate:
      return "separate";
    case ReviewAction::dismiss:
      return "dismiss";
  }
  return "";
}

std::optional<ReviewAction> parse_review_action(std::string_view text) {
  for (const ReviewAction action : {ReviewAction::attach, ReviewAction::separate, ReviewAction::dismiss}) {
    if (name_of(action) == text) return action;
  }
  return std::nullopt;
}

}  // namespace rollcall::domain
