// Numbers for an operator, in Prometheus' text format 0.0.4. Thread-safe.
// https://prometheus.io/docs/instrumenting/exposition_formats/
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::api {

class Histogram {
 public:
  static constexpr std::array<std::int64_t, 11> kBoundsMs{1, 2, 5, 10, 20, 50, 100, 250, 500, 1'000, 5'000};
  void observe(std::int64_t ms);
  // `labels` without braces, or empty.
  void render(std::string& out, std::string_view name, std::string_view labels) const;

 private:
  std::array<std::atomic<std::uint64_t>, kBoundsMs.size() + 1> buckets_{};
  std::atomic<std::uint64_t> sum_ms_{};
};

// What one door's handler answered.
class DoorMetrics {
 public:
  explicit DoorMetrics(std::string door) : door_(std::move(door)) {}
  void count(int status, std::int64_t duration_ms);
  void render_requests(std::string& out) const;
  void render_durations(std::string& out) const;

 private:
  std::string door_;
  std::array<std::atomic<std::uint64_t>, 6> by_class_{};  // 1xx … 5xx
  Histogram durations_;
};

struct Metric {
  enum class Kind { counter, gauge };
  Kind kind;
  std::string name;  // "rollcall_reports_accepted_total"
  std::string help;
  std::string labels{};  // `door="people"`; lines of one name follow each other
  double value{};
};

std::string render(const std::vector<Metric>& metrics, const std::vector<const DoorMetrics*>& doors);

}  // namespace rollcall::api
