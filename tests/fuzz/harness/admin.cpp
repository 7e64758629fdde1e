// admin.sock: what a peer of the server's own account says, and what the server answers. The first byte chooses.
#include "server/admin_message.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  fuzz::Input input(data, size);
  if (input.byte() == 'c') {
    const auto command = parse_admin_command(input.rest());
    if (command) fuzz::promise(!command->empty() && parse_admin_command(command_text(*command)) == command, "a command is read as written");
    return 0;
  }
  const auto answer = parse_admin_answer(input.rest());
  const auto again = parse_admin_answer(answer_text(answer));
  fuzz::promise(again.has_value() == answer.has_value(), "an answer is read as written");
  if (answer) fuzz::promise(*again == *answer, "an answer is read as written");
  else fuzz::promise(again.error().code == answer.error().code && again.error().message == answer.error().message, "an error is read as written");
  return 0;
}
