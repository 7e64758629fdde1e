// Lists of devices come in: what is compared, what is written, whose list it is.
#include "tests/unit/service/device_import_fixture.h"

namespace rollcall::service {
namespace {

using domain::ImportState;
using Lines = std::vector<std::string>;

constexpr const char* kOwn =
    "tag,serial,maker,model,kind,school,purchase_order,cost,purchased,warranty_end,note,person\n"
    "T-1,PF1AAAA1,Lenovo,300e,laptop,north,PO-7,\"$1,329.50\",2026-08-01,2029-07-31,blue lid,1001\n"
    "T-2,PF1AAAA2,Lenovo,300e,,North High,PO-7,329,2026-08-01,,,\n"
    "T-3,PF1AAAA3,HP,Fortis 11,tablet,south,,,,,,\n";

TEST_CASE("a list of devices is compared first, and what was compared can be let in") {
  DeviceLists it;
  it.student(1, "ana");
  const auto compared = it.run(kOwn, true);
  CHECK(compared.state == ImportState::planned);
  CHECK(it.counted(compared) == "devices.csv 3 new; models 2 new; custody 1 new");
  CHECK(compared.files.front().mode == "rollcall");
  CHECK(it.count() == 0);
  CHECK(must(it.models.list(it.everywhere, {})).models.empty());
  const auto done = it.settle(must(it.imports.approve(it.admin, compared.import_id)));
  CHECK(done.state == ImportState::done);
  CHECK(it.counted(done) == it.counted(compared));
  CHECK(it.said(done) == Lines{});
  const auto first = it.tagged("T-1");
  CHECK(first.device.serial == "PF1AAAA1");
  CHECK(first.device.school_id == "north");
  CHECK_FALSE(first.device.model_id.empty());
  CHECK(first.papers.purchase_order == "PO-7");
  CHECK(first.papers.cost_cents == 132'950);
  CHECK(first.papers.purchased == parse_date("2026-08-01"));
  CHECK(first.papers.warranty_end == parse_date("2029-07-31"));
  CHECK(first.papers.note == "blue lid");
  CHECK(first.papers.listed_ms);
  CHECK(first.device.standing.lifecycle == domain::Lifecycle::deployed);
  CHECK(it.told(first.device.device_id) == "person ana now");
  CHECK(it.tagged("T-2").device.school_id == "north");
  CHECK(it.tagged("T-3").device.standing.kind == domain::DeviceKind::tablet);
}

TEST_CASE("the same list a second time changes nothing, and a list that lacks devices takes none away") {
  DeviceLists it;
  it.student(1, "ana");
  it.run(kOwn);
  const auto records = it.log().size();
  const auto again = it.run(kOwn);
  CHECK(again.state == ImportState::done);
  CHECK(it.counted(again) == "devices.csv");
  CHECK(it.log().size() == records + 2);  // that it was handed over, and its end
  const auto fewer = it.run("tag,serial\nT-1,PF1AAAA1\n");
  CHECK(it.counted(fewer) == "devices.csv 2 gone");
  CHECK(fewer.state == ImportState::done);
  CHECK(it.count() == 3);
}

TEST_CASE("a device is met by its tag, or else by serial and maker, and cells that are empty change nothing") {
  DeviceLists it;
  const auto tagged = must(it.list({.tag = "T-1", .maker = "Dell"})).asset.device.device_id;
  const auto with_serial = must(it.list({.serial = "5CD1", .maker = "HP", .model = "Fortis"})).asset.device.device_id;
  must(it.list({.serial = "5CD1", .maker = "Lenovo"}));
  const auto done = it.run("Asset Tag,Serial Number,Manufacturer,Note\nt-1,AB12,,first\nT-9,5cd1,Hewlett-Packard,\n");
  CHECK(it.counted(done) == "devices.csv 2 changed 1 gone");
  CHECK(it.said(done) == Lines{});
  const auto first = must(it.devices.asset(tagged));
  CHECK(first.device.serial == "AB12");
  CHECK(first.device.maker == "Dell");
  CHECK(first.papers.note == "first");
  const auto second = it.now(with_serial);
  CHECK(second.tag == "T-9");
  CHECK(second.model == "Fortis");
}

TEST_CASE("a laptop that only its agent has told of is listed, not doubled") {
  DeviceLists it;
  const Laptop laptop{.serial = "PF1ABCDE"};
  const auto agent = it.enrol(laptop);
  const auto done = it.run("tag,serial,maker,model\nT-1,pf1abcde,Lenovo,20XW\n");
  CHECK(it.counted(done) == "devices.csv 1 changed");
  CHECK(it.count() == 1);
  CHECK(it.tagged("T-1").device.device_id == agent->device_id);
  CHECK(it.tagged("T-1").papers.listed_ms);
}

TEST_CASE("Snipe-IT's export of assets is recognized") {
  DeviceLists it;
  it.student(1, "ana");
  it.student(2, "bo");
  it.place(domain::PlaceKind::cart, "Cart 7");
  const std::string list =
      "Company,Name,Asset Tag,Category,Supplier,Manufacturer,Location,Order Number,Model,Model Notes,Model Number,"
      "Serial,Asset Notes,Purchase Date,Purchase Cost,Checkout Type,Checked Out To: Username,Status,Warranty\n"
      "North High,,10001,Chromebooks,CDW,Acer,,PO-1,Spin 311,,R721T,NXAAA1,scratched,2025-07-01,299.0000,user,uana,Deployed,36 months\n"
      "North High,,10002,Hotspots,,Inseego,Cart 7,,MiFi,,,,,,,,,Ready to Deploy,\n"
      "North High,,10003,Chromebooks,,Acer,,,Spin 311,,R721T,NXAAA3,,,,user,ubo,Archived,\n"
      "North High,,10004,Chromebooks,,Acer,Nowhere,,Spin 311,,R721T,NXAAA4,,,,,,Out on the roof,\n";
  const auto done = it.run(list);
  CHECK(done.files.front().mode == "snipe-it");
  CHECK(it.counted(done) == "devices.csv 4 new; models 2 new; custody 2 new");
  CHECK(it.said(done) == Lines{"4 Username warning: names somebody, but the device is retired",
                               "5 Status warning: is no status that is known; it was left out",
                               "5 Location warning: names no place of the device's school (said once of each name)"});
  const auto first = it.tagged("10001");
  CHECK(first.papers.cost_cents == 29'900);
  CHECK(first.papers.warranty_end == parse_date("2028-07-01"));
  CHECK(first.papers.note == "scratched");
  CHECK(it.told(first.device.device_id) == "person ana now");
  CHECK(it.tagged("10002").device.standing.kind == domain::DeviceKind::hotspot);
  CHECK(it.told(it.tagged("10002").device.device_id) == "cart Cart 7 now");
  CHECK(it.tagged("10003").device.standing.lifecycle == domain::Lifecycle::retired);
  CHECK(it.counted(it.run(list)) == "devices.csv");
}

TEST_CASE("Google's list of devices is recognized, and its makers are taken off the models") {
  DeviceLists it;
  it.student(1, "ana");
  const std::string list =
      "deviceId,serialNumber,status,lastSync,annotatedUser,annotatedLocation,annotatedAssetId,notes,model,osVersion,"
      "orgUnitPath,macAddress\n"
      "d1,5CD0001,ACTIVE,2026-09-01T10:00:00Z,ana@d.example,,20001,,HP Chromebook 11 G8 EE,120,/Students/North High/9,aa\n"
      "d2,5CD0002,DEPROVISIONED,,help desk,,,,Acer Chromebook 311,118,/Retired,bb\n";
  const auto done = it.run(list);
  CHECK(done.files.front().mode == "google-admin");
  CHECK(it.counted(done) == "devices.csv 2 new; models 2 new; custody 1 new");
  CHECK(it.said(done) == Lines{"3 orgUnitPath warning: names no school that is here (said once of each name)",
                               "3 annotatedUser warning: names nobody of the roster; nobody was given the device"});
  const auto first = it.tagged("20001");
  CHECK(first.device.maker == "HP");
  CHECK(first.device.model == "Chromebook 11 G8 EE");
  CHECK(first.device.school_id == "north");
  CHECK(it.told(first.device.device_id) == "person ana now");
  CHECK(it.counted(it.run(list)) == "devices.csv");
  // Chosen by hand, another system's list is not read for what it is not.
  const auto wrong = it.run(list, false, domain::DevicePreset::rollcall);
  CHECK(wrong.state == ImportState::done);
  CHECK(it.run("name,color\na,b\n").error.find("neither a tag nor a serial number") != std::string::npos);
  CHECK(it.run("tag\nx\n", false, domain::DevicePreset::google_admin).error.find("annotatedAssetId") != std::string::npos);
}

TEST_CASE("models are found by maker and name, and by a name that is that of one only") {
  DeviceLists it;
  DeviceNames names({}, it.keys);
  names.learn("Acer", "Chromebook 311", "A");
  names.learn("HP", "Chromebook 11 G8 EE", "B");
  names.learn("Hewlett-Packard", "Fortis", "C");
  names.learn("Dell", "Fortis", "D");
  CHECK(names.model("HP Inc.", "chromebook  11 g8 ee") == "B");
  CHECK(names.model("", "Chromebook 311") == "A");
  CHECK(names.model("hp", "Fortis") == "C");
  CHECK(names.model("Dell", "Fortis") == "D");
  CHECK(names.model("", "Fortis") == std::nullopt);
  CHECK(names.model("Dell", "Chromebook 311") == std::nullopt);
}

TEST_CASE("who has a device is opened in the ledger, once, and taken from nobody") {
  DeviceLists it;
  it.student(1, "ana");
  it.student(2, "bo");
  it.student(3, "cy", false);
  const auto held = it.device("T-1");
  REQUIRE(must(it.give({.device = "T-1", .to = {.person = "1002"}})).done());
  const auto done = it.run(
      "tag,person,email,username\nT-1,1001,,\nT-2,,ANA@d.example,\nT-3,,,DISTRICT\\ubo\nT-4,1003,,\nT-5,1099,,\n");
  CHECK(it.counted(done) == "devices.csv 4 new; custody 2 new");
  CHECK(it.said(done) ==
        Lines{"2 person warning: says somebody else has it than is recorded here; that was left as it is",
              "5 person warning: names somebody who is withdrawn in the roster",
              "6 person warning: names nobody of the roster; nobody was given the device"});
  CHECK(it.told(held) == "person bo now");
  CHECK(it.told(it.tagged("T-2").device.device_id) == "person ana now");
  CHECK(it.told(it.tagged("T-3").device.device_id) == "person bo now");
  CHECK(it.history(it.tagged("T-2").device.device_id).front().custody.given.actor == it.admin.to_text());
}

TEST_CASE("what somebody changes between the comparison and the writing is judged again, row by row") {
  DeviceLists it;
  const std::string path = it.folder / "list.csv";
  std::ofstream(path) << "tag,serial,maker,note\nT-1,S1,Acer,a\nT-2,S2,Acer,b\nT-3,S3,Acer,c\n";
  const auto archive = must(csv::Archive::open(it.files, path));
  std::vector<std::string> said;
  ImportFindings findings([&](std::int64_t, std::span<const domain::ImportFinding> batch) -> Result<> {
    for (const auto& each : batch) said.push_back(std::to_string(each.line) + " " + each.reason);
    return {};
  });
  ImportWatch watch;
  const auto plan = must(DeviceImport::open(*archive, {}, it.admin, {it.devices, it.models, it.custody, it.agents},
                                            {it.db, it.clock, it.keys, it.schools, findings, watch}));
  must(plan->make());
  must(it.list({.tag = "T-1", .serial = "S9", .maker = "Acer"}));
  const auto met = must(it.list({.tag = "T-2", .serial = "S2", .maker = "Acer"})).asset.device.device_id;
  must(plan->write());
  must(findings.flush());
  CHECK(said == Lines{"2 is not the serial that the device with this tag has here; correct one of them"});
  CHECK(it.count() == 3);
  CHECK(must(it.devices.asset(met)).papers.note == "b");
  CHECK(watch.progress().phase == "writing");
  CHECK(watch.progress().done == 3);
}

TEST_CASE("a list that is cut short, and one that is canceled, can be run again") {
  DeviceLists it;
  std::string list = "tag,maker,model\n";
  for (int i = 0; i < 3'000; ++i) list += "T-" + std::to_string(i) + ",Acer,Spin\n";
  const std::string path = it.folder / "list.csv";
  std::ofstream(path) << list;
  const auto archive = must(csv::Archive::open(it.files, path));
  ImportFindings findings([](std::int64_t, std::span<const domain::ImportFinding>) { return Result<>(); });
  ImportWatch watch;
  const auto plan = must(DeviceImport::open(*archive, {}, it.admin, {it.devices, it.models, it.custody, it.agents},
                                            {it.db, it.clock, it.keys, it.schools, findings, watch}));
  must(plan->make());
  watch.cancel();
  const auto cut = plan->write();
  REQUIRE_FALSE(cut);
  CHECK(cut.error().message.find("canceled") != std::string::npos);
  CHECK(it.counted(it.run(list)) == "devices.csv 3000 new; models 1 new");
  CHECK(it.counted(it.run(list)) == "devices.csv");
}

TEST_CASE("a list that changes while it is read is refused") {
  DeviceLists it;
  const std::string path = it.folder / "list.csv";
  std::string list = "tag\n";
  for (int i = 0; i < 40'000; ++i) list += "T-" + std::to_string(i) + "\n";
  std::ofstream(path) << list;
  const auto archive = must(csv::Archive::open(it.files, path));
  ImportFindings findings([](std::int64_t, std::span<const domain::ImportFinding>) { return Result<>(); });
  ImportWatch watch;
  csv::Reader reader(must(archive->read("list.csv")));
  REQUIRE(must(reader.next()));
  std::ofstream(path, std::ios::app) << "T-x\n";
  Result<bool> more = true;
  while (more && *more) more = reader.next();
  REQUIRE_FALSE(more);
  CHECK(more.error().code == Errc::conflict);
}

TEST_CASE("the audit log says of every device what an import did, in the name of who let it in") {
  DeviceLists it;
  const auto compared = it.run("tag,note\nT-1,a\n", true);
  const domain::Actor other{domain::Actor::Kind::user, "01OTHER"};
  it.settle(must(it.imports.approve(other, compared.import_id)));
  const auto log = it.log();
  const auto listed = std::ranges::find(log, "device.list", &AuditRecord::action);
  REQUIRE(listed != log.end());
  CHECK(listed->actor == other.to_text());
}

}  // namespace
}  // namespace rollcall::service
