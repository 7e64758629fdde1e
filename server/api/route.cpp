#include "server/api/route.h"

namespace rollcall::api {

std::string_view Permission::name() const {
  switch (kind_) {
    case Kind::public_: return "public";
    case Kind::person: return domain::name_of(needed_);
    case Kind::metrics: return "metrics";
    case Kind::enroll: return "enroll";
    case Kind::renew: return "renew";
    case Kind::report: return "report";
  }
  return "unknown";
}

}  // namespace rollcall::api
