// A district with an inventory and people, into which lists of devices are imported, stepped by hand.
#pragma once

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "common/base/files.h"
#include "common/base/log.h"
#include "server/service/imports.h"
#include "tests/temporary_folder.h"
#include "tests/unit/service/inventory_fixture.h"

namespace rollcall::service {

struct DeviceLists : Inventory {
  TemporaryFolder folder;
  SystemFiles files;
  RosterKeys keys{std::string(32, 'k')};
  Imports imports{db, files, clock, random, schools, audit, keys, {.spool = folder / "spool"}};

  DeviceLists() {
    log::set_level(log::Level::error);
    imports.teach(InventoryServices{devices, models, custody, agents});
    must(imports.load());
  }

  domain::Import submit(const std::string& text, bool dry_run = false,
                        std::optional<domain::DevicePreset> preset = {}) {
    const std::string path = imports.spool() + "/incoming";
    std::ofstream(path, std::ios::binary) << text;
    return must(imports.submit(admin, {domain::ImportKind::devices, dry_run, "upload", path, preset}));
  }
  domain::Import settle(const domain::Import& import) {
    clock.advance(10);
    imports.run_due(clock.wall_ms());
    return must(imports.get(import.import_id)).import;
  }
  domain::Import run(const std::string& text, bool dry_run = false,
                     std::optional<domain::DevicePreset> preset = {}) {
    return settle(submit(text, dry_run, preset));
  }

  // "devices.csv 2 new 1 changed 0 gone 3 errors; models 1 new"
  static std::string counted(const domain::Import& import) {
    std::string out;
    for (const auto& it : import.files) {
      out += (out.empty() ? "" : "; ") + it.file;
      const auto add = [&](std::int64_t count, const char* what) {
        if (count > 0) out += " " + std::to_string(count) + " " + what;
      };
      add(it.added, "new");
      add(it.changed, "changed");
      add(it.gone, "gone");
      add(it.errors, "errors");
    }
    return out.empty() ? import.error : out;
  }
  // "3 serial error: is empty", in the order of lines.
  std::vector<std::string> said(const domain::Import& import) {
    std::vector<std::string> out;
    auto findings = must(imports.findings(import.import_id, 0, 100'000));
    std::ranges::stable_sort(findings, {}, &domain::ImportFinding::line);
    for (const auto& it : findings) {
      out.push_back(std::to_string(it.line) + " " + it.column + " " + std::string(domain::name_of(it.severity)) + ": " +
                    it.reason);
    }
    return out;
  }
  domain::Asset tagged(const std::string& tag) {
    for (const auto& device : must(devices.all())) {
      if (device.tag == tag) return must(devices.asset(device.device_id));
    }
    throw std::runtime_error("no device has the tag " + tag);
  }
  std::size_t count() { return must(devices.all()).size(); }
  // Somebody with an e-mail and a user name of their own.
  void student(std::int64_t number, const std::string& name, bool enabled = true) {
    storage::PersonRow row{.sort_name = name};
    row.person = {.person_no = number,
                  .person_id = "01ARZ3NDEKTSV4RRFFQ69G5P" + std::to_string(10 + number),
                  .source_id = "s" + std::to_string(number),
                  .student_number = std::to_string(1000 + number),
                  .given_name = name,
                  .school_ids = {"north"},
                  .school_id = "north",
                  .enabled = enabled,
                  .email = name + "@d.example",
                  .username_hash = keys.username_of("u" + name)};
    must(db.write([&](sql::Transaction& transaction) { return storage::put_person(transaction, row); }));
  }
};

}  // namespace rollcall::service
