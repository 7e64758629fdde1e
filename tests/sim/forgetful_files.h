// The file system of a computer whose power can go. What is in a file stays after a sync of that file; what files are
// called stays after a sync of their folder. Folders themselves are taken to be durable at once: whatever is durable
// in one takes it along. For one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/files.h"
#include "common/base/random.h"

namespace rollcall::sim {

// A disk that says that it has synced and has not: controls for the tests.
enum class Lie { none, database, files, folders };

class ForgetfulFiles final : public Files {
 public:
  // What was replaced or removed waits in `attic`, made on first use, on the same file system. `powered` is asked
  // before each access; from its first false on nothing happens any more.
  ForgetfulFiles(std::string attic, Lie lie, std::function<bool()> powered)
      : attic_(std::move(attic)), lie_(lie), powered_(std::move(powered)) {}

  // Leaves what a machine finds that starts again: of the names that were changed since their folder's sync the first
  // few are changed, and of the bytes since a file's sync the first few are there; `torn` says how many. Nothing may
  // be open. Errors: those of the file system.
  Result<> forget(Random& torn);

  Result<std::string> read(const std::string& path, std::size_t limit) const override;
  Result<> write_atomic(const std::string& path, std::string_view bytes, unsigned mode) override;
  Result<std::unique_ptr<FileWriter>> create(const std::string& path, unsigned mode) override;
  Result<std::unique_ptr<FileReader>> open(const std::string& path) const override;
  Result<> sync_folder(const std::string& path) override;
  Result<> remove(const std::string& path) override;
  Result<> rename(const std::string& from, const std::string& to) override;
  Result<> make_directories(const std::string& path, unsigned mode) override;
  Result<FileInfo> info(const std::string& path) const override;
  Result<std::vector<std::string>> list(const std::string& path) const override;

 private:
  struct Content {  // of a file that was written here, wherever it is now
    std::string path;
    std::uint64_t written{}, synced{};
  };
  struct Change {      // a name's: made (no `from`), removed (no `to`), moved
    std::string from, to;
    std::string kept;  // in the attic: what had the name before; empty: nothing
  };
  class Writer;

  Result<> access() const;
  Result<std::string> put_away(const std::string& path);  // its place in the attic; empty: there is no such file
  Result<> move(const std::string& from, const std::string& to);
  Result<> undo(const Change& change);
  void drop(const std::string& path);  // for good
  void forget_content(const std::string& path);

  std::string attic_;
  Lie lie_;
  std::function<bool()> powered_;
  SystemFiles files_;
  std::vector<std::shared_ptr<Content>> contents_;
  std::vector<Change> changes_;  // not durable yet, in their order
  int kept_{};
};

}  // namespace rollcall::sim
