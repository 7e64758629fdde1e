#include "agent/app/enrolment_note.h"

#include <array>
#include <boost/json.hpp>

namespace rollcall::app {
namespace {

namespace json = boost::json;
using State = EnrolmentNote::State;

constexpr std::size_t kMaxBytes = 8 * 1024;
constexpr std::array kStates{State::waiting, State::unusable, State::trying, State::refused};

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t number_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

}  // namespace

std::string_view name_of(State state) {
  switch (state) {
    case State::waiting: return "waiting";
    case State::unusable: return "unusable";
    case State::trying: return "trying";
    case State::refused: return "refused";
  }
  return "";
}

std::optional<EnrolmentNote> read_enrolment_note(const Files& files, const std::string& path) {
  const auto text = files.read(path, kMaxBytes);
  if (!text) return std::nullopt;
  json::error_code error;
  const auto value = json::parse(*text, error);
  if (error || !value.is_object()) return std::nullopt;
  const auto& object = value.get_object();
  const auto word = text_of(object, "state");
  for (const auto state : kStates) {
    if (name_of(state) != word) continue;
    return EnrolmentNote{state, text_of(object, "reason"), number_of(object, "at_ms"), number_of(object, "next_try_ms"),
                         text_of(object, "file")};
  }
  return std::nullopt;
}

Result<> write_enrolment_note(Files& files, const std::string& path, const EnrolmentNote& note) {
  const json::object object{{"state", name_of(note.state)}, {"reason", note.reason}, {"at_ms", note.at_ms},
                            {"next_try_ms", note.next_try_ms}, {"file", note.file}};
  return files.write_atomic(path, json::serialize(object) + "\n", 0600);
}

}  // namespace rollcall::app
