#include "server/api/json.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

constexpr std::size_t kBodyLimit = 256 * 1024;  // of labels::kMaxLabels tags
constexpr std::size_t kMaxDevice = 64;          // an id or a tag

class LabelRoutes {
 public:
  explicit LabelRoutes(service::DeviceLabels& labels) : labels_(labels) {}

  Result<net::Response> print(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    service::LabelOrder order;
    order.devices = body.texts("devices", labels::kMaxLabels, kMaxDevice);
    const auto format = body.optional_text("format", 8).value_or("pdf");
    if (format == "pdf") {
      order.on = read_sheet(body);
    } else if (format == "zpl") {
      order.on = service::LabelPrinter{static_cast<int>(body.integer_or("dpi", 203, 203, 300))};
    } else {
      return fail(Errc::invalid_argument, "format must be pdf or zpl", "format");
    }
    TRY(body.done());
    net::Response response;
    response.body = TRY(labels_.make(call.caller.person->scope, order));
    response.headers.set("Content-Type", format == "pdf" ? "application/pdf" : "text/plain; charset=utf-8");
    response.headers.set("Content-Disposition", "attachment; filename=\"labels." + format + "\"");
    return response;
  }

 private:
  static service::LabelSheet read_sheet(Body& body) {
    service::LabelSheet sheet;
    const auto stock = labels::parse_stock(body.optional_text("stock", 32).value_or("avery_5160"));
    if (!stock) body.refuse("stock", "must be avery_5160 or single");
    sheet.stock = stock.value_or(sheet.stock);
    sheet.start = static_cast<int>(body.integer_or("start", 1, 1, labels::kSheetLabels));
    return sheet;
  }

  service::DeviceLabels& labels_;
};

}  // namespace

Routes label_routes(service::DeviceLabels& labels) {
  const LabelRoutes it(labels);
  return {
      {Method::post, "/api/v1/labels", domain::Permission::edit_inventory, ScopeKind::school, Where::worker, kBodyLimit,
       [it](Call& call) { return it.print(call); }},
  };
}

}  // namespace rollcall::api
