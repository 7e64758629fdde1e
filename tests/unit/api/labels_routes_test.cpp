// Labels through the people's door: which devices, whose, and what comes back. What is on them: tests/unit/labels.
#include "tests/unit/api/fixture.h"

namespace rollcall::api {
namespace {

using net::Method;

class Printing {
 public:
  Printing() {
    tag(north, "0001234");
    tag(south, "0001235");
  }
  void tag(const TestServer::Laptop& laptop, const std::string& text) {
    const auto done = server.send({Method::patch, "/api/v1/devices/" + laptop.device_id, admin, R"({"tag":")" + text + "\"}", {{"If-Match", "\"v1\""}}});
    REQUIRE(done.status == 200);
  }
  Answered print(const std::string& body, const std::string& token) {
    return server.send({Method::post, "/api/v1/labels", token, body});
  }
  Answered print(const std::string& body) { return print(body, admin); }
  std::string refused(const std::string& body, int status = 400) {
    const auto answer = print(body);
    INFO(body << " answered " << answer.text);
    CHECK(answer.status == status);
    return answer.json().as_object().contains("field") ? answer.field("field") : "";
  }

  TestServer server;
  std::string admin{server.sign_in("ada", domain::Role::admin)};
  TestServer::Laptop north{server.enrol("PF1NORTH", "north")}, south{server.enrol("PF1SOUTH", "south")};
};

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t out = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++out;
  return out;
}

TEST_CASE("labels are a PDF unless ZPL is asked for; devices are named by tag or id") {
  Printing it;
  const auto pdf = it.print(R"({"devices":["0001234"]})");
  REQUIRE(pdf.status == 200);
  CHECK(pdf.headers.get("Content-Type") == "application/pdf");
  CHECK(pdf.headers.get("Content-Disposition") == "attachment; filename=\"labels.pdf\"");
  CHECK(pdf.text.starts_with("%PDF-"));
  const auto zpl = it.print(R"({"devices":["0001235",")" + it.north.device_id + R"(","0001235"],"format":"zpl"})");
  REQUIRE(zpl.status == 200);
  CHECK(zpl.headers.get("Content-Type") == "text/plain; charset=utf-8");
  CHECK(zpl.headers.get("Content-Disposition") == "attachment; filename=\"labels.zpl\"");
  CHECK(count(zpl.text, "^XA") == 3);
  CHECK(count(zpl.text, "MA,0001235^FS") == 2);
  CHECK(zpl.text.find("MA,0001235^FS") < zpl.text.find("MA,0001234^FS"));
  CHECK(count(zpl.text, "LENOVO 20XW^FS") == 3);
  CHECK(zpl.text.find("^PW457") != std::string::npos);
  CHECK(it.print(R"({"devices":["0001234"],"format":"zpl","dpi":300})").text.find("^PW675") != std::string::npos);
  CHECK(it.print(R"({"devices":["0001234"],"start":30})").status == 200);
  CHECK(it.print(R"({"devices":["0001234"],"stock":"single"})").status == 200);
}

TEST_CASE("the heading of the configuration is on every label") {
  Printing it;
  service::DeviceLabels labels(*it.server.core->database, "Fairview Schools, 555-0100");
  const domain::Scope everywhere{domain::ScopeKind::district, {}};
  const auto zpl = must(labels.make(everywhere, {{"0001234", "0001235"}, service::LabelPrinter{203}}));
  CHECK(count(zpl, "Fairview Schools, 555-0100^FS") == 2);
}

TEST_CASE("an order that cannot be printed says which device and why") {
  Printing it;
  const auto untagged = it.server.enrol("PF1NONE", "north");
  CHECK(it.refused(R"({"devices":[]})") == "devices");
  CHECK(it.refused("{}") == "devices");
  CHECK(it.refused(R"({"devices":"0001234"})") == "devices");
  CHECK(it.refused(R"({"devices":["0001234","nothing"]})", 404) == "devices[1]");
  CHECK(it.refused(R"({"devices":["0001234",")" + untagged.device_id + "\"]}") == "devices[1]");
  CHECK(it.refused(R"({"devices":["0001234"],"format":"png"})") == "format");
  CHECK(it.refused(R"({"devices":["0001234"],"stock":"a4"})") == "stock");
  CHECK(it.refused(R"({"devices":["0001234"],"start":31})") == "start");
  CHECK(it.refused(R"({"devices":["0001234"],"stock":"single","start":2})") == "start");
  CHECK(it.refused(R"({"devices":["0001234"],"dpi":203})") == "dpi");  // of a PDF
  CHECK(it.refused(R"({"devices":["0001234"],"format":"zpl","dpi":250})") == "dpi");
  CHECK(it.refused(R"({"devices":["0001234"],"format":"zpl","start":2})") == "start");
  std::string many = R"({"devices":["0001234")";
  for (int i = 0; i < 3'000; ++i) many += ",\"0001234\"";
  CHECK(it.refused(many + "]}") == "devices");
  it.tag(untagged, "Ärger-1");
  const auto accents = it.print(R"({"devices":["Ärger-1"]})");
  CHECK(accents.status == 400);
  CHECK(accents.field("field") == "devices[0]");
  CHECK_THAT(accents.field("detail"), Catch::Contains("Ärger-1") && Catch::Contains("Code 128"));
}

TEST_CASE("who reaches one school prints that school's labels, and a viewer none") {
  Printing it;
  const auto nora = it.server.sign_in("nora", domain::Role::technician, {domain::ScopeKind::school, {"north"}});
  const auto vera = it.server.sign_in("vera", domain::Role::viewer);
  CHECK(it.print(R"({"devices":["0001234"]})", nora).status == 200);
  const auto other = it.print(R"({"devices":["0001235"]})", nora);
  CHECK(other.status == 404);
  CHECK(other.text.find("SOUTH") == std::string::npos);
  CHECK(it.print(R"({"devices":["0001234"]})", vera).status == 403);
}

TEST_CASE("a deleted device has no label; whoever has its tag now does") {
  Printing it;
  REQUIRE(it.server.send({Method::delete_, "/api/v1/devices/" + it.north.device_id, it.admin}).status == 204);
  CHECK(it.print(R"({"devices":["0001234"]})").status == 404);
  CHECK(it.print(R"({"devices":[")" + it.north.device_id + "\"]}").status == 404);
}

}  // namespace
}  // namespace rollcall::api
