#include "tests/sim/hardware.h"

namespace rollcall::sim {

void Hardware::cut_power() {
  supply_.powered = false;
  supply_.fuse = 0;
  supply_.disk.cut_power();
}

Result<> Hardware::restore_power(Random& random) {
  TRY(supply_.disk.restore_power(&random));
  supply_.powered = true;
  return {};
}

int Hardware::Supply::before(const sql::Access& access) {
  if (fuse > 0 && --fuse == 0) {
    powered = false;
    disk.cut_power();
  }
  if (lying && powered && access.operation == sql::Access::Operation::sync) return 0;
  return disk.before(access);
}

Result<> Hardware::PoweredFiles::check() const {
  if (supply_.powered) return {};
  return fail(Errc::io, "the power is off");
}

Result<std::string> Hardware::PoweredFiles::read(const std::string& path, std::size_t limit) const {
  TRY(check());
  return files_.read(path, limit);
}

Result<> Hardware::PoweredFiles::write_atomic(const std::string& path, std::string_view bytes, unsigned mode) {
  TRY(check());
  return files_.write_atomic(path, bytes, mode);
}

Result<> Hardware::PoweredFiles::remove(const std::string& path) {
  TRY(check());
  return files_.remove(path);
}

Result<> Hardware::PoweredFiles::rename(const std::string& from, const std::string& to) {
  TRY(check());
  return files_.rename(from, to);
}

Result<> Hardware::PoweredFiles::make_directories(const std::string& path, unsigned mode) {
  TRY(check());
  return files_.make_directories(path, mode);
}

Result<FileInfo> Hardware::PoweredFiles::info(const std::string& path) const {
  TRY(check());
  return files_.info(path);
}

Result<std::vector<std::string>> Hardware::PoweredFiles::list(const std::string& path) const {
  TRY(check());
  return files_.list(path);
}

}  // namespace rollcall::sim
