// The people's door as a whole, behind its parser: every GET of the API, its query, its cursors, its Last-Event-ID.
// The first line is the target, {device} standing for a real one; headers follow. Whatever is asked, it is the
// asker's fault.
#include <boost/json.hpp>
#include <string>

#include "common/base/text.h"
#include "common/net/request_reader.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/api/fixture.h"

namespace rollcall::fuzz {
namespace {

// Three laptops with two reports each and somebody who may see them. Nothing that is asked here changes it.
struct School {
  api::TestServer server;
  std::string token, device_id;

  School() {
    for (const char* serial : {"PF0ZX4K9", "5CD1234XYZ", "C02XL0"}) {
      const auto laptop = server.enrol(serial, "north");
      for (std::uint64_t sequence = 1; sequence <= 2; ++sequence) {
        server.report(laptop, api::one_report(server.clock, sequence));
        server.clock.advance(kMinuteMs);
      }
      device_id = laptop.device_id;
    }
    token = server.sign_in("ann", domain::Role::admin);
  }
};

School& school() {
  static School only;
  return only;
}

api::Answered ask(std::string_view target, std::string_view headers) {
  std::string text = "GET ";
  text.append(target).append(" HTTP/1.1\r\nHost: localhost:8443\r\nAuthorization: Bearer ").append(school().token);
  text.append("\r\n");
  for (const auto line : split(headers, '\n')) {
    if (!line.empty()) text.append(line).append("\r\n");
  }
  text.append("\r\n");
  net::RequestReader reader(8 * 1024);
  reader.append(text);
  if (reader.step() != net::RequestReader::Step::head) return {400, {}, "{}", nullptr};
  net::Request request;
  static_cast<net::RequestHead&>(request) = reader.take_head();
  request.peer.address = "192.0.2.7";
  return api::ask_door(school().server.people, std::move(request));
}

std::string with_device(std::string_view target) {
  constexpr std::string_view kPlace = "{device}";
  std::string out(target);
  const auto at = out.find(kPlace);
  return at == std::string::npos ? out : out.replace(at, kPlace.size(), school().device_id);
}

// A page's cursor leads to the next page.
void check_next_page(const std::string& target, const boost::json::value& page) {
  const auto* object = page.if_object();
  const auto* cursor = object ? object->if_contains("next_cursor") : nullptr;
  if (!cursor) return;
  const bool has_cursor = target.find("cursor") != std::string::npos;
  if (has_cursor) return;
  const auto next = ask(target + (target.find('?') == std::string::npos ? "?" : "&") + "cursor=" + std::string(cursor->as_string()), "");
  promise(next.status == 200, "a page's cursor leads to the next page");
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall::fuzz;
  Input input(data, size);
  const std::string target = with_device(input.line());
  const auto answer = ask(target, input.rest());
  promise(answer.status >= 200 && answer.status < 500, "whatever is asked, the server does not fail");
  if (answer.events || answer.text.empty()) return 0;
  if (answer.headers.get("Content-Type").find("json") == std::string_view::npos) return 0;
  boost::system::error_code error;
  const auto body = boost::json::parse(answer.text, error);
  promise(!error, "an answer that says it is JSON is JSON");
  if (answer.status == 200) check_next_page(target, body);
  return 0;
}
