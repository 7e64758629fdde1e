#include "tests/e2e/load.h"

#include <algorithm>

namespace rollcall::e2e {

Load::Load(RunningServer& server, int laptops) {
  const auto token = server.enrolment_token();
  for (int i = 0; i < laptops; ++i) {
    auto member = std::make_unique<Member>();
    member->laptop = std::make_unique<VirtualLaptop>(server, token, "PF1LOAD" + std::to_string(i));
    members_.push_back(std::move(member));
  }
  begin();
}

void Load::begin() {
  enough_ = false;
  for (const auto& member : members_) {
    member->thread = std::thread([this, &one = *member] { report_on(one); });
  }
}

void Load::begin_again() {
  for (const auto& member : members_) member->laptop->reconnect();
  begin();
}

void Load::end() {
  enough_ = true;
  for (const auto& member : members_) {
    if (member->thread.joinable()) member->thread.join();
  }
}

void Load::report_on(Member& member) {
  VirtualLaptop& laptop = *member.laptop;
  while (!enough_) {
    if (member.unanswered.empty()) member.unanswered = wire::encode(laptop.check_in());
    const auto answer = laptop.post_report(member.unanswered);
    if (!answer || answer->status != 200) return;
    member.unanswered.clear();
    member.promised.insert(laptop.sequence);
    ++total_;
  }
}

std::vector<std::uint64_t> stored_reports(RunningServer& server, const std::string& admin, const std::string& device,
                                          std::uint64_t down_to) {
  std::vector<std::uint64_t> stored;
  std::string cursor;
  do {
    const auto reply = server.get("/api/v1/devices/" + device + "/timeline?limit=500" +
                                      (cursor.empty() ? "" : "&cursor=" + cursor), admin);
    if (reply.status != 200) throw std::runtime_error("no timeline: " + reply.text);
    const auto page = reply.json();
    for (const auto& item : page.at("items").as_array()) stored.push_back(item.at("sequence").to_number<std::uint64_t>());
    const auto* next = page.as_object().if_contains("next_cursor");
    cursor = next ? std::string(next->as_string()) : std::string();
  } while (!cursor.empty() && stored.back() > down_to);
  return stored;
}

Kept compare(const std::set<std::uint64_t>& promised, const std::vector<std::uint64_t>& stored, std::uint64_t above) {
  const std::set<std::uint64_t> once(stored.begin(), stored.end());
  Kept kept;
  kept.doubled = stored.size() - once.size();
  for (auto one = promised.upper_bound(above); one != promised.end(); ++one) kept.lost += once.contains(*one) ? 0 : 1;
  return kept;
}

}  // namespace rollcall::e2e
