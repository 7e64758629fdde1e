#include "common/sql/vfs_shim.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <utility>

#include "common/base/check.h"
#include "common/sql/page_checksum.h"

namespace rollcall::sql {
namespace {

// The layout of a WAL: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
constexpr std::int64_t kWalHeaderBytes = 32;
constexpr std::int64_t kFrameHeaderBytes = 24;
constexpr std::int64_t kFrameBytes = kFrameHeaderBytes + kPageBytes;
constexpr std::int64_t kNowhere = std::numeric_limits<std::int64_t>::max();

struct Shim {
  sqlite3_vfs vfs{};
  sqlite3_vfs* system = nullptr;
  Faults* faults = nullptr;
  std::string name;
};

// Lies in memory that SQLite allocates; the system's own file follows it.
struct ShimFile {
  sqlite3_file base;
  enum class Kind { database, wal, other } kind;
  Faults* faults;
  const char* path;  // SQLite keeps it for as long as the file is open
  // WAL only. Where the last frame header was written, and from where on headers do not match their pages:
  // a page that is changed again before its commit is overwritten in place, and its checksum follows later.
  std::int64_t last_header;
  std::int64_t stale_from;
};

static_assert(sizeof(ShimFile) % alignof(std::max_align_t) == 0);

ShimFile& shim_file(sqlite3_file* file) {
  return *reinterpret_cast<ShimFile*>(file);
}
sqlite3_file* system_file(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<std::byte*>(file) + sizeof(ShimFile));
}

int ask(const ShimFile& file, Access access) {
  if (file.faults == nullptr) return SQLITE_OK;
  access.path = file.path == nullptr ? std::string_view() : file.path;
  return file.faults->before(access);
}

int system_read(sqlite3_file* file, void* out, std::int64_t size, std::int64_t offset) {
  sqlite3_file* system = system_file(file);
  return system->pMethods->xRead(system, out, static_cast<int>(size), offset);
}

struct WalSum {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  bool operator==(const WalSum&) const = default;

  void add(std::span<const std::byte> bytes) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      std::uint32_t words[2];
      std::memcpy(words, bytes.data() + at, sizeof words);
      first += words[0] + second;
      second += words[1] + first;
    }
  }
  static WalSum stored(const std::byte* at) {
    std::uint32_t words[2];
    std::memcpy(words, at, sizeof words);
    return {__builtin_bswap32(words[0]), __builtin_bswap32(words[1])};
  }
};

// A frame's sum goes on from that of the frame before it, or from that of the WAL's header.
int compare_frame(sqlite3_file* file, Page page, std::int64_t offset) {
  const std::int64_t header_at = offset - kFrameHeaderBytes;
  const std::int64_t previous_at =
      header_at == kWalHeaderBytes ? kWalHeaderBytes - 8 : header_at - kFrameBytes + 16;
  std::array<std::byte, kFrameHeaderBytes> header;
  std::array<std::byte, 8> previous;
  int code = system_read(file, header.data(), kFrameHeaderBytes, header_at);
  if (code == SQLITE_OK) code = system_read(file, previous.data(), 8, previous_at);
  if (code != SQLITE_OK) return code;
  WalSum sum = WalSum::stored(previous.data());
  sum.add(std::span(header).first(8));
  sum.add(page);
  return sum == WalSum::stored(header.data() + 16) ? SQLITE_OK : SQLITE_IOERR_DATA;
}

bool is_frame_page(std::int64_t size, std::int64_t offset) {
  return size == kPageBytes && (offset - kWalHeaderBytes) % kFrameBytes == kFrameHeaderBytes;
}

int read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  const ShimFile& shim = shim_file(file);
  int code = ask(shim, {.operation = Access::Operation::read, .path = {}, .offset = offset, .size = size});
  if (code == SQLITE_OK) code = system_read(file, out, size, offset);
  if (code != SQLITE_OK) return code;
  const auto* bytes = static_cast<const std::byte*>(out);
  if (shim.kind == ShimFile::Kind::database) {
    // SQLite looks at single fields of the first page before it reads all of it.
    if (size < 512) return SQLITE_OK;
    if (size != kPageBytes || offset % kPageBytes != 0) return SQLITE_IOERR_DATA;
    const auto number = static_cast<std::uint32_t>(offset / kPageBytes) + 1;
    return is_intact(Page(bytes, kPageBytes), number) ? SQLITE_OK : SQLITE_IOERR_DATA;
  }
  if (shim.kind == ShimFile::Kind::wal && is_frame_page(size, offset) && offset < shim.stale_from) {
    return compare_frame(file, Page(bytes, kPageBytes), offset);
  }
  return SQLITE_OK;
}

