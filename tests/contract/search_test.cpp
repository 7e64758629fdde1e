#include "server/storage/search_store.h"

#include <catch2/catch.hpp>

#include "server/storage/device_store.h"
#include "server/storage/model_store.h"
#include "server/storage/person_store.h"
#include "server/storage/place_store.h"
#include "tests/contract/contract.h"
#include "tests/must.h"

using namespace rollcall;
using namespace rollcall::storage;
using domain::SearchKind;

namespace {

struct Scene {
  explicit Scene(contract::Engine engine) : fresh(engine) {}
  contract::FreshDatabase fresh;
  sql::Database& db{fresh.database()};

  template <class Function>
  auto write(Function function) {
    return must(db.write(function));
  }
  std::string marks(const SearchMark& after = {}, std::size_t limit = 100) {
    std::string out;
    const auto read = [&](sql::Snapshot& snapshot) { return search_marks(snapshot, after, limit); };
    for (const auto& it : must(db.read(read))) {
      out += std::string(domain::name_of(it.kind)) + ":" + it.subject + "=" + std::to_string(it.mark) + " ";
    }
    return out;
  }
  std::string with_term(std::int64_t scope, const char* term, std::size_t limit = 100) {
    std::string out;
    must(db.read([&](sql::Snapshot& snapshot) {
      return each_with_term(snapshot, scope, term, limit, [&](auto it) { out += std::to_string(it) + " "; });
    }));
    return out;
  }
  std::string with_longer_term(std::int64_t scope, const char* term, std::size_t limit = 100) {
    std::string out;
    must(db.read([&](sql::Snapshot& snapshot) {
      return each_with_longer_term(snapshot, scope, term, limit, [&](auto it) { out += std::to_string(it) + " "; });
    }));
    return out;
  }
  std::string next(std::int64_t scope, const char* from) {
    return must(db.read([&](sql::Snapshot& snapshot) { return next_term(snapshot, scope, from); })).value_or("-");
  }
};

}  // namespace

TEST_CASE("a change of a device or person marks it, and a mark stays until the change it stands for is settled") {
  Scene scene(GENERATE(contract::every_engine()));
  scene.write([](sql::Transaction& transaction) -> Result<> {
    TRY(insert_device(transaction, {.device_id = "01B", .maker = "x", .tag = "2"}));
    TRY(insert_device(transaction, {.device_id = "01A", .maker = "x", .tag = "1"}));
    const domain::Person somebody{.person_no = 7, .person_id = "01P", .source_id = "s"};
    return put_person(transaction, {.person = somebody, .sort_name = "x"});
  });
  CHECK(scene.marks() == "device:01A=1 device:01B=1 person:7=1 ");
  CHECK(scene.marks({SearchKind::device, "01A"}, 1) == "device:01B=1 ");
  CHECK(scene.marks({SearchKind::device, "01B"}) == "person:7=1 ");

  scene.write([](sql::Transaction& transaction) { return mark_person_missing(transaction, 7, 5); });
  scene.write([](sql::Transaction& transaction) { return mark_person_missing(transaction, 7, 6); });  // changes nothing
  scene.write([](sql::Transaction& transaction) { return delete_device(transaction, "01A", 5); });
  scene.write([](sql::Transaction& transaction) { return delete_device(transaction, "01A", 5); });
  CHECK(scene.marks() == "device:01A=2 device:01B=1 person:7=2 ");

  for (const SearchMark& mark : {SearchMark{SearchKind::device, "01A", 1}, SearchMark{SearchKind::person, "7", 2}}) {
    scene.write([&](sql::Transaction& transaction) { return settle_mark(transaction, mark); });
  }
  CHECK(scene.marks() == "device:01A=2 device:01B=1 ");
}

TEST_CASE("a change of a place or model marks it, and one that did not happen marks nothing") {
  Scene scene(GENERATE(contract::every_engine()));
  domain::Place place{.place_id = "01A", .name = "Room 1"};
  domain::DeviceModel model{.model_id = "01M", .maker = "Dell", .name = "3100"};
  scene.write([&](sql::Transaction& transaction) -> Result<> {
    TRY(insert_place(transaction, {place, "room 1"}));
    return insert_model(transaction, model);
  });
  CHECK(scene.marks() == "place:01A=1 model:01M=1 ");
  const auto change = [&](std::int64_t seen) {
    ++place.version, ++model.version;
    scene.write([&](sql::Transaction& transaction) -> Result<> {
      TRY(update_place(transaction, {place, "room 1"}, seen));
      TRY(update_model(transaction, model, seen));
      return {};
    });
  };
  change(1);
  change(1);  // somebody else was faster
  CHECK(scene.marks() == "place:01A=2 model:01M=2 ");
  for (int again = 0; again < 2; ++again) {
    scene.write([&](sql::Transaction& transaction) -> Result<> {
      TRY(delete_place(transaction, "01A", 5));
      TRY(delete_model(transaction, "01M", 5));
      return {};
    });
  }
  CHECK(scene.marks() == "place:01A=3 model:01M=3 ");
}

