// Idempotency-Key, for every route that changes something: a client that lost the answer sends the same request with
// the same key and gets the answer of its first try, marked `Idempotency-Replayed: true`; the same key with another
// request is 422. What is kept, for how long and in which transaction: server/service/writes.h.
#pragma once

#include <functional>

#include "common/base/result.h"
#include "server/api/route.h"
#include "server/service/writes.h"

namespace rollcall::api {

// `required`: without a key 400. For what is not the same when it is done twice.
enum class Key { optional, required };

// Decode before, then one service call that takes the Write&, encode inside. `work` may be run more than once. An edit
// of a record that somebody changed meanwhile (server/service/versions.h) answers 412.
using WriteWork = std::function<Result<net::Response>(service::Write& write)>;
Result<net::Response> answer_once(service::Writes& writes, const Call& call, Key key, const WriteWork& work);

// The answer to an error of a change: 412 for a version that is past (server/service/versions.h).
net::Response refusal(const Error& error);

}  // namespace rollcall::api