void follow_wal(ShimFile& shim, int size, std::int64_t offset) {
  if (size == kFrameHeaderBytes) {
    shim.last_header = offset;
    if (offset + kFrameHeaderBytes <= shim.stale_from) shim.stale_from = kNowhere;
  } else if (is_frame_page(size, offset) && offset != shim.last_header + kFrameHeaderBytes) {
    shim.stale_from = std::min(shim.stale_from, offset);
  }
}

int write(sqlite3_file* file, const void* in, int size, sqlite3_int64 offset) {
  ShimFile& shim = shim_file(file);
  std::array<std::byte, kPageBytes> sealed;
  if (shim.kind == ShimFile::Kind::database) {
    if (size != kPageBytes || offset % kPageBytes != 0) return SQLITE_IOERR_WRITE;
    // A copy, because the page belongs to SQLite's cache.
    std::memcpy(sealed.data(), in, sealed.size());
    seal_page(sealed, static_cast<std::uint32_t>(offset / kPageBytes) + 1);
    in = sealed.data();
  }
  const std::span bytes(static_cast<const std::byte*>(in), static_cast<std::size_t>(size));
  const int code = ask(
      shim,
      {.operation = Access::Operation::write, .path = {}, .offset = offset, .size = size, .bytes = bytes});
  if (code != SQLITE_OK) return code;
  if (shim.kind == ShimFile::Kind::wal) follow_wal(shim, size, offset);
  sqlite3_file* system = system_file(file);
  return system->pMethods->xWrite(system, in, size, offset);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  const int code =
      ask(shim_file(file), {.operation = Access::Operation::truncate, .path = {}, .offset = size});
  if (code != SQLITE_OK) return code;
  sqlite3_file* system = system_file(file);
  return system->pMethods->xTruncate(system, size);
}

int sync(sqlite3_file* file, int flags) {
  const int code = ask(shim_file(file), {.operation = Access::Operation::sync, .path = {}});
  if (code != SQLITE_OK) return code;
  sqlite3_file* system = system_file(file);
  return system->pMethods->xSync(system, flags);
}

// The methods that nothing is added to.
template <auto Method>
struct Forward;
template <class R, class... Args, R (*sqlite3_io_methods::*Method)(sqlite3_file*, Args...)>
struct Forward<Method> {
  static R call(sqlite3_file* file, Args... args) {
    sqlite3_file* system = system_file(file);
    return (system->pMethods->*Method)(system, args...);
  }
};
template <class R, class... Args, R (*sqlite3_vfs::*Method)(sqlite3_vfs*, Args...)>
struct Forward<Method> {
  static R call(sqlite3_vfs* vfs, Args... args) {
    sqlite3_vfs* system = static_cast<Shim*>(vfs->pAppData)->system;
    return (system->*Method)(system, args...);
  }
};

