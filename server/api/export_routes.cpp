// Every list as a file. An export asks its list's own route, page by page, for whoever asked: so it has the list's
// permission, scope, filters and fields, whatever becomes of them.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "common/base/text.h"
#include "server/api/export_lists.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using net::Method;

enum class Format { csv, json };

std::optional<Format> parse_format(std::string_view text) {
  if (text == "csv") return Format::csv;
  return text == "json" ? std::optional(Format::json) : std::nullopt;
}

// Without it a spreadsheet reads names in a character set of its own.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

class Pages {
 public:
  Pages(const ExportList& list, Answer answer, Call call) : list_(list), answer_(std::move(answer)), call_(std::move(call)) {}

  // Errors: what the list answers.
  Result<json::array> next() {
    Call call = call_;
    if (!cursor_.empty()) call.request.query.emplace_back("cursor", cursor_);
    auto response = TRY(answer_(call));
    const auto* text = std::get_if<std::string>(&response.body);
    boost::system::error_code error;
    auto page = text != nullptr ? json::parse(*text, error) : json::value();
    if (error || !page.is_object() || !page.get_object().contains("items")) {
      return fail(Errc::internal, "the list of " + std::string(list_.name) + " did not answer as a list");
    }
    const auto* cursor = page.get_object().if_contains("next_cursor");
    cursor_ = cursor != nullptr ? std::string(cursor->as_string()) : "";
    return std::move(page.get_object().at("items").as_array());
  }
  bool more() const { return !cursor_.empty(); }

 private:
  const ExportList& list_;
  const Answer answer_;
  const Call call_;
  std::string cursor_;
};

// Holds one page at a time, however long the list is.
class ExportBody final : public net::BodySource {
 public:
  ExportBody(const ExportList& list, Format format, Pages pages, json::array first)
      : list_(list), format_(format), pages_(std::move(pages)), page_(std::move(first)) {}

  bool waits() const override { return true; }

  Result<std::string> next_chunk() override {
    std::string out;
    while (out.empty() && !ended_) {  // a page of a search may be empty and lead on
      if (!begun_) begin(out);
      else page_ = TRY(pages_.next());
      for (const auto& item : page_) add(out, item);
      ended_ = !pages_.more();
      if (ended_ && format_ == Format::json) out += "\n]}\n";
    }
    return out;
  }

 private:
  void begin(std::string& out) {
    begun_ = true;
    if (format_ == Format::json) out = "{\"items\":[";
    else add_csv_header(out = kByteOrderMark, list_.columns);
  }
  void add(std::string& out, const json::value& item) {
    if (format_ == Format::csv) return add_csv_row(out, list_.columns, item.as_object());
    out += std::exchange(comma_, ",");
    out += '\n';
    out += json::serialize(item);
  }

  const ExportList& list_;
  const Format format_;
  Pages pages_;
  json::array page_;
  std::string_view comma_;
  bool begun_{}, ended_{};
};

// The list's question: what the caller asks of it, and what an export asks.
Result<Call> question_of(const ExportList& list, Call call, Format& format) {
  auto& query = call.request.query;
  const auto chosen = call.request.query_value("format");
  const auto parsed = chosen ? parse_format(*chosen) : std::optional(Format::csv);
  if (!parsed) return fail(Errc::invalid_argument, "must be csv or json", "format");
  format = *parsed;
  std::erase_if(query, [](const auto& it) { return it.first == "format"; });
  for (const auto& [name, value] : query) {
    if (name == "cursor" || name == "limit" || name == "offset") {
      return fail(Errc::invalid_argument, "an export is never a page of a list", name);
    }
  }
  for (const auto pair : split(list.asked, '&')) {
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    const auto name = pair.substr(0, equals);
    std::erase_if(query, [&](const auto& it) { return it.first == name; });
    query.emplace_back(name, pair.substr(equals + 1));
  }
  call.request.path = list.list;
  return call;
}

class ExportRoutes {
 public:
  ExportRoutes(service::Writes& writes, service::Audit& audit) : writes_(writes), audit_(audit) {}

  // The first page is read before anything is answered, so that what is wrong with the question is said as always.
  Result<net::Response> answer(const ExportList& list, const Answer& answer, Call& call) const {
    Format format{};
    Pages pages(list, answer, TRY(question_of(list, call, format)));
    auto first = TRY(pages.next());
    TRY(record(list, format, call));
    const std::string ending = format == Format::csv ? "csv" : "json";
    net::Response response;
    response.headers.set("Content-Type", format == Format::csv ? "text/csv; charset=utf-8" : "application/json");
    response.headers.set("Content-Disposition",
                         "attachment; filename=\"" + std::string(list.name) + "." + ending + "\"");
    response.body = std::make_unique<ExportBody>(list, format, std::move(pages), std::move(first));
    return response;
  }

 private:
  // Which filters, not what they say: a search is a name.
  Result<> record(const ExportList& list, Format format, const Call& call) const {
    std::string detail = format == Format::csv ? "csv" : "json";
    for (const auto& [name, value] : call.request.query) {
      if (name != "format") detail += ", " + name;
    }
    return writes_.run(call.caller.actor(), [&](service::Write& write) {
      return audit_.append(write.transaction(), write.actor(), "list.export", "list:" + std::string(list.name), detail);
    });
  }

  service::Writes& writes_;
  service::Audit& audit_;
};

}  // namespace

Routes export_routes(const Routes& all, service::Writes& writes, service::Audit& audit) {
  const ExportRoutes it(writes, audit);
  Routes out;
  for (const auto& list : export_lists()) {
    const auto found = std::ranges::find_if(
        all, [&](const Route& route) { return route.method == Method::get && route.path == list.list; });
    if (found == all.end()) continue;  // a test misses its path
    out.push_back({Method::get, list.path, found->permission, found->scope, Where::worker, 0,
                   [it, &list, answer = std::get<Answer>(found->handler)](Call& call) { return it.answer(list, answer, call); }});
  }
  return out;
}

}  // namespace rollcall::api
