// No memory: the process ends at once, by abort and with a word, instead of going on half done.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstddef>
#include <new>
#include <string>
#include <vector>

#include "common/base/out_of_memory.h"

namespace rollcall::faults {
namespace {

struct Ended {
  int status = 0;
  std::string words;
};

constexpr int kCaught = 7;

// Takes memory until there is none, as somebody does who catches what goes wrong.
Ended starve(bool guarded) {
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    signal(SIGABRT, SIG_DFL);
    if (guarded) abort_without_memory();
    const rlimit none{64 << 20, 64 << 20};
    setrlimit(RLIMIT_AS, &none);
    try {
      std::vector<std::vector<std::byte>> taken;
      while (true) taken.emplace_back(std::size_t{1} << 20);
    } catch (const std::bad_alloc&) {
      _exit(kCaught);
    }
  }
  close(ends[1]);
  Ended ended;
  char bytes[512];
  for (ssize_t got = 0; (got = read(ends[0], bytes, sizeof bytes)) > 0;) ended.words.append(bytes, static_cast<std::size_t>(got));
  close(ends[0]);
  REQUIRE(waitpid(child, &ended.status, 0) == child);
  return ended;
}

TEST_CASE("operator new that finds no memory aborts, whoever would have caught it") {
  const Ended ended = starve(true);
  CHECK(WIFSIGNALED(ended.status));
  CHECK(WTERMSIG(ended.status) == SIGABRT);
  CHECK_THAT(ended.words, Catch::Contains("out of memory"));
}

TEST_CASE("without the handler the same program goes on") {
  const Ended ended = starve(false);
  CHECK(WIFEXITED(ended.status));
  CHECK(WEXITSTATUS(ended.status) == kCaught);
}

}  // namespace
}  // namespace rollcall::faults
