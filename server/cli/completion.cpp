#include "server/cli/completion.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "common/base/text.h"

namespace rollcall::cli {
namespace {

// The words that may follow a command: its sub-commands and its options' long names.
std::string words_after(const CLI::App& app) {
  std::string out;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!command->get_name().empty()) out += command->get_name() + " ";
  }
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) out += "--" + name + " ";
  }
  return std::string(trim(out));
}

bool takes_file(const CLI::App& app) {
  return std::ranges::any_of(app.get_options(), [](const CLI::Option* option) {
    return option->get_positional() && (option->get_name() == "path" || option->get_name() == "file");
  });
}

// What may follow a command, as a line of the script's `case`, and for everything below it.
struct Command {
  std::string path, words;
  bool takes_file{};
};
void collect(const CLI::App& app, const std::string& path, std::vector<Command>& out) {
  out.push_back({path, words_after(app), takes_file(app)});
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!command->get_name().empty()) collect(*command, path + " " + command->get_name(), out);
  }
}

std::string bash_script(const CLI::App& app) {
  std::vector<Command> commands;
  collect(app, app.get_name(), commands);
  std::string cases;
  for (const auto& [path, words, file] : commands) {
    cases += "    '" + path + "') words='" + words + "'" + (file ? " file=yes" : "") + " ;;\n";
  }
  // The typed words without options name the command; a file is offered behind what takes one.
  return "_" + app.get_name() + "() {\n"
         "  local word path=" + app.get_name() + " words='' file='' at=\"${COMP_WORDS[COMP_CWORD]}\"\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case $word in -*) ;; *) path+=\" $word\" ;; esac\n"
         "  done\n"
         "  case $path in\n" + cases +
         "  esac\n"
         "  case ${COMP_WORDS[COMP_CWORD-1]} in --profile|--ca|--out) file=yes ;; esac\n"
         "  if [[ -n $file && $at != -* ]]; then COMPREPLY=($(compgen -f -- \"$at\")); return; fi\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$at\"))\n"
         "}\n"
         "complete -F _" + app.get_name() + " " + app.get_name() + "\n";
}

std::string fish_script(const CLI::App& app) {
  const std::string program = app.get_name();
  std::string out = "complete -c " + program + " -f\n";
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name().empty()) continue;
    out += "complete -c " + program + " -n __fish_use_subcommand -a " + command->get_name() + "\n";
    const std::string words = words_after(*command);
    for (const auto word : split(words, ' ')) {
      if (word.empty()) continue;
      const bool is_option = word.starts_with("--");
      out += "complete -c " + program + " -n '__fish_seen_subcommand_from " + command->get_name() + "' " +
             (is_option ? "-l " + std::string(word.substr(2)) : "-a " + std::string(word)) + "\n";
    }
  }
  return out;
}

}  // namespace

Result<std::string> completion_script(const CLI::App& app, std::string_view shell) {
  if (shell == "bash") return bash_script(app);
  if (shell == "zsh") return "autoload -U +X bashcompinit && bashcompinit\n" + bash_script(app);
  if (shell == "fish") return fish_script(app);
  return fail(Errc::invalid_argument, "no completion for '" + std::string(shell) + "'; use bash, zsh or fish");
}

}  // namespace rollcall::cli
