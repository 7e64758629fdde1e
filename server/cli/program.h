// What can be typed: a command a declaration, by what it is about. main.cpp has what belongs to all of them.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "server/cli/commands.h"

namespace rollcall::cli {

struct Options {
  std::string profile;
  bool as_json{};
  LoginArguments login;
  ListDevicesArguments list;
  FindArguments find;
  PrintLabelsArguments labels;
  CreateTokenArguments token;
  ImportArguments import;
  ExportArguments export_;
  CalendarArguments calendar;
  ListRecordsArguments records;
  HandArguments hand;
  CheckArguments check;
  ReceivingArguments receiving;
  Settings settings;
  std::string which, shell;
  bool events_only{};
  std::int64_t history_limit{50}, event_count{0};
};

// Everything that a command needs and that only main may make.
class Program {
 public:
  Program();
  int run(int argc, char** argv);  // the exit code

 private:
  using Action = std::function<Result<>()>;
  using ApiAction = std::function<Result<>(ApiClient&)>;

  Result<std::string> profile_path() const;
  CLI::App* command(CLI::App* parent, const char* name, const char* what, Action action);
  // A command that needs a session.
  CLI::App* api_command(CLI::App* parent, const char* name, const char* what, ApiAction action);
  void declare_session();
  void declare_find();
  void declare_devices();
  void declare_labels();
  void declare_tokens();
  CLI::App* declare_import_of(CLI::App* imports, const char* kind, const char* what, const char* path);
  void declare_imports();
  void declare_exports();
  void declare_others();

  // program_calendar.cpp
  using OnCalendar = std::function<Result<>(ApiClient&, const CalendarArguments&)>;
  CLI::App* calendar_command(const char* name, const char* what, OnCalendar action);
  void declare_calendar();
  void dry_run(CLI::App* command);
  // Snow and its like.
  CLI::App* days_command(const char* name, const char* what,
                         Result<> (*action)(ApiClient&, bool, const CalendarArguments&));
  void declare_days();

  // program_inventory.cpp
  // FIELD=VALUE as often as it takes.
  CLI::App* set_command(CLI::App* parent, const char* name, const char* what, ApiAction action);
  void declare_assets();
  void declare_records(const char* name, const char* what);
  CLI::App* hand_command(CLI::App* custody, const char* verb, const char* what);
  void to_whom(CLI::App* command, const char* place);
  void declare_custody();

  // program_check.cpp
  using CheckAction = std::function<Result<>(ApiClient&, bool, const CheckArguments&)>;
  CLI::App* check_command(CLI::App* checks, const char* name, const char* what, CheckAction action);
  void declare_checks();

  // program_receiving.cpp
  using OrderAction = std::function<Result<>(ApiClient&, bool, const ReceivingArguments&)>;
  CLI::App* order_command(CLI::App* orders, const char* name, const char* what, OrderAction action);
  CLI::App* step_command(CLI::App* orders, const char* name, const char* step, const char* what);
  void declare_receiving();

  SystemFiles files_;
  SystemClock clock_;
  SystemRandom random_;
  Options options_;
  CLI::App app_;
  Action action_;
  CLI::App* calendar_{};
};

}  // namespace rollcall::cli
