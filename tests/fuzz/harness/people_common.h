// A small school behind the people's door, and how a harness asks it.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/text.h"
#include "common/net/request_reader.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/api/fixture.h"

namespace rollcall::fuzz {

// Three laptops with two reports each, one that waits for review, a token, and somebody who may do everything.
struct School {
  api::TestServer server;
  std::string bearer, device_id, agent_id, token_id, review_id, user_id;

  School() {
    for (const char* serial : {"PF0ZX4K9", "5CD1234XYZ", "C02XL0", "To be filled by O.E.M."}) {
      const auto laptop = server.enrol(serial, "north");
      for (std::uint64_t sequence = 1; sequence <= 2; ++sequence) {
        server.report(laptop, api::one_report(server.clock, sequence));
        server.clock.advance(kMinuteMs);
      }
      device_id = laptop.device_id, agent_id = laptop.agent_id;
    }
    bearer = server.sign_in("ann", domain::Role::admin);
    server.sign_in("bob", domain::Role::viewer);
    token_id = must(server.core->tokens.create(domain::Actor{}, {})).record.token_id;
    const auto reviews = must(server.core->reviews.open()).reviews;
    if (!reviews.empty()) review_id = reviews.front().review_id;
    for (const auto& user : must(server.core->users.list()).users) {
      if (user.name == "bob") user_id = user.user_id;
    }
  }

  // In a target as in a body.
  std::string with_ids(std::string_view text) const {
    std::string out(text);
    using Id = std::pair<std::string_view, std::string_view>;
    for (const auto& [place, id] : {Id("{device}", device_id), Id("{agent}", agent_id), Id("{token}", token_id),
                                    Id("{review}", review_id), Id("{user}", user_id)}) {
      if (const auto at = out.find(place); at != std::string::npos) out.replace(at, place.size(), id);
    }
    return out;
  }

  // `headers` a line each. Nothing: this is no request at all.
  std::optional<api::Answered> ask(std::string_view method, std::string_view target, std::string_view headers,
                                   std::string body = {}) {
    std::string text(method);
    text.append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost:8443\r\n");
    text.append("Authorization: Bearer ").append(bearer).append("\r\n");
    for (const auto line : split(headers, '\n')) {
      if (!line.empty()) text.append(line).append("\r\n");
    }
    text.append("\r\n");
    net::RequestReader reader(8 * 1024);
    reader.append(text);
    if (reader.step() != net::RequestReader::Step::head) return std::nullopt;
    net::Request request;
    static_cast<net::RequestHead&>(request) = reader.take_head();
    request.peer.address = "192.0.2.7";
    request.body = std::move(body);
    return api::ask_door(server.people, std::move(request));
  }
};

// Whatever is asked, it is the asker's fault, and what says that it is JSON is. Null: it does not say so.
inline std::optional<boost::json::value> check_answer(const api::Answered& answer) {
  promise(answer.status >= 200 && answer.status < 500, "whatever is asked, the server does not fail");
  if (answer.events || answer.text.empty()) return std::nullopt;
  if (answer.headers.get("Content-Type").find("json") == std::string_view::npos) return std::nullopt;
  boost::system::error_code error;
  auto body = boost::json::parse(answer.text, error);
  promise(!error, "an answer that says it is JSON is JSON");
  return std::optional<boost::json::value>(std::move(body));
}

}  // namespace rollcall::fuzz
