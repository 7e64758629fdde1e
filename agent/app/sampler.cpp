#include "agent/app/sampler.h"

#include <utility>

namespace rollcall::app {

namespace {

std::string without_credentials(std::string proxy) {
  for (const std::string_view until : {"://", "@"}) {
    if (const auto at = proxy.find(until); at != std::string::npos) proxy.erase(0, at + until.size());
  }
  return proxy;
}

}  // namespace

sync::Sampler make_sampler(collect::Runner& runner, const std::string& proxy, sync::Urgent urgent) {
  return [&runner, proxy = without_credentials(proxy), urgent = std::move(urgent)](
             wire::Occasion occasion, const wire::Policy& policy, const sync::LinkFacts& facts,
             std::optional<std::int64_t> server_offset_ms) {
    collect::Request request;
    request.occasion = occasion;
    request.policy = policy;
    request.link.dns_ms = facts.dns_ms;
    request.link.connect_ms = facts.connect_ms;
    request.link.tls_ms = facts.tls_ms;
    request.link.portal = facts.portal;
    request.link.tls_intercepted = facts.tls_intercepted;
    request.link.proxy = proxy;
    request.link.server_offset_ms = server_offset_ms;
    if (!wire::delays_machine(occasion)) request.give_up = urgent;
    sync::Sample sample;
    sample.report = runner.run(request);
    sample.at_school = runner.was_at_school();
    return sample;
  };
}

}  // namespace rollcall::app