TEST_CASE("a change of a device that did not happen marks nothing") {
  Scene scene(GENERATE(contract::every_engine()));
  CHECK_FALSE(scene.write([](sql::Transaction& transaction) {
    return update_device(transaction, {.device_id = "01NONE", .maker = "x"}, 1);
  }));
  CHECK(scene.marks().empty());
}

TEST_CASE("a scope is made once for a kind and a school") {
  Scene scene(GENERATE(contract::every_engine()));
  const auto make = [&](SearchKind kind, const char* school) {
    return scene.write([&](sql::Transaction& transaction) { return make_scope(transaction, kind, school); });
  };
  CHECK(make(SearchKind::device, "") == 1);
  CHECK(make(SearchKind::person, "") == 2);
  CHECK(make(SearchKind::person, "north") == 3);
  CHECK(make(SearchKind::device, "") == 1);
  const auto find = [&](const char* school) {
    return must(
        scene.db.read([&](sql::Snapshot& snapshot) { return find_scope(snapshot, SearchKind::person, school); }));
  };
  CHECK(find("north") == 3);
  CHECK_FALSE(find("south"));
}

TEST_CASE("a document reads back as it was written, by its number and by its subject") {
  Scene scene(GENERATE(contract::every_engine()));
  CHECK(must(scene.db.read([](sql::Snapshot& snapshot) { return next_document_no(snapshot); })) == 1);
  scene.write([](sql::Transaction& transaction) -> Result<> {
    TRY(add_document(transaction, 1, SearchKind::device, "7"));
    return add_document(transaction, 2, SearchKind::person, "7");
  });
  CHECK(must(scene.db.read([](sql::Snapshot& snapshot) { return next_document_no(snapshot); })) == 3);
  const auto find = [&] {
    return must(
        scene.db.read([](sql::Snapshot& snapshot) { return find_document(snapshot, SearchKind::person, "7"); }));
  };
  REQUIRE(find());
  CHECK(find()->text.empty());
  scene.write([](sql::Transaction& transaction) {
    return update_document(transaction, {.doc_no = 2, .scopes = {3, 17}, .text = " ana\n#7\n", .gone = true});
  });
  const auto read = must(scene.db.read([](sql::Snapshot& snapshot) { return document_at(snapshot, 2); }));
  REQUIRE(read);
  CHECK(read->subject == "7");
  CHECK(read->scopes == std::vector<std::int64_t>{3, 17});
  CHECK(read->text == " ana\n#7\n");
  CHECK(read->gone);
  CHECK(find()->doc_no == 2);
  scene.write([](sql::Transaction& transaction) { return delete_document(transaction, 2); });
  CHECK_FALSE(find());
  const auto refused = scene.db.write(
      [](sql::Transaction& transaction) { return add_document(transaction, 9, SearchKind::device, "7"); });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::already_exists);
}

TEST_CASE("postings are found by their scope and term, longer terms in the order of their bytes, within a limit") {
  Scene scene(GENERATE(contract::every_engine()));
  const auto all = [&](auto change) {
    scene.write([&](sql::Transaction& transaction) -> Result<> {
      for (const Posting it : {Posting{1, "ana", 5}, {1, "ana", 9}, {1, "anabel", 4}, {1, "anna", 3}, {1, "an", 8},
                               {1, "\u738b", 2}, {2, "ana", 6}}) {
        TRY(change(transaction, it));
      }
      return {};
    });
  };
  all(add_posting);
  all(add_posting);  // changes nothing
  CHECK(scene.with_term(1, "ana") == "9 5 ");
  CHECK(scene.with_term(1, "ana", 1) == "9 ");
  CHECK(scene.with_term(2, "ana") == "6 ");
  CHECK(scene.with_term(3, "ana").empty());
  CHECK(scene.with_longer_term(1, "an") == "5 9 4 3 ");
  CHECK(scene.with_longer_term(1, "an", 3) == "5 9 4 ");
  CHECK(scene.with_longer_term(1, "") == "8 5 9 4 3 2 ");
  CHECK(scene.with_longer_term(1, "%").empty());
  CHECK(scene.next(1, "an") == "an");
  CHECK(scene.next(1, "anb") == "anna");
  CHECK(scene.next(1, "b") == "\u738b");
  CHECK(scene.next(1, "\U0010FFFF") == "-");
  all(remove_posting);
  all(remove_posting);
  CHECK(scene.with_longer_term(1, "").empty());
}
