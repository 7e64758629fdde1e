// One row of the route table: which request, who may ask, how far it reaches, where it runs, what answers.
// Permission and scope have no default, so a row without them does not compile; what is open to everybody
// says `Permission::public_`.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/result.h"
#include "common/net/http_message.h"
#include "server/api/caller.h"
#include "server/domain/permission.h"

namespace rollcall::api {

// What a request must prove: a person's permission, or one of the few things that are nobody's role.
class Permission {
 public:
  enum class Kind {
    public_,  // nothing: anybody who reaches the door
    person,   // a session whose role holds `needed`
    metrics,  // the token in DATA/metrics.token
    enroll,   // an enrolment token, which the body carries
    renew,    // an agent's certificate, which may have run out
    report,   // an agent's valid certificate
  };
  static const Permission public_, metrics, enroll, renew, report;

  constexpr Permission(domain::Permission needed) : kind_(Kind::person), needed_(needed) {}  // NOLINT
  Kind kind() const { return kind_; }
  domain::Permission needed() const { return needed_; }  // for Kind::person
  std::string_view name() const;

 private:
  constexpr explicit Permission(Kind kind) : kind_(kind) {}
  Kind kind_;
  domain::Permission needed_{};
};

inline constexpr Permission Permission::public_{Permission::Kind::public_};
inline constexpr Permission Permission::metrics{Permission::Kind::metrics};
inline constexpr Permission Permission::enroll{Permission::Kind::enroll};
inline constexpr Permission Permission::renew{Permission::Kind::renew};
inline constexpr Permission Permission::report{Permission::Kind::report};

// loop: never blocks, so it runs on the loop thread. worker: may wait for the database. hasher: computes a
// password's hash; a crowd of those waits in a line of its own, so that it keeps nothing else waiting.
enum class Where { loop, worker, hasher };

// What a handler is given.
struct Call {
  net::Request request;
  std::vector<std::string> parameters;  // the {…} parts of the path, in order
  Caller caller;
};

using Answer = std::function<Result<net::Response>(Call& call)>;
// For what is answered by a callback, such as ingest; runs on the loop.
using AnswerLater = std::function<void(Call call, net::Reply reply)>;

struct Route {
  net::Method method;
  std::string_view path;  // "/api/v1/devices/{id}"; a literal
  Permission permission;
  domain::ScopeKind scope;  // the narrowest that may use it
  Where where;
  std::size_t body_limit;
  std::variant<Answer, AnswerLater> handler;
  std::string spool_folder{};  // not empty: the body is a file of any kind, kept here while it is handled; not JSON
};
using Routes = std::vector<Route>;

}  // namespace rollcall::api
