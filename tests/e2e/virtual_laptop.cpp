#include "tests/e2e/virtual_laptop.h"

#include "common/base/digest.h"
#include "common/wire/enrolment.h"

namespace rollcall::e2e {

net::ClientRequest post(const std::string& target, std::string body) {
  net::ClientRequest request;
  request.method = net::Method::post;
  request.target = target;
  request.body = std::move(body);
  request.headers.set("Content-Type", "application/json");
  request.keep_connection = true;
  return request;
}

std::unique_ptr<net::TlsHttpClient> agents_client(const RunningServer& server, const std::string& authority_pem,
                                                  const std::string& certificate_pem, const std::string& key_pem) {
  net::ClientConfig config;
  config.url = server.agents_url();
  config.authority_pem = authority_pem;
  config.certificate_pem = certificate_pem;
  config.key_pem = key_pem;
  config.tls13_only = true;
  return must(net::TlsHttpClient::open(config, server.home.clock));
}

wire::EnrolRequest enrol_request(const std::string& token, const pki::PrivateKey& key, const std::string& serial) {
  wire::EnrolRequest request;
  request.secret = to_base64url(must(wire::EnrolmentToken::parse(token)).secret);
  request.request_pem = must(pki::make_request_pem(key));
  request.identity.serial = serial;
  request.identity.serial_source = "product";
  request.identity.manufacturer = "LENOVO";
  request.identity.model = "20XW";
  request.identity.agent_version = "0.1.0";
  return request;
}

VirtualLaptop::VirtualLaptop(RunningServer& server, const std::string& token, const std::string& serial)
    : key(must(pki::PrivateKey::generate())), server_(server) {
  net::ClientConfig config;
  config.url = server.agents_url();
  config.authority_fingerprint = must(wire::EnrolmentToken::parse(token)).authority_fingerprint;
  config.tls13_only = true;
  auto first = must(net::TlsHttpClient::open(config, server.home.clock));
  const auto response = must(first->send(post("/agent/v1/enroll", wire::encode(enrol_request(token, key, serial)))));
  if (response.status != 200) throw std::runtime_error("not enrolled: " + response.body);
  const auto reply = must(wire::decode_enrol_reply(response.body)).message;
  agent_id = reply.agent_id;
  certificate_pem = reply.certificate_pem;
  authority_pem = reply.authority_pem;
  reconnect();
}

void VirtualLaptop::reconnect() {
  client_ = agents_client(server_, authority_pem, certificate_pem, must(key.to_pem()));
}

wire::CheckIn VirtualLaptop::check_in(double percent) {
  const Clock& clock = server_.home.clock;
  wire::Report report;
  report.sequence = ++sequence;
  report.boot_id = "0a1b2c3d-0000-4000-8000-000000000001";
  report.monotonic_ms = clock.monotonic_ms();
  report.wall_ms = clock.wall_ms();
  report.collectors = {{"battery", wire::CollectorState::ok, 3, ""}};
  wire::BatteryPack pack;
  pack.name = "BAT0";
  pack.state = wire::PackState::discharging;
  pack.percent = percent;
  pack.full_mwh = 45'000;
  pack.design_mwh = 50'000;
  report.battery = wire::Battery{{pack}, false};
  wire::CheckIn out;
  out.boot_id = report.boot_id;
  out.sent_monotonic_ms = report.monotonic_ms;
  out.sent_wall_ms = report.wall_ms;
  out.reports = {report};
  return out;
}

Result<net::ClientResponse> VirtualLaptop::post_report(const std::string& body) {
  return client_->send(post("/agent/v1/reports", body));
}

Result<net::ClientResponse> VirtualLaptop::report(double percent) { return post_report(wire::encode(check_in(percent))); }

Result<net::ClientResponse> VirtualLaptop::renew() {
  wire::RenewRequest request;
  request.request_pem = must(pki::make_request_pem(key));
  return client_->send(post("/agent/v1/renew", wire::encode(request)));
}

std::string VirtualLaptop::device_id(const std::string& admin_token) {
  const auto list = server_.get("/api/v1/devices?limit=1000", admin_token).json();
  for (const auto& item : list.at("items").as_array()) {
    const auto id = std::string(item.at("id").as_string());
    const auto device = server_.get("/api/v1/devices/" + id, admin_token).json();
    for (const auto& agent : device.at("agents").as_array()) {
      if (agent.at("id").as_string() == std::string_view(agent_id)) return id;
    }
  }
  throw std::runtime_error("no device has the agent " + agent_id);
}

}  // namespace rollcall::e2e
