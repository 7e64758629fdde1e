#include <cstdio>

#include "server/cli/commands.h"
#include "server/cli/output.h"

namespace rollcall::cli {
namespace {

// To standard output as it came: what is printed for people is cleaned, a file is not.
Result<> write_out(const std::string& bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() && std::fflush(stdout) == 0) return {};
  return fail(Errc::io, "the list could not be written to standard output");
}

}  // namespace

Result<> export_list(ApiClient& api, Files& files, const ExportArguments& arguments) {
  Query query{{"format", arguments.format}};
  for (const auto& filter : arguments.filters) {
    const auto equals = filter.find('=');
    if (equals == std::string::npos) return fail(Errc::invalid_argument, filter + ": a filter is NAME=VALUE");
    query.emplace_back(filter.substr(0, equals), filter.substr(equals + 1));
  }
  const auto bytes = TRY(api.download("/exports/" + segment(arguments.list), query));
  if (arguments.out.empty()) return write_out(bytes);
  // For the one who asked: most lists name people.
  TRY(files.write_atomic(arguments.out, bytes, 0600));
  print("The list of " + arguments.list + " is in " + arguments.out);
  return {};
}

}  // namespace rollcall::cli
