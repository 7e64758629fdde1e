#include <algorithm>

#include "server/api/actor_names.h"
#include "server/api/encode.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

// A district of 348,000 with two million enrollments packs into 150 MB.
constexpr std::size_t kUploadLimit = 512 * 1024 * 1024;
constexpr std::size_t kFindingsAtOnce = 5'000;

std::optional<bool> parse_flag(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

json::object encode(const domain::FileCounts& it) {
  return {{"file", it.file},       {"mode", it.mode}, {"read", it.read},         {"new", it.added},
          {"changed", it.changed}, {"gone", it.gone}, {"warnings", it.warnings}, {"errors", it.errors},
          {"kept", it.kept}};
}

json::object encode(const service::Imports::View& view, ActorNames& names) {
  const auto& import = view.import;
  json::array files;
  for (const auto& it : import.files) files.push_back(encode(it));
  json::object out{{"id", import.import_id},
                   {"kind", domain::name_of(import.kind)},
                   {"source", import.source},
                   {"dry_run", import.dry_run},
                   {"state", domain::name_of(import.state)},
                   {"created_ms", import.created_ms},
                   {"files", std::move(files)},
                   {"findings", import.findings}};
  put(out, "started_ms", import.started_ms);
  put(out, "finished_ms", import.finished_ms);
  put(out, "until_ms", view.until_ms);
  put_text(out, "started_by", names.of(import.actor));
  put_text(out, "approved_by", names.of(import.approved_by));
  put_text(out, "error", import.error);
  if (const auto& progress = view.progress) {
    out["progress"] = json::object{{"phase", progress->phase},
                                   {"file", progress->file},
                                   {"rows", progress->rows},
                                   {"done", progress->done},
                                   {"total", progress->total}};
  }
  return out;
}

json::object encode(const domain::FindingGroup& it) {
  json::object out{{"file", it.finding.file},
                   {"severity", domain::name_of(it.finding.severity)},
                   {"reason", it.finding.reason},
                   {"count", it.count}};
  put_text(out, "column", it.finding.column);
  if (it.finding.line > 0) out["first_line"] = it.finding.line;
  return out;
}

// Every cell is quoted: a reason may hold a comma.
void add_cell(std::string& out, std::string_view text, char end) {
  out += '"';
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  out += '"';
  out += end;
}

class ImportRoutes {
 public:
  ImportRoutes(service::Imports& imports, service::Users& users) : imports_(imports), users_(users) {}

  Result<net::Response> submit(Call& call) const {
    Query query(call.request);
    service::Imports::Upload upload;
    upload.kind = query.word("kind", domain::parse_import_kind).value_or(domain::ImportKind::oneroster);
    upload.dry_run = query.word("dry_run", parse_flag).value_or(false);
    upload.preset = query.word("preset", domain::parse_device_preset);
    const bool devices = upload.kind == domain::ImportKind::devices;
    if (upload.preset && !devices) query.refuse("preset", "is for lists of devices: kind=devices");
    TRY(query.done());
    if (devices && !call.caller.person->may(domain::Permission::import_inventory)) {
      return fail(Errc::permission_denied, "your role may not import devices", "kind");
    }
    if (!call.request.spooled || call.request.spooled->size() == 0) {
      return fail(Errc::invalid_argument, "the body must be the export: a zip or a .csv file");
    }
    upload.path = call.request.spooled->path();
    return answer(TRY(imports_.submit(call.caller.actor(), upload)), 202);
  }

  Result<net::Response> list(Call& call) const {
    Query query(call.request);
    const auto asked = query.page(200, 50);
    TRY(query.done());
    const auto page = TRY(imports_.list(asked.cursor, asked.limit));
    json::array items;
    ActorNames names(users_);
    for (const auto& view : page.imports) items.push_back(encode(view, names));
    return paged(std::move(items), page.next_cursor);
  }

  Result<net::Response> show(Call& call) const {
    ActorNames names(users_);
    return json_response(encode(TRY(imports_.get(call.parameters[0])), names));
  }

  Result<net::Response> approve(Call& call) const {
    return answer(TRY(imports_.approve(call.caller.actor(), call.parameters[0])), 200);
  }

  Result<net::Response> cancel(Call& call) const {
    return answer(TRY(imports_.cancel(call.caller.actor(), call.parameters[0])), 200);
  }

  Result<net::Response> groups(Call& call) const {
    TRY(imports_.get(call.parameters[0]));
    json::array items;
    for (const auto& it : TRY(imports_.finding_groups(call.parameters[0]))) items.push_back(encode(it));
    return json_response({{"items", std::move(items)}});
  }

  Result<net::Response> findings(Call& call) const {
    TRY(imports_.get(call.parameters[0]));
    std::string out = "file,line,column,severity,reason\r\n";
    for (std::int64_t after = 0;; after += static_cast<std::int64_t>(kFindingsAtOnce)) {
      const auto page = TRY(imports_.findings(call.parameters[0], after, kFindingsAtOnce));
      for (const auto& it : page) {
        add_cell(out, it.file, ',');
        out += it.line > 0 ? std::to_string(it.line) : "";
        out += ',';
        add_cell(out, it.column, ',');
        add_cell(out, domain::name_of(it.severity), ',');
        add_cell(out, it.reason, '\r');
        out += '\n';
      }
      if (page.size() < kFindingsAtOnce) break;
    }
    net::Response response;
    response.headers.set("Content-Type", "text/csv; charset=utf-8");
    response.headers.set("Content-Disposition", "attachment; filename=\"findings.csv\"");
    response.body = std::move(out);
    return response;
  }

 private:
  Result<net::Response> answer(domain::Import import, int status) const {
    ActorNames names(users_);
    const service::Imports::View view{.import = std::move(import)};
    return json_response(encode(view, names), status);
  }

  service::Imports& imports_;
  service::Users& users_;
};

}  // namespace

Routes import_routes(service::Imports& imports, service::Users& users) {
  const ImportRoutes it(imports, users);
  constexpr auto kImport = domain::Permission::import_roster;
  return {
      {Method::post, "/api/v1/imports", kImport, ScopeKind::district, Where::worker, kUploadLimit,
       [it](Call& call) { return it.submit(call); }, imports.spool()},
      {Method::get, "/api/v1/imports", kImport, ScopeKind::district, Where::worker, 0,
       [it](Call& call) { return it.list(call); }},
      {Method::get, "/api/v1/imports/{id}", kImport, ScopeKind::district, Where::worker, 0,
       [it](Call& call) { return it.show(call); }},
      {Method::post, "/api/v1/imports/{id}/approve", kImport, ScopeKind::district, Where::worker, 0,
       [it](Call& call) { return it.approve(call); }},
      {Method::post, "/api/v1/imports/{id}/cancel", kImport, ScopeKind::district, Where::worker, 0,
       [it](Call& call) { return it.cancel(call); }},
      {Method::get, "/api/v1/imports/{id}/findings", kImport, ScopeKind::district, Where::worker, 0,
       [it](Call& call) { return it.groups(call); }},
      {Method::get, "/api/v1/imports/{id}/findings.csv", kImport, ScopeKind::district, Where::worker, 0,
       [it](Call& call) { return it.findings(call); }},
  };
}

}  // namespace rollcall::api
