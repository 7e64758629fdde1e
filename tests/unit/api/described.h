// A server whose every answer is held against openapi.yaml.
#pragma once

#include <string>

#include "common/base/text.h"
#include "tests/unit/api/fixture.h"
#include "tests/unit/api/schema.h"

namespace rollcall::api {

class DescribedServer {
 public:
  // `pattern`: as openapi.yaml writes the path.
  Answered ask(const std::string& pattern, const Ask& ask) {
    auto answer = server.send(ask);
    INFO(ask.path << " answered " << answer.status << " " << answer.text);
    CHECK(answer.status < 500);
    if (answer.status == 204) return answer;
    const auto schema = description_.answer(to_lower(net::name_of(ask.method)), pattern, std::to_string(answer.status));
    CHECK(description_.deviations(schema, answer.json()) == std::vector<std::string>{});
    return answer;
  }
  Answered get(const std::string& pattern, const std::string& path, const std::string& token) {
    return ask(pattern, {net::Method::get, path, token});
  }
  // Under a key of its own, unless one is given.
  Answered post(const std::string& pattern, const std::string& path, const std::string& body, const std::string& token,
                const std::string& key = {}) {
    const auto used = key.empty() ? "k" + std::to_string(++keys_) : key;
    return ask(pattern, {net::Method::post, path, token, body, {{"Idempotency-Key", used}}});
  }

  TestServer server;

 private:
  Description description_;
  int keys_{};
};

}  // namespace rollcall::api
