#include "agent/app/file_enrolment.h"

#include <fmt/core.h>

#include <algorithm>

#include "agent/app/state_lock.h"
#include "common/base/log.h"
#include "common/base/pki.h"

namespace rollcall::app {
namespace {

using State = EnrolmentNote::State;

constexpr std::int64_t kLookMs = kMinuteMs;  // for a file that was put there meanwhile

// The server has judged; everything else may be better next time. A certificate that is not the token's may be a
// captive portal's.
bool is_final(Errc code) {
  return code == Errc::unauthenticated || code == Errc::invalid_argument || code == Errc::conflict;
}

}  // namespace

FileEnrolment::FileEnrolment(Parts parts)
    : parts_(std::move(parts)), backoff_(parts_.random, {}), due_ms_(parts_.clock.monotonic_ms()) {
  // A shelf of laptops that was imaged together starts together.
  due_ms_ += static_cast<std::int64_t>(parts_.random.below(static_cast<std::uint64_t>(parts_.start_jitter_ms) + 1));
  if (auto before = read_enrolment_note(parts_.files, parts_.folder.file(kEnrolmentNote))) note_ = std::move(*before);
}

Result<EnrolFile> FileEnrolment::look() const {
  if (parts_.path.empty()) return fail(Errc::not_found, "no file enrolls this laptop");
  return read_enrol_file(parts_.files, parts_.path);
}

Result<bool> FileEnrolment::is_enrolled() {
  const auto known = parts_.folder.credentials();
  if (!known && known.error().code == Errc::not_found) return false;
  if (!known) return std::unexpected(known.error());
  const auto file = look();
  if (!file && file.error().code == Errc::not_found) return true;
  if (!file) {
    warn_once(fmt::format("{}; this laptop is enrolled and does not need it: remove it", file.error().message));
    return true;
  }
  if (!is_this_laptop(*known)) {
    warn_once("what this agent knows was copied from another laptop; it enrolls anew");
    return false;
  }
  const auto authority = pki::parse_certificate_pem(known->authority_pem);
  if (authority && authority->fingerprint != file->token.authority_fingerprint) {
    warn_once(fmt::format("{} is for another server than {}, with which this laptop is enrolled; `rollcall-agent "
                          "enroll --again` moves it", parts_.path, known->server_url));
    return true;
  }
  take_file_away();
  return true;
}

// A state folder that says nothing of its hardware, or a laptop that says nothing of itself, is given the benefit.
bool FileEnrolment::is_this_laptop(const sync::Credentials& known) const {
  if (known.hardware.empty()) return true;
  const auto identity = parts_.identify(known.hash_key);
  if (!identity) return true;
  const auto now = sync::hardware_of(*identity, known.hash_key);
  return now.empty() || now == known.hardware;
}

void FileEnrolment::run_due() {
  const auto now_ms = parts_.clock.monotonic_ms();
  due_ms_ = now_ms + kLookMs;
  const auto file = look();
  if (!file) {
    seen_.reset();
    const bool is_absent = file.error().code == Errc::not_found;
    return settle({.state = is_absent ? State::waiting : State::unusable, .reason = is_absent ? "" : file.error().message});
  }
  if (seen_ != file->digest) {
    seen_ = file->digest;
    backoff_.reset();
    not_before_ms_ = 0;
  }
  if (note_.state == State::refused && note_.file == to_hex(bytes_of(file->digest))) {
    return warn_once(fmt::format("not enrolled: {}; it waits for another {}", note_.reason, parts_.path));
  }
  if (now_ms >= not_before_ms_) attempt(*file);
  if (not_before_ms_ > now_ms) due_ms_ = std::min(due_ms_, not_before_ms_);
}

void FileEnrolment::resumed() {
  backoff_.reset();
  not_before_ms_ = 0;
  due_ms_ = parts_.clock.monotonic_ms() +
            static_cast<std::int64_t>(parts_.random.below(static_cast<std::uint64_t>(parts_.start_jitter_ms) + 1));
}

void FileEnrolment::attempt(const EnrolFile& file) {
  StateLock lock;
  if (const auto taken = lock.take(parts_.folder.file("lock")); !taken) return warn_once(taken.error().message);
  const sync::EnrolInput input{file.server_url, file.token, parts_.identify, parts_.urgent};
  const auto enrolled = sync::enrol(input, parts_.open, parts_.random, parts_.folder);
  if (enrolled) {
    log::info("enrolled with {} as agent {}", enrolled->server_url, enrolled->agent_id);
    return take_file_away();
  }
  EnrolmentNote note{.state = State::refused, .reason = enrolled.error().message, .file = to_hex(bytes_of(file.digest))};
  if (!is_final(enrolled.error().code)) {
    const auto wait_ms = backoff_.next_ms();
    not_before_ms_ = parts_.clock.monotonic_ms() + wait_ms;
    note.state = State::trying;
    note.next_try_ms = parts_.clock.wall_ms() + wait_ms;
  }
  settle(std::move(note));
}

// Written and said when something changed; a laptop that waits for days writes nothing.
void FileEnrolment::settle(EnrolmentNote note) {
  const bool is_news = note.state != note_.state || note.reason != note_.reason || note.file != note_.file;
  if (is_news || warned_.empty()) {
    const auto what = note.state == State::waiting ? fmt::format("waiting for {} or `rollcall-agent enroll`", parts_.path)
                                                   : note.reason;
    if (note.state == State::refused) log::error("not enrolled: {}; it waits for another {}", what, parts_.path);
    else if (note.state == State::unusable) log::error("not enrolled: {}", what);
    else log::warn("not enrolled yet: {}", what);
    warned_ = what;
  }
  if (!is_news && note.state != State::trying) return;
  note.at_ms = parts_.clock.wall_ms();
  note_ = std::move(note);
  if (const auto kept = write_enrolment_note(parts_.files, parts_.folder.file(kEnrolmentNote), note_); !kept) {
    log::warn("`status` will not know of this: {}", kept.error().message);
  }
}

// Its secret has done its work. What imaging wrote there once, imaging can write again.
void FileEnrolment::take_file_away() {
  note_ = {};
  for (const auto& path : {parts_.path, parts_.folder.file(kEnrolmentNote)}) {
    if (const auto removed = parts_.files.remove(path); !removed) {
      warn_once(fmt::format("{}; remove it by hand", removed.error().message));
    }
  }
}

void FileEnrolment::warn_once(std::string text) {
  if (text == warned_) return;
  log::warn("{}", text);
  warned_ = std::move(text);
}

}  // namespace rollcall::app
