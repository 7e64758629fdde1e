// Everything that is promised of an answer holds whether the index knows of the last changes or not.
#include "tests/unit/service/search_fixture.h"

namespace rollcall::service {
namespace {

using domain::Role;

TEST_CASE("a tag, a serial number or a student number is alone in first place") {
  Findable it;
  const bool indexed = GENERATE(true, false);
  it.add_device(1, "0012", "5CD1234XYZ");
  it.add_device(2, "0013", "5CD1234XYA");
  it.add_device(3, "00121", "PF00AA11");
  it.add_device(4, "12", "PF00AA12");
  it.put_person(1, "Ana", "Silva", "10012");
  it.put_person(2, "Bo", "Li", "10013");
  if (indexed) it.index();
  CHECK(it.found("0012") == "0012 exact, 12 same, 00121 begins");
  CHECK(it.found("12") == "12 exact, 0012 same, 00121 begins");
  CHECK(it.found("5cd1234xyz") == "0012 exact");
  CHECK(it.found(" 10012 ") == "Ana Silva exact");
  CHECK(it.found("10012 silva") == "Ana Silva words");
  CHECK(it.found("5CD-1234-XYB") == "0013 typo, 0012 typo");  // the newest first
  CHECK(it.found("10014") == "Bo Li typo, Ana Silva typo");
}

TEST_CASE("words come before beginnings, beginnings before typos; people by name, devices newest first") {
  Findable it;
  const bool indexed = GENERATE(true, false);
  it.put_person(1, "Mara", "Young", "1");
  it.put_person(2, "Mara", "Adams", "2");
  it.put_person(3, "Marabel", "Cruz", "3");
  it.put_person(4, "María", "Bell", "4");
  it.add_device(1, "A1", "S1", "", "ThinkPad X13");
  it.add_device(2, "A2", "S2", "", "ThinkPad X13");
  if (indexed) it.index();
  CHECK(it.found("mara") == "Mara Adams words, Mara Young words, Marabel Cruz begins, María Bell typo");
  CHECK(it.found("young mar") == "Mara Young begins");
  CHECK(it.found("x13 thinkpad") == "A2 words, A1 words");
  CHECK(it.found("thinkpda") == "A2 typo, A1 typo");
  CHECK(it.found("thinkpad a2") == "A2 words");
  CHECK(it.found("mara", it.admin, 1) == "Mara Adams words +");
}

TEST_CASE("who reaches some schools finds what is there, and a viewer never finds a person") {
  Findable it;
  const bool indexed = GENERATE(true, false);
  it.add_device(1, "N1", "1001", "north");
  it.add_device(2, "S1", "1002", "south");
  it.add_device(3, "D1", "1003");
  it.put_person(1, "Ana", "Silva", "2001", {"north"});
  it.put_person(2, "Ana", "Reyes", "2002", {"south"});
  it.put_person(3, "Ana", "Both", "2003", {"north", "south"});
  it.put_person(4, "Ana", "Nowhere", "2004");
  if (indexed) it.index();
  CHECK(it.found("ana") == "Ana Both words, Ana Nowhere words, Ana Reyes words, Ana Silva words");
  CHECK(it.found("lenovo") == "D1 words, S1 words, N1 words");
  const auto north = Findable::of(Role::technician, {"north"});
  const auto both = Findable::of(Role::technician, {"north", "south"});
  CHECK(it.found("ana", north) == "Ana Both words, Ana Silva words");
  CHECK(it.found("ana", both) == "Ana Both words, Ana Reyes words, Ana Silva words");
  CHECK(it.found("lenovo", north) == "N1 words");
  CHECK(it.found("lenovo", both) == "S1 words, N1 words");
  CHECK(it.found("1002", north).find("S1") == std::string::npos);
  CHECK(it.found("2002", north).find("Reyes") == std::string::npos);
  CHECK(it.found("ana", Findable::of(Role::viewer, {"north"})).empty());
  auto viewer = it.admin;
  viewer.role = Role::viewer;
  CHECK(it.found("ana", viewer).empty());
  CHECK(it.found("2001", viewer).find("Ana") == std::string::npos);  // a tag that is one slip away may be
  CHECK(it.found("lenovo", viewer) == "D1 words, S1 words, N1 words");
  CHECK(it.found("ana", Findable::of(Role::technician, {})).empty());
}

TEST_CASE("rooms and models are found by their words, a slip forgiven; a school's rooms by those who reach it") {
  Findable it;
  const bool indexed = GENERATE(true, false);
  it.add_place("01PA", domain::PlaceKind::room, "Room 204", "north");
  it.add_place("01PB", domain::PlaceKind::cart, "Science 204", "south");
  it.add_place("01PC", domain::PlaceKind::vendor, "Fixit");
  must(it.db.write([](sql::Transaction& transaction) {
    return storage::insert_model(transaction, {.model_id = "01M", .maker = "Lenovo", .name = "300e Gen 3"});
  }));
  if (indexed) it.index();
  CHECK(it.found("204") == "Room 204 words, Science 204 words");
  CHECK(it.found("cart 204") == "Science 204 words");
  CHECK(it.found("sciense") == "Science 204 typo");
  CHECK(it.found("300e lenovo") == "Lenovo 300e Gen 3 words");
  const auto north = Findable::of(Role::technician, {"north"});
  CHECK(it.found("204", north) == "Room 204 words");
  CHECK(it.found("science", north).empty());
  CHECK(it.found("fixit", north) == "Fixit words");
  CHECK(it.found("300e", Findable::of(Role::viewer, {"north"})) == "Lenovo 300e Gen 3 words");
  CHECK(must(it.search.find(it.admin, {.text = "fixit"})).groups[0].hits[0].detail == "vendor");
}

TEST_CASE("a room that is renamed is found by its new name, and one that is deleted not at all") {
  Findable it;
  const bool indexed = GENERATE(true, false);
  it.add_place("01PA", domain::PlaceKind::room, "Library", "north");
  it.add_place("01PB", domain::PlaceKind::room, "Gym", "north");
  it.index();
  must(it.db.write([](sql::Transaction& transaction) -> Result<> {
    auto library = *TRY(storage::find_place(transaction, "01PA"));
    library.name = "Media Center";
    ++library.version;
    TRY(storage::update_place(transaction, {library, "media center", 0}, 1));
    TRY(storage::delete_place(transaction, "01PB", 9));
    return {};
  }));
  if (indexed) it.index();
  CHECK(it.found("library").empty());
  CHECK(it.found("media") == "Media Center words");
  CHECK(it.found("gym").empty());
}

TEST_CASE("a school's answers are whole, however many others answer elsewhere") {
  Findable it;
  for (int i = 0; i < 300; ++i) it.put_person(i + 1, "Ana", "Reyes", std::to_string(i), {"south"});
  it.put_person(1'000, "Ana", "Zapata", "z", {"north"});
  it.index();
  CHECK(it.found("ana", Findable::of(Role::technician, {"north"})) == "Ana Zapata words");
  CHECK(it.found("a", Findable::of(Role::technician, {"north"})) == "Ana Zapata begins");
}

TEST_CASE("what is deleted or withdrawn is marked, and stands behind what is not") {
  Findable it;
  const bool indexed = GENERATE(true, false);
  it.add_device(2, "0012", "S2");
  it.delete_device(2);
  it.add_device(1, "0012", "S1");
  it.put_person(1, "Ana", "Adams", "1", {}, false);
  it.put_person(2, "Ana", "Young", "2");
  it.put_person(3, "Ana", "Bell", "3");
  must(it.db.write([](sql::Transaction& transaction) { return storage::mark_person_missing(transaction, 3, 9); }));
  if (indexed) it.index();
  CHECK(it.found("0012") == "0012 exact, 0012 exact deleted");
  CHECK(it.found("ana") == "Ana Young words, Ana Adams words disabled, Ana Bell words missing");
}

TEST_CASE("a change counts at once: what it was before is not found any more") {
  Findable it;
  const bool indexed = GENERATE(true, false);
  it.add_device(1, "OLD-1", "S1", "north");
  it.put_person(1, "Ana", "Silva", "1", {"north"});
  it.index();
  it.change_device(1, [](domain::Device& device) { device.tag = "NEW-1", device.school_id = "south"; });
  it.put_person(1, "Ana", "Lima", "1", {"south"});
  if (indexed) it.index();
  CHECK(it.found("old-1").empty());
  CHECK(it.found("new-1") == "NEW-1 exact");
  CHECK(it.found("silva").empty());
  CHECK(it.found("lima") == "Ana Lima words");
  CHECK(it.found("lima", Findable::of(Role::technician, {"north"})).empty());
  CHECK(it.found("new-1", Findable::of(Role::technician, {"north"})).empty());
  CHECK(it.found("new-1", Findable::of(Role::technician, {"south"})) == "NEW-1 exact");
}

TEST_CASE("when many changes wait the answer says so, and shows nothing of them that is not true any more") {
  Findable it;
  for (int i = 1; i <= 250; ++i) it.put_person(i, "Ana", "Silva" + std::to_string(i), std::to_string(i), {"north"});
  CHECK(must(it.search.find(it.admin, {.text = "silva7"})).behind);
  it.index();
  CHECK_FALSE(must(it.search.find(it.admin, {.text = "silva7"})).behind);
  CHECK(it.found("silva7") == "Ana Silva7 words, Ana Silva70 begins, Ana Silva71 begins, Ana Silva72 begins, "
                              "Ana Silva73 begins, Ana Silva74 begins, Ana Silva75 begins, Ana Silva76 begins +");
  for (int i = 1; i <= 250; ++i) it.put_person(i, "Ana", "Lima" + std::to_string(i), std::to_string(i), {"south"});
  const auto answer = must(it.search.find(it.admin, {.text = "silva7"}));
  CHECK(answer.behind);
  CHECK(answer.groups.empty());
  CHECK(it.found("7", Findable::of(Role::technician, {"north"})).empty());
  // The list goes through everybody meanwhile.
  CHECK(must(it.roster.list(it.admin, {.search = "lima7"})).people.size() == 11);
}

TEST_CASE("a word that half the district has is answered within bounds, and says that there are more") {
  Findable it;
  for (int i = 1; i <= 5'000; ++i) it.put_person(i, "Ana", "F" + std::to_string(i), "n" + std::to_string(i));
  it.index();
  const auto answer = must(it.search.find(it.admin, {.text = "a", .kind = {}, .hits = 50}));
  REQUIRE(answer.groups.size() == 1);
  CHECK(answer.groups[0].hits.size() == 50);
  CHECK(answer.groups[0].more);
  CHECK(it.found("ana f4321").starts_with("Ana F4321 words, "));
  // Nobody is lost to the bound: the list goes on behind each page.
  PeopleQuery query{.search = "a", .limit = 500};
  std::size_t people = 0;
  do {
    const auto page = must(it.roster.list(it.admin, query));
    people += page.people.size();
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  CHECK(people == 5'000);
}

TEST_CASE("nothing to look for finds nothing, and too much is refused") {
  Findable it;
  it.add_device(1, "0012");
  it.index();
  for (const char* text : {"", " ", "%", "* *", "'--"}) CHECK(it.found(text).empty());
  for (const auto& text : {std::string("a b c d e f g h i"), std::string(129, 'a')}) {
    const auto refused = it.search.find(it.admin, {.text = text});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::invalid_argument);
    CHECK(refused.error().field == "q");
  }
}

}  // namespace
}  // namespace rollcall::service
