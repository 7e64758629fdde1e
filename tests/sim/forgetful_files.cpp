#include "tests/sim/forgetful_files.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace rollcall::sim {

namespace {

std::string folder_of(const std::string& path) { return std::filesystem::path(path).parent_path().string(); }

}  // namespace

class ForgetfulFiles::Writer final : public FileWriter {
 public:
  Writer(ForgetfulFiles& owner, std::shared_ptr<Content> content, std::unique_ptr<FileWriter> file)
      : owner_(owner), content_(std::move(content)), file_(std::move(file)) {}

  Result<> append(std::string_view bytes) override {
    TRY(owner_.access());
    content_->written += bytes.size();
    return file_->append(bytes);
  }
  Result<> sync() override {
    TRY(owner_.access());
    if (owner_.lie_ != Lie::files) content_->synced = content_->written;
    return {};
  }

 private:
  ForgetfulFiles& owner_;
  std::shared_ptr<Content> content_;
  std::unique_ptr<FileWriter> file_;
};

Result<> ForgetfulFiles::access() const {
  if (powered_()) return {};
  return fail(Errc::io, "the power is off");
}

Result<std::string> ForgetfulFiles::put_away(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return std::string();
  std::filesystem::create_directory(attic_, error);
  std::string kept = fmt::format("{}/{}", attic_, ++kept_);
  TRY(move(path, kept));
  return kept;
}

Result<> ForgetfulFiles::move(const std::string& from, const std::string& to) {
  TRY(files_.rename(from, to));
  forget_content(to);
  for (const auto& content : contents_) {
    if (content->path == from) content->path = to;
  }
  return {};
}

void ForgetfulFiles::forget_content(const std::string& path) {
  std::erase_if(contents_, [&](const auto& content) { return content->path == path; });
}

void ForgetfulFiles::drop(const std::string& path) {
  if (path.empty()) return;
  static_cast<void>(files_.remove(path));
  forget_content(path);
}

Result<> ForgetfulFiles::undo(const Change& change) {
  if (change.from.empty()) {
    drop(change.to);
    return {};
  }
  if (!change.to.empty()) TRY(move(change.to, change.from));
  if (!change.kept.empty()) TRY(move(change.kept, change.to.empty() ? change.from : change.to));
  return {};
}

Result<> ForgetfulFiles::forget(Random& torn) {
  const auto some_of = [&](std::uint64_t most) { return most == 0 ? 0 : torn.below(most + 1); };
  const auto stay = static_cast<std::size_t>(some_of(changes_.size()));
  for (std::size_t i = changes_.size(); i-- > 0;) {
    if (i >= stay) TRY(undo(changes_[i]));
    else drop(changes_[i].kept);
  }
  changes_.clear();
  for (const auto& content : contents_) {
    if (content->written == content->synced) continue;
    std::error_code error;
    std::filesystem::resize_file(content->path, content->synced + some_of(content->written - content->synced), error);
    if (error) return std::unexpected(system_error(error.value(), content->path));
  }
  contents_.clear();
  return {};
}

Result<std::string> ForgetfulFiles::read(const std::string& path, std::size_t limit) const {
  TRY(access());
  return files_.read(path, limit);
}

// The same steps as in SystemFiles, because the power can go between any two of them.
Result<> ForgetfulFiles::write_atomic(const std::string& path, std::string_view bytes, unsigned mode) {
  const std::string beside = path + ".new";
  {
    const auto writer = TRY(create(beside, mode));
    TRY(writer->append(bytes));
    TRY(writer->sync());
  }
  TRY(rename(beside, path));
  return sync_folder(folder_of(path));
}

Result<std::unique_ptr<FileWriter>> ForgetfulFiles::create(const std::string& path, unsigned mode) {
  TRY(access());
  std::error_code error;
  const bool is_new = !std::filesystem::exists(path, error);
  auto file = TRY(files_.create(path, mode));
  if (is_new) changes_.push_back({{}, path, {}});
  forget_content(path);
  const auto content = contents_.emplace_back(std::make_shared<Content>(path));
  return std::make_unique<Writer>(*this, content, std::move(file));
}

Result<std::unique_ptr<FileReader>> ForgetfulFiles::open(const std::string& path) const {
  TRY(access());
  return files_.open(path);
}

Result<> ForgetfulFiles::sync_folder(const std::string& path) {
  TRY(access());
  if (lie_ == Lie::folders) return {};
  std::erase_if(changes_, [&](const Change& change) {
    if (folder_of(change.from) != path && folder_of(change.to) != path) return false;
    drop(change.kept);
    return true;
  });
  std::erase_if(contents_, [](const auto& it) { return it.use_count() == 1 && it->written == it->synced; });
  return {};
}

Result<> ForgetfulFiles::remove(const std::string& path) {
  TRY(access());
  auto kept = TRY(put_away(path));
  if (!kept.empty()) changes_.push_back({path, {}, std::move(kept)});
  return {};
}

Result<> ForgetfulFiles::rename(const std::string& from, const std::string& to) {
  TRY(access());
  TRY(files_.info(from));
  auto kept = TRY(put_away(to));
  TRY(move(from, to));
  changes_.push_back({from, to, std::move(kept)});
  return {};
}

Result<> ForgetfulFiles::make_directories(const std::string& path, unsigned mode) {
  TRY(access());
  return files_.make_directories(path, mode);
}

Result<FileInfo> ForgetfulFiles::info(const std::string& path) const {
  TRY(access());
  return files_.info(path);
}

Result<std::vector<std::string>> ForgetfulFiles::list(const std::string& path) const {
  TRY(access());
  return files_.list(path);
}

}  // namespace rollcall::sim
