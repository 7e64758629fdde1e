// Shell completion, written from the commands as they are declared, so that it cannot fall behind them.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"

namespace CLI {
class App;
}

namespace rollcall::cli {

// A script for "bash", "zsh" or "fish", to be evaluated by that shell.
Result<std::string> completion_script(const CLI::App& app, std::string_view shell);

}  // namespace rollcall::cli
