// Lists of devices as they come: broken, rounded, twice, in the way of others.
#include "common/base/text.h"
#include "tests/unit/service/device_import_fixture.h"

namespace rollcall::service {
namespace {

using domain::ImportState;
using Lines = std::vector<std::string>;

TEST_CASE("a hundred thousand broken rows are reported, within bounds, and write nothing") {
  DeviceLists it;
  std::string list = "tag,serial,maker\n";
  for (int i = 0; i < 100'000; ++i) list += i % 2 == 0 ? ",,Lenovo\n" : "T-1,6.37702E+15,\n";
  list += "T-9,PF9,Lenovo\n";
  const auto done = it.run(list);
  CHECK(done.state == ImportState::done);
  CHECK(it.counted(done) == "devices.csv 1 new 100000 errors");
  CHECK(done.findings == 100'000);
  CHECK(it.count() == 1);
  const auto groups = must(it.imports.finding_groups(done.import_id));
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].count == 50'000);
  CHECK(groups[0].finding.column == "serial");
}

TEST_CASE("numbers that a spreadsheet rounded are refused, and the column is named") {
  DeviceLists it;
  const auto done = it.run("Asset Tag,Serial number,Model,Status,Company,Category\n1001,6.37702E+15,,,,\n12345.0,PF2,,,,\n");
  CHECK(it.said(done) == Lines{"2 Serial error: was rounded by a spreadsheet; export it again without opening it",
                               "3 Asset Tag error: was rounded by a spreadsheet; export it again without opening it"});
  CHECK(it.count() == 0);
}

TEST_CASE("zeros that a spreadsheet lost make no second device") {
  DeviceLists it;
  it.device("004512");
  must(it.list({.serial = "0099871", .maker = "Acer"}));
  const auto done = it.run("tag,serial,maker\n4512,,\n,99871,Acer\n4513,,\n");
  CHECK(it.said(done) ==
        Lines{"2 tag error: is that of a device that is here, but for zeros in front; a spreadsheet has lost them",
              "3 serial error: is that of a device that is here, but for zeros in front; a spreadsheet has lost them"});
  CHECK(it.count() == 3);
  // Where nothing is here to tell, the column as a whole looks odd.
  std::string list = "tag\n";
  for (int i = 90; i < 130; ++i) list += std::to_string(i) + "\n";
  const auto odd = it.run(list, true);
  CHECK(it.said(odd) == Lines{"0 tag warning: holds numbers of different lengths, and none begins with 0; were zeros "
                              "lost in a spreadsheet?"});
}

TEST_CASE("a tag or serial that another device has is refused, and the other is named") {
  DeviceLists it;
  must(it.list({.tag = "T-1", .serial = "AA1", .maker = "Acer"}));
  must(it.list({.tag = "T-2", .serial = "AA2", .maker = "Acer"}));
  const auto gone = must(it.list({.tag = "T-3", .serial = "AA3", .maker = "Acer"})).asset.device.device_id;
  must(it.devices.remove(it.admin, gone, std::nullopt));
  const auto done = it.run(
      "tag,serial,maker\nT-1,AA2,Acer\nT-1,AA9,Acer\nT-8,AA3,Acer\nT-3,BB1,Acer\nT-4,CC1,Acer\nT-5,cc1,Acer\nt-4,,\n");
  CHECK(it.said(done) ==
        Lines{"2 serial error: is the serial of another device: T-2",
              "3 serial error: is not the serial that the device with this tag has here; correct one of them",
              "4 serial error: was that of the deleted device T-3 (" + gone + "): restore it, and import the list again",
              "5 tag warning: was on a deleted device (" + gone + "); its label may still be about",
              "7 tag error: stands here twice; the first row counts",
              "8 tag error: stands here twice; the first row counts"});
  CHECK(it.counted(done) == "devices.csv 2 new 1 gone 5 errors");
  CHECK(it.tagged("T-1").device.serial == "AA1");
  CHECK(it.tagged("T-3").device.serial == "BB1");
}

TEST_CASE("another address is nobody's user name, and a user name is nobody's number") {
  DeviceLists it;
  it.student(1, "ana");  // user name uana, number 1001
  const auto done = it.run(
      "tag,email,username,student number\nT-1,uana@staff.example,,\nT-2,,1001,\nT-3,,,1001\nT-4,,uana,\n");
  CHECK(it.said(done) == Lines{"2 email warning: names nobody of the roster; nobody was given the device",
                               "3 username warning: names nobody of the roster; nobody was given the device"});
  CHECK(it.told(it.tagged("T-1").device.device_id).empty());
  CHECK(it.told(it.tagged("T-2").device.device_id).empty());
  CHECK(it.told(it.tagged("T-3").device.device_id) == "person ana now");
  CHECK(it.told(it.tagged("T-4").device.device_id) == "person ana now");
}

TEST_CASE("a serial with and without its maker is one device's, in the preview as in the writing") {
  for (const char* rows : {"A,S1,\nB,S1,HP\n", "A,S1,HP\nB,S1,\n"}) {
    DeviceLists it;
    const std::string list = std::string("tag,serial,maker\n") + rows;
    CHECK(it.counted(it.run(list, true)) == "devices.csv 1 new 1 errors");
    CHECK(it.counted(it.run(list)) == "devices.csv 1 new 1 errors");
    CHECK(it.count() == 1);
    CHECK(it.tagged("A").device.serial == "S1");
  }
}

TEST_CASE("a model with a character that nobody sees is refused in its row, and the others come in") {
  DeviceLists it;
  const std::string list = "tag,maker,model\nT-1,Acer,Chromebook\u200b 311\nT-2,Acer,Spin\n";
  CHECK(it.counted(it.run(list, true)) == "devices.csv 1 new 1 errors; models 1 new");
  const auto done = it.run(list);
  CHECK(done.state == ImportState::done);
  CHECK(it.counted(done) == "devices.csv 1 new 1 errors; models 1 new");
}

TEST_CASE("only a whole label says that a device is lost, and a deleted device's id makes no second one") {
  DeviceLists it;
  const auto done = it.run("tag,status\nT-1,Lost charger\nT-2,Lost\nT-3,Lost/Stolen\nT-4,Out of order\n");
  CHECK_FALSE(it.tagged("T-1").device.standing.flags.has(domain::Flag::lost));
  CHECK(it.tagged("T-2").device.standing.flags.has(domain::Flag::lost));
  CHECK(it.tagged("T-3").device.standing.flags.has(domain::Flag::lost));
  CHECK(it.tagged("T-4").device.standing.lifecycle != domain::Lifecycle::ordered);
  CHECK(it.said(done).size() == 2);
  const auto gone = it.tagged("T-1").device.device_id;
  must(it.devices.remove(it.admin, gone, std::nullopt));
  CHECK(it.said(it.run("id,tag\n" + gone + ",T-1\n")) ==
        Lines{"2 id error: is a deleted device's: restore it, and import the list again"});
  CHECK(it.count() == 3);
}

TEST_CASE("a serial that several makers use is not guessed at") {
  DeviceLists it;
  must(it.list({.tag = "T-1", .serial = "S1", .maker = "Acer"}));
  must(it.list({.tag = "T-2", .serial = "S1", .maker = "Dell"}));
  const auto done = it.run("serial,maker,note\nS1,,a\nS1,Dell,b\n");
  CHECK(it.said(done) == Lines{"2 serial error: is the serial of several devices, and the list does not say whose"});
  CHECK(it.tagged("T-2").papers.note == "b");
}

TEST_CASE("dates of both orders are told apart by their column, and what cannot be told is said") {
  DeviceLists it;
  const auto done = it.run(
      "tag,purchased,warranty_end,lease_end\nT-1,8/24/2026,24.8.2029,1/2/2027\nT-2,1/2/2026,1.2.2029,3/4/2027\n"
      "T-3,soon,,\n");
  CHECK(it.said(done) == Lines{"0 lease_end warning: may mean month/day or day/month; month first was assumed",
                               "4 purchased warning: is not a date; it was left out"});
  CHECK(it.tagged("T-2").papers.purchased == parse_date("2026-01-02"));
  CHECK(it.tagged("T-2").papers.warranty_end == parse_date("2029-02-01"));
  CHECK(it.tagged("T-1").papers.lease_end == parse_date("2027-01-02"));
}

TEST_CASE("headers that are misspelt, repeated, blank or unknown are read or passed over, and said") {
  DeviceLists it;
  const auto done = it.run("tag,serail number,,tag,purchse_order,favorite color,,\nT-1,S1,x,T-2,PO-1,blue,,\n");
  CHECK(it.said(done) ==
        Lines{"1 serial warning: is misspelt in the header, as column 2; it was read all the same",
              "1 purchase_order warning: is misspelt in the header, as column 5; it was read all the same",
              "1 tag warning: stands twice in the header, again as column 4; the first was read"});
  CHECK(it.tagged("T-1").papers.purchase_order == "PO-1");
}

TEST_CASE("every character set and line end that spreadsheets write is read") {
  const std::string plain = "tag,note\r\nT-1,Jos\xC3\xA9\r\n";
  const auto utf16 = [&](bool big) {
    std::string out = big ? "\xFE\xFF" : "\xFF\xFE";
    for (const char16_t c : std::u16string(u"tag,note\r\nT-1,José\r\n")) {
      const char high = static_cast<char>(c >> 8), low = static_cast<char>(c);
      out += big ? high : low;
      out += big ? low : high;
    }
    return out;
  };
  const std::string windows = "tag,note\r\nT-1,Jos\xE9\r\n", mac = "tag,note\rT-1,Jos\xC3\xA9\r";
  for (const auto& list : {plain, "\xEF\xBB\xBF" + plain, utf16(false), utf16(true), windows, mac}) {
    DeviceLists it;
    const auto done = it.run(list);
    INFO(printable(list) << " " << done.error);
    CHECK(it.counted(done) == "devices.csv 1 new");
    CHECK(it.tagged("T-1").papers.note == "José");
    CHECK(it.said(done).size() == (list == windows ? 1 : 0));
  }
}

TEST_CASE("what is not known of a model, a place or a school is said once, and the device is taken all the same") {
  DeviceLists it;
  const auto done = it.run("tag,model,school,place\nT-1,Thing,nowhere,Room 9\nT-2,Thing,nowhere,Room 9\n");
  CHECK(it.counted(done) == "devices.csv 2 new");
  CHECK(it.said(done) == Lines{"2 model warning: is not in the catalog, and without its maker it cannot be added to it",
                               "2 school warning: names no school that is here (said once of each name)",
                               "2 place warning: names no place of the device's school (said once of each name)"});
  CHECK(it.tagged("T-2").device.model == "Thing");
  CHECK(it.counted(it.run("tag,model,school,place\nT-1,Thing,nowhere,Room 9\n")) == "devices.csv 1 gone");
}

TEST_CASE("a column of serials that was taken for models does not fill the catalog") {
  DeviceLists it;
  std::string list = "tag,maker,model\n";
  for (int i = 0; i < 1'200; ++i) list += "T-" + std::to_string(i) + ",Acer,NX" + std::to_string(i) + "\n";
  const auto done = it.run(list);
  CHECK(done.state == ImportState::failed);
  CHECK(done.error.find("more than 1000 models") != std::string::npos);
  CHECK(it.count() == 0);
}

TEST_CASE("a device that somebody has is not retired behind their back") {
  DeviceLists it;
  it.student(1, "ana");
  const auto id = it.device("T-1");
  REQUIRE(must(it.give({.device = "T-1", .to = {.person = "1001"}})).done());
  const auto done = it.run("tag,lifecycle,note\nT-1,retired,old\nT-2,gone,\n");
  CHECK(it.said(done) ==
        Lines{"2 lifecycle warning: says that it is out of service, but somebody has it: take it back first",
              "3 lifecycle warning: is not one of the words that are known here; it was left out"});
  CHECK(it.now(id).standing.lifecycle == domain::Lifecycle::deployed);
  CHECK(must(it.devices.asset(id)).papers.note == "old");
}

TEST_CASE("two lists at once: the second waits, and finds what the first has written") {
  DeviceLists it;
  const auto first = it.submit("tag\nT-1\nT-2\n"), second = it.submit("tag\nT-2\nT-3\n");
  CHECK(it.counted(it.settle(first)) == "devices.csv 2 new");
  CHECK(must(it.imports.get(second.import_id)).import.state == ImportState::queued);
  CHECK(it.counted(it.settle(second)) == "devices.csv 1 new 1 gone");
}

TEST_CASE("what changed between comparing and letting in is judged anew") {
  DeviceLists it;
  const auto compared = it.run("tag,serial,maker\nT-1,S1,Acer\nT-2,S2,Acer\n", true);
  must(it.list({.tag = "T-1", .serial = "S9", .maker = "Acer"}));
  const auto done = it.settle(must(it.imports.approve(it.admin, compared.import_id)));
  CHECK(done.state == ImportState::done);
  CHECK(it.counted(done) == "devices.csv 1 new 1 errors");
  CHECK(it.tagged("T-1").device.serial == "S9");
}

TEST_CASE("what is listed need not be one table, but must be one") {
  DeviceLists it;
  CHECK(it.run("").error.find("empty") != std::string::npos);
  CHECK(it.run("tag,note\nT-1,\"never closed\n").state == ImportState::failed);
  CHECK(it.count() == 0);
}

}  // namespace
}  // namespace rollcall::service