// Version 2: with the WAL's shared memory, without memory-mapped reads, which would pass the checksums by.
constexpr sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = Forward<&sqlite3_io_methods::xClose>::call,
    .xRead = read,
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = sync,
    .xFileSize = Forward<&sqlite3_io_methods::xFileSize>::call,
    .xLock = Forward<&sqlite3_io_methods::xLock>::call,
    .xUnlock = Forward<&sqlite3_io_methods::xUnlock>::call,
    .xCheckReservedLock = Forward<&sqlite3_io_methods::xCheckReservedLock>::call,
    .xFileControl = Forward<&sqlite3_io_methods::xFileControl>::call,
    .xSectorSize = Forward<&sqlite3_io_methods::xSectorSize>::call,
    .xDeviceCharacteristics = Forward<&sqlite3_io_methods::xDeviceCharacteristics>::call,
    .xShmMap = Forward<&sqlite3_io_methods::xShmMap>::call,
    .xShmLock = Forward<&sqlite3_io_methods::xShmLock>::call,
    .xShmBarrier = Forward<&sqlite3_io_methods::xShmBarrier>::call,
    .xShmUnmap = Forward<&sqlite3_io_methods::xShmUnmap>::call,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* flags_out) {
  const Shim& shim = *static_cast<Shim*>(vfs->pAppData);
  const auto kind = (flags & SQLITE_OPEN_MAIN_DB) != 0 ? ShimFile::Kind::database
                    : (flags & SQLITE_OPEN_WAL) != 0   ? ShimFile::Kind::wal
                                                       : ShimFile::Kind::other;
  auto* opened = new (file) ShimFile{{nullptr}, kind, shim.faults, path, -1, kNowhere};
  sqlite3_file* system = system_file(file);
  system->pMethods = nullptr;
  int code = ask(*opened, {.operation = Access::Operation::open, .path = {}});
  if (code == SQLITE_OK) code = shim.system->xOpen(shim.system, path, system, flags, flags_out);
  // SQLite closes a file that failed to open exactly when it has methods.
  if (system->pMethods != nullptr) opened->base.pMethods = &kMethods;
  return code;
}

int remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  const Shim& shim = *static_cast<Shim*>(vfs->pAppData);
  if (shim.faults != nullptr) {
    const int code = shim.faults->before({.operation = Access::Operation::remove, .path = path});
    if (code != SQLITE_OK) return code;
  }
  return shim.system->xDelete(shim.system, path, sync_folder);
}

std::unique_ptr<Shim> make_shim(std::string name, Faults* faults) {
  CHECK(sqlite3_initialize() == SQLITE_OK);
  auto shim = std::make_unique<Shim>();
  shim->system = sqlite3_vfs_find("unix");
  CHECK(shim->system != nullptr);
  shim->faults = faults;
  shim->name = std::move(name);
  shim->vfs = sqlite3_vfs{
      .iVersion = 2,
      .szOsFile = static_cast<int>(sizeof(ShimFile)) + shim->system->szOsFile,
      .mxPathname = shim->system->mxPathname,
      .pNext = nullptr,
      .zName = shim->name.c_str(),
      .pAppData = shim.get(),
      .xOpen = open,
      .xDelete = remove,
      .xAccess = Forward<&sqlite3_vfs::xAccess>::call,
      .xFullPathname = Forward<&sqlite3_vfs::xFullPathname>::call,
      .xDlOpen = nullptr,
      .xDlError = nullptr,
      .xDlSym = nullptr,
      .xDlClose = nullptr,
      .xRandomness = Forward<&sqlite3_vfs::xRandomness>::call,
      .xSleep = Forward<&sqlite3_vfs::xSleep>::call,
      .xCurrentTime = Forward<&sqlite3_vfs::xCurrentTime>::call,
      .xGetLastError = Forward<&sqlite3_vfs::xGetLastError>::call,
      .xCurrentTimeInt64 = Forward<&sqlite3_vfs::xCurrentTimeInt64>::call,
      .xSetSystemCall = nullptr,
      .xGetSystemCall = nullptr,
      .xNextSystemCall = nullptr,
  };
  CHECK(sqlite3_vfs_register(&shim->vfs, 0) == SQLITE_OK);
  return shim;
}

}  // namespace

const std::string& checksum_vfs() {
  // Never unregistered: a database may outlive every static object.
  static const Shim* const shim = make_shim("rollcall", nullptr).release();
  return shim->name;
}

FaultyVfs::FaultyVfs(Faults& faults) {
  static std::atomic<int> count = 0;
  auto shim = make_shim("rollcall-faulty-" + std::to_string(++count), &faults);
  name_ = shim->name;
  shim_ = shim.release();
}

FaultyVfs::~FaultyVfs() {
  const std::unique_ptr<Shim> shim(static_cast<Shim*>(shim_));
  sqlite3_vfs_unregister(&shim->vfs);
}

}  // namespace rollcall::sql
