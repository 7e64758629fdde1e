#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <functional>
#include <memory>

#include "server/cli/commands.h"
#include "server/cli/output.h"
#include "server/csv/pack.h"

namespace rollcall::cli {
namespace {

namespace json = boost::json;

constexpr int kLookEveryMs = 500;
constexpr std::size_t kPieceBytes = 256 * 1024;

// Of this user alone, gone with the command: what lies in it are names of children.
class PrivateFolder {
 public:
  static Result<std::unique_ptr<PrivateFolder>> make(Files& files) {
    std::string path = "/tmp/rollcall-import-XXXXXX";
    if (!::mkdtemp(path.data())) return fail(Errc::io, "/tmp: no folder can be made there");
    return std::unique_ptr<PrivateFolder>(new PrivateFolder(files, std::move(path)));
  }
  ~PrivateFolder() {
    static_cast<void>(files_.remove(zip()));
    ::rmdir(path_.c_str());
  }
  std::string zip() const { return path_ + "/export.zip"; }

 private:
  PrivateFolder(Files& files, std::string path) : files_(files), path_(std::move(path)) {}
  Files& files_;
  std::string path_;
};

// What the person at the terminal sees while it goes on; nothing when nobody looks.
class ProgressLine {
 public:
  void show(const json::value& import) {
    if (!is_terminal_) return;
    const auto* progress = import.as_object().if_contains("progress");
    std::string line = cell(import, "state");
    if (progress && !cell(*progress, "file").empty()) {
      const auto total = std::max<std::int64_t>(1, progress->at("total").to_number<std::int64_t>());
      const auto done = std::min(total, progress->at("done").to_number<std::int64_t>());
      line = cell(*progress, "phase") + " " + cell(*progress, "file") + ", row " + cell(*progress, "rows") + ", " +
             std::to_string(done * 100 / total) + " %";
    }
    std::fprintf(stderr, "\r\033[K%s", line.c_str());
    std::fflush(stderr);
    shown_ = true;
  }
  ~ProgressLine() {
    if (shown_) std::fputs("\r\033[K", stderr);
  }

 private:
  const bool is_terminal_{::isatty(STDERR_FILENO) == 1};
  bool shown_{};
};

bool goes_on(const json::value& import) {
  const auto state = cell(import, "state");
  return state == "queued" || state == "reading" || state == "writing";
}

std::string path_of(const std::string& id, std::string_view rest = {}) {
  return "/imports/" + segment(id) + std::string(rest);
}

Result<json::value> wait_for(ApiClient& api, json::value import) {
  const std::string id = cell(import, "id");
  ProgressLine line;
  while (goes_on(import)) {
    line.show(import);
    ::poll(nullptr, 0, kLookEveryMs);
    import = TRY(api.get(path_of(id)));
  }
  return import;
}

void print_import(const json::value& import) {
  Table table({"FILE", "MODE", "READ", "NEW", "CHANGED", "GONE", "WARNINGS", "ERRORS"});
  for (const auto& it : list(import, "files")) {
    table.add({cell(it, "file"), cell(it, "mode"), cell(it, "read"), cell(it, "new"), cell(it, "changed"),
               cell(it, "gone"), cell(it, "warnings"), cell(it, "errors")});
  }
  print(table.to_text());
  const auto id = cell(import, "id");
  print("\nImport " + id + ": " + cell(import, "state"));
  const auto until = instant_cell(import, "until_ms");
  if (cell(import, "state") == "planned" && !until.empty()) {
    print("Nothing is changed. To let exactly this in until " + until + ": rollcall import approve " + id);
  }
}

// Whoever runs this from a timer reads the exit code only.
Result<> verdict(const json::value& import) {
  const auto state = cell(import, "state"), id = cell(import, "id"), error = cell(import, "error");
  if (state == "failed" || state == "canceled") return fail(Errc::internal, error.empty() ? state : error);
  if (!error.empty() && (state == "held" || state == "planned")) {
    return fail(Errc::conflict, error + ". To go on: rollcall import approve " + id);
  }
  std::int64_t refused = 0;
  for (const auto& it : list(import, "files")) refused += it.at("errors").to_number<std::int64_t>();
  if (refused == 0) return {};
  return fail(Errc::invalid_argument,
              std::to_string(refused) + " rows were left out; which and why: rollcall import findings " + id);
}

Result<> follow(ApiClient& api, bool as_json, json::value import) {
  import = TRY(wait_for(api, std::move(import)));
  if (as_json) print_json(import);
  else print_import(import);
  return verdict(import);
}

// `whole` is asked before the last piece is sent.
Result<json::value> upload(ApiClient& api, std::shared_ptr<FileReader> file, const Query& query, std::string_view type,
                           std::function<Result<>()> whole = {}) {
  const auto pieces = [file, whole, at = std::uint64_t{}]() mutable -> Result<std::string> {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, file->size() - at));
    auto piece = TRY(file->read(at, size));
    at += size;
    if (at == file->size() && whole) TRY(whole());
    return piece;
  };
  return api.upload("/imports", query, type, file->size(), pieces);
}

