#include "server/api/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace rollcall::api {

void Histogram::observe(std::int64_t ms) {
  const auto bound = std::ranges::lower_bound(kBoundsMs, ms);
  buckets_[static_cast<std::size_t>(bound - kBoundsMs.begin())].fetch_add(1, std::memory_order_relaxed);
  sum_ms_.fetch_add(static_cast<std::uint64_t>(std::max<std::int64_t>(ms, 0)), std::memory_order_relaxed);
}

void Histogram::render(std::string& out, std::string_view name, std::string_view labels) const {
  const std::string_view comma = labels.empty() ? "" : ",";
  std::uint64_t total = 0;
  auto to = std::back_inserter(out);
  for (std::size_t i = 0; i < kBoundsMs.size(); ++i) {
    total += buckets_[i].load(std::memory_order_relaxed);
    fmt::format_to(to, "{}_bucket{{{}{}le=\"{}\"}} {}\n", name, labels, comma,
                   static_cast<double>(kBoundsMs[i]) / 1000.0, total);
  }
  total += buckets_.back().load(std::memory_order_relaxed);
  fmt::format_to(to, "{}_bucket{{{}{}le=\"+Inf\"}} {}\n", name, labels, comma, total);
  fmt::format_to(to, "{}_sum{{{}}} {}\n", name, labels,
                 static_cast<double>(sum_ms_.load(std::memory_order_relaxed)) / 1000.0);
  fmt::format_to(to, "{}_count{{{}}} {}\n", name, labels, total);
}

void DoorMetrics::count(int status, std::int64_t duration_ms) {
  const auto kind = static_cast<std::size_t>(std::clamp(status / 100, 0, 5));
  by_class_[kind].fetch_add(1, std::memory_order_relaxed);
  durations_.observe(duration_ms);
}

void DoorMetrics::render_requests(std::string& out) const {
  for (std::size_t i = 1; i < by_class_.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "rollcall_requests_total{{door=\"{}\",status=\"{}xx\"}} {}\n", door_, i,
                   by_class_[i].load(std::memory_order_relaxed));
  }
}

void DoorMetrics::render_durations(std::string& out) const {
  durations_.render(out, "rollcall_request_duration_seconds", fmt::format("door=\"{}\"", door_));
}

std::string render(const std::vector<Metric>& metrics, const std::vector<const DoorMetrics*>& doors) {
  std::string out;
  auto to = std::back_inserter(out);
  std::string_view previous;
  for (const Metric& metric : metrics) {
    if (metric.name != previous) {
      fmt::format_to(to, "# HELP {} {}\n# TYPE {} {}\n", metric.name, metric.help, metric.name,
                     metric.kind == Metric::Kind::counter ? "counter" : "gauge");
      previous = metric.name;
    }
    if (metric.labels.empty()) {
      fmt::format_to(to, "{} {}\n", metric.name, metric.value);
    } else {
      fmt::format_to(to, "{}{{{}}} {}\n", metric.name, metric.labels, metric.value);
    }
  }
  out += "# HELP rollcall_requests_total Requests by door and class of status.\n"
         "# TYPE rollcall_requests_total counter\n";
  for (const auto* door : doors) door->render_requests(out);
  out += "# HELP rollcall_request_duration_seconds From the whole request to its answer, commit included.\n"
         "# TYPE rollcall_request_duration_seconds histogram\n";
  for (const auto* door : doors) door->render_durations(out);
  return out;
}

}  // namespace rollcall::api
