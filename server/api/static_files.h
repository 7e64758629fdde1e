// The console's files, read once at the start and held in memory, with a gzip form of what shrinks. Files
// under /assets/ carry a hash in their name and are cached for a year; everything else is asked for again.
// A path without a file and without a dot is a page of the console: a browser, which asks for text/html, gets
// index.html.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "common/base/files.h"
#include "common/base/result.h"
#include "common/net/http_message.h"

namespace rollcall::api {

class StaticFiles {
 public:
  // Reads `folder` and its folders. Errors: not_found, io, too_large (64 MiB in all).
  static Result<StaticFiles> load(const Files& files, const std::string& folder);
  // No console: every path is unknown.
  StaticFiles() = default;

  // GET and HEAD only; nothing when no file and no page is there.
  std::optional<net::Response> find(const net::RequestHead& head) const;
  std::size_t count() const { return entries_.size(); }

 private:
  struct Entry {
    std::shared_ptr<const std::string> bytes;
    std::shared_ptr<const std::string> gzip;  // null when it does not pay
    std::string type;
    std::string etag;
    bool hashed{};
  };
  Result<> load_folder(const Files& files, const std::string& folder, const std::string& prefix, int depth);
  void add(const std::string& path, std::string bytes);

  std::unordered_map<std::string, Entry> entries_;  // by path
  std::size_t total_bytes_{};
};

}  // namespace rollcall::api