Result<json::value> upload_file(ApiClient& api, const Files& files, const std::string& path, const Query& query) {
  const auto before = TRY(files.info(path));
  return upload(api, TRY(files.open(path)), query, "application/octet-stream", [&files, path, before]() -> Result<> {
    const auto now = TRY(files.info(path));
    if (now.size == before.size && now.modified_ms == before.modified_ms) return {};
    return fail(Errc::conflict, path + " changed while it was sent; run it again when the export is complete");
  });
}

// What lies in the zip are names of children: it has no name any more when its bytes begin to travel, so that nothing
// of it stays, however this ends.
Result<json::value> upload_folder(ApiClient& api, Files& files, const std::string& path, const Query& query) {
  std::shared_ptr<FileReader> zip;
  {
    const auto folder = TRY(PrivateFolder::make(files));
    TRY(csv::pack_folder(files, path, folder->zip()));
    zip = TRY(files.open(folder->zip()));
  }
  return upload(api, std::move(zip), query, "application/zip");
}

}  // namespace

Result<> import_roster(ApiClient& api, Files& files, bool as_json, const ImportArguments& arguments) {
  const Query query{{"kind", arguments.kind}, {"dry_run", arguments.dry_run ? "true" : "false"}, {"preset", arguments.preset}};
  const auto info = TRY(files.info(arguments.path));
  const bool is_folder = info.kind == FileInfo::Kind::directory;
  if (is_folder && arguments.kind != "oneroster") {
    return fail(Errc::invalid_argument, arguments.path + " is a folder; name the file");
  }
  auto import = TRY(is_folder ? upload_folder(api, files, arguments.path, query)
                              : upload_file(api, files, arguments.path, query));
  return follow(api, as_json, std::move(import));
}

Result<> list_imports(ApiClient& api, bool as_json) {
  const auto page = TRY(api.get("/imports"));
  if (as_json) {
    print_json(page);
    return {};
  }
  Table table({"ID", "KIND", "SOURCE", "STATE", "STARTED", "FINDINGS"});
  for (const auto& it : list(page, "items")) {
    const bool dry = cell(it, "dry_run") == "true";
    table.add({cell(it, "id"), cell(it, "kind"), cell(it, "source"), cell(it, "state") + (dry ? " (dry run)" : ""),
               instant_cell(it, "created_ms"), cell(it, "findings")});
  }
  print(table.to_text());
  return {};
}

Result<> approve_import(ApiClient& api, bool as_json, const std::string& id) {
  return follow(api, as_json, TRY(api.send(net::Method::post, path_of(id, "/approve"))));
}

Result<> cancel_import(ApiClient& api, bool as_json, const std::string& id) {
  const auto import = TRY(api.send(net::Method::post, path_of(id, "/cancel")));
  if (as_json) print_json(import);
  else print("Canceled. What was written stays; the next import completes it.");
  return {};
}

Result<> import_findings(ApiClient& api, const std::string& id) {
  std::string text = TRY(api.get_text(path_of(id, "/findings.csv")));
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  print(text);
  return {};
}

}  // namespace rollcall::cli
