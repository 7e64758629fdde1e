#include "server/api/static_files.h"

#include <zlib.h>

#include <array>
#include <utility>

#include "common/base/digest.h"

namespace rollcall::api {
namespace {

constexpr std::size_t kMaxBytes = 64 * 1024 * 1024;
constexpr int kMaxFolders = 8;

// Scripts and styles come from files of this server only; nothing may frame, post to or load from elsewhere.
// 'wasm-unsafe-eval' would be the next thing to ask for; nothing here needs it.
constexpr std::string_view kConsolePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".txt", "text/plain; charset=utf-8"},
    {".pem", "application/x-pem-file"},
    {".map", "application/json"},
}};

std::string_view type_of(std::string_view path) {
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

bool shrinks(std::string_view type) {
  return type.starts_with("text/") || type.starts_with("application/json") || type.starts_with("image/svg") ||
         type.starts_with("application/manifest") || type.starts_with("application/wasm");
}

// Empty when zlib fails; the plain form serves then.
std::string gzip(const std::string& bytes) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return done == Z_STREAM_END ? out : std::string{};
}

}  // namespace

void StaticFiles::add(const std::string& path, std::string bytes) {
  Entry entry;
  entry.type = type_of(path);
  entry.etag = '"' + to_hex(bytes_of(sha256(bytes))).substr(0, 24) + '"';
  entry.hashed = path.starts_with("/assets/");
  if (shrinks(entry.type)) {
    auto small = gzip(bytes);
    if (!small.empty() && small.size() < bytes.size() * 9 / 10) {
      entry.gzip = std::make_shared<const std::string>(std::move(small));
    }
  }
  entry.bytes = std::make_shared<const std::string>(std::move(bytes));
  entries_[path] = std::move(entry);
}

Result<> StaticFiles::load_folder(const Files& files, const std::string& folder, const std::string& prefix,
                                  int depth) {
  if (depth > kMaxFolders) return fail(Errc::too_large, folder + ": folders are nested too deep");
  for (const auto& name : TRY(files.list(folder))) {
    const auto path = folder + "/" + name;
    const auto info = TRY(files.info(path));
    if (info.kind == FileInfo::Kind::directory) {
      TRY(load_folder(files, path, prefix + name + "/", depth + 1));
    } else if (info.kind == FileInfo::Kind::regular && !name.starts_with('.')) {
      auto bytes = TRY(files.read(path, kMaxBytes - total_bytes_));
      total_bytes_ += bytes.size();
      add(prefix + name, std::move(bytes));
    }
  }
  return {};
}

Result<StaticFiles> StaticFiles::load(const Files& files, const std::string& folder) {
  StaticFiles result;
  TRY(with(result.load_folder(files, folder, "/", 0), "reading the console's files"));
  if (!result.entries_.contains("/index.html")) {
    return fail(Errc::not_found, folder + ": no index.html; is this the console's folder?");
  }
  return result;
}

std::optional<net::Response> StaticFiles::find(const net::RequestHead& head) const {
  if (head.method != net::Method::get && head.method != net::Method::head) return std::nullopt;
  auto found = entries_.find(head.path == "/" ? "/index.html" : head.path);
  if (found == entries_.end()) {
    // The console draws its pages' addresses itself. Only whoever asks for a page gets one: a probe of
    // "/healthz/" must not take the console for an answer.
    const bool is_page = head.path.find('.') == std::string::npos &&
                         head.headers.get("Accept").find("text/html") != std::string_view::npos;
    if (is_page) found = entries_.find("/index.html");
    if (found == entries_.end()) return std::nullopt;
  }
  const Entry& entry = found->second;
  net::Response response;
  response.headers.set("Content-Type", entry.type);
  response.headers.set("Content-Security-Policy", kConsolePolicy);
  response.headers.set("Cache-Control", entry.hashed ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.set("ETag", entry.etag);
  response.headers.set("Vary", "Accept-Encoding");
  if (head.headers.get("If-None-Match") == entry.etag) {
    response.status = 304;
    return response;
  }
  if (entry.gzip && head.headers.get("Accept-Encoding").find("gzip") != std::string_view::npos) {
    response.headers.set("Content-Encoding", "gzip");
    response.body = entry.gzip;
  } else {
    response.body = entry.bytes;
  }
  return response;
}

}  // namespace rollcall::api
