#include "server/service/device_labels.h"

#include <fmt/format.h>

#include <optional>

#include "common/base/id.h"
#include "common/base/text.h"
#include "server/domain/device.h"
#include "server/storage/device_store.h"

namespace rollcall::service {
namespace {

using domain::Device;

Result<std::optional<Device>> find(sql::Snapshot& snapshot, const std::string& id_or_tag) {
  if (is_ulid(id_or_tag)) {
    auto device = TRY(storage::find_device(snapshot, id_or_tag));
    if (device && !device->deleted()) return device;
  }
  return storage::find_device_by_tag(snapshot, id_or_tag);
}

// Some makers write their name into the model as well.
std::string what_it_is(const Device& device) {
  const bool says_maker = to_lower(device.model).starts_with(to_lower(device.maker));
  const auto text = says_maker || device.maker.empty() ? device.model : device.maker + " " + device.model;
  return std::string(trim(clip_utf8(printable(text), labels::kMaxLineBytes)));
}

void put_in_request(Error& error) {
  const bool is_place = error.field.empty() || error.field.starts_with('[');
  if (is_place && error.code == Errc::invalid_argument) error.field.insert(0, "devices");
}

}  // namespace

Result<std::vector<labels::Label>> DeviceLabels::labels_for(const domain::Scope& reach,
                                                            const std::vector<std::string>& devices) {
  return db_.read([&](sql::Snapshot& snapshot) -> Result<std::vector<labels::Label>> {
    std::vector<labels::Label> out;
    for (const auto& wanted : devices) {
      const auto device = TRY(find(snapshot, wanted));
      const auto place = fmt::format("devices[{}]", out.size());
      if (!device || !reach.covers_school(device->school_id)) {
        return fail(Errc::not_found, fmt::format("no device has the id or tag {}", wanted), place);
      }
      if (device->tag.empty()) {
        return fail(Errc::invalid_argument,
                    fmt::format("device {} has no tag to print: give it one first",
                                device->serial.empty() ? device->device_id : "with serial number " + device->serial),
                    place);
      }
      labels::Label label{device->tag, {}};
      if (!heading_.empty()) label.lines.push_back(heading_);
      if (auto line = what_it_is(*device); !line.empty()) label.lines.push_back(std::move(line));
      out.push_back(std::move(label));
    }
    return out;
  });
}

Result<std::string> DeviceLabels::make(const domain::Scope& reach, const LabelOrder& order) {
  const auto made = TRY(labels_for(reach, order.devices));
  const auto* sheet = std::get_if<LabelSheet>(&order.on);
  auto out = sheet != nullptr ? labels::to_pdf(made, sheet->stock, sheet->start)
                              : labels::to_zpl(made, std::get<LabelPrinter>(order.on).dpi);
  if (!out) put_in_request(out.error());
  return out;
}

}  // namespace rollcall::service
