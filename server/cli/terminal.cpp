#include "server/cli/terminal.h"

#include <pwd.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

namespace rollcall::cli {
namespace {

// Puts the terminal back however the question ends.
class EchoOff {
 public:
  EchoOff() : is_terminal_(tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!is_terminal_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;
  ~EchoOff() {
    if (!is_terminal_) return;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    std::fputc('\n', stderr);
  }
  bool is_terminal() const { return is_terminal_; }

 private:
  termios before_{};
  bool is_terminal_;
};

}  // namespace

Result<std::string> ask_secret(std::string_view question) {
  EchoOff echo_off;
  if (echo_off.is_terminal()) std::fprintf(stderr, "%.*s: ", static_cast<int>(question.size()), question.data());
  std::string line;
  if (!std::getline(std::cin, line)) {
    return fail(Errc::invalid_argument, std::string(question) + ": nothing was typed");
  }
  return line;
}

Result<std::string> home_folder() {
  const passwd* entry = getpwuid(getuid());
  if (!entry || !entry->pw_dir) return fail(Errc::not_found, "this account has no home folder; use --profile FILE");
  return std::string(entry->pw_dir);
}

}  // namespace rollcall::cli
