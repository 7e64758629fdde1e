// The PDF as a printer gets it: rasterized by poppler, decoded by zbar, measured against Avery's own template.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "common/base/files.h"
#include "server/labels/label.h"
#include "tests/must.h"
#include "tests/unit/labels/decoded.h"

namespace rollcall::labels {
namespace {

constexpr int kDpi = 300;
constexpr double kTolerance = 0.5 / 25.4 * kDpi;  // half a millimeter, in pixels

// Avery's template 5160, in inches, written down here a second time.
constexpr double kLeft = 0.1875, kTop = 0.5, kPitchX = 2.75, kPitchY = 1.0, kWide = 2.625, kHigh = 1.0;

int px(double inches) { return static_cast<int>(std::lround(inches * kDpi)); }

std::vector<Label> labels_of(const std::vector<std::string>& tags) {
  std::vector<Label> out;
  for (const auto& tag : tags) out.push_back({tag, {"Fairview Community Schools", "LENOVO ThinkPad L13 Gen 3"}});
  return out;
}

std::vector<std::string> numbered(std::size_t count) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back("000" + std::to_string(1'234 + i));
  return out;
}

std::vector<Picture> cells(const Picture& page) {
  std::vector<Picture> out;
  for (int i = 0; i < kSheetLabels; ++i) {
    out.push_back(page.cut(px(kLeft + i % 3 * kPitchX), px(kTop + i / 3 * kPitchY), px(kWide), px(kHigh)));
  }
  return out;
}

int dark_pixels(const Picture& it) {
  return static_cast<int>(std::ranges::count_if(it.pixels, [](char c) { return static_cast<unsigned char>(c) < 128; }));
}

// Left, right, and bottom of what is dark in the lowest fifth: the bars.
struct Extent {
  int left, right, bottom;
};
Extent bars_of(const Picture& cell) {
  Extent out{cell.width, 0, 0};
  for (int y = cell.height * 4 / 5; y < cell.height; ++y) {
    for (int x = 0; x < cell.width; ++x) {
      if (!cell.dark(x, y)) continue;
      out = {std::min(out.left, x), std::max(out.right, x + 1), std::max(out.bottom, y + 1)};
    }
  }
  return out;
}

void expect_tags(const std::vector<Picture>& pictures, const std::vector<std::string>& tags) {
  const auto found = decode(pictures);
  REQUIRE(found.size() == tags.size());
  for (std::size_t i = 0; i < tags.size(); ++i) {
    INFO("label " << i << " of " << tags[i]);
    CHECK(found[i].code128 == std::vector<std::string>{tags[i]});
    CHECK(found[i].qr == std::vector<std::string>{tags[i]});
  }
}

Error refused(const Result<std::string>& made) {
  REQUIRE_FALSE(made);
  CHECK(made.error().code == Errc::invalid_argument);
  return made.error();
}

}  // namespace

TEST_CASE("thirty labels lie where the template has them, each with both codes") {
  const auto tags = numbered(30);
  const auto pages = rasterize(must(to_pdf(labels_of(tags), Stock::avery_5160)), kDpi);
  REQUIRE(pages.size() == 1);
  CHECK(pages[0].width == px(8.5));
  CHECK(pages[0].height == px(11));
  const auto each = cells(pages[0]);
  expect_tags(each, tags);
  int inside = 0;
  for (const auto& cell : each) {
    inside += dark_pixels(cell);
    const auto bars = bars_of(cell);
    CHECK(std::abs((bars.left + bars.right) / 2.0 - px(kWide) / 2.0) < kTolerance);
    CHECK(std::abs(bars.bottom - px(kHigh - 0.0625)) < kTolerance);
  }
  CHECK(dark_pixels(pages[0]) == inside);  // nothing between the labels
}

TEST_CASE("a sheet that was begun goes on at its next position, and the next sheet at its first") {
  const auto tags = numbered(3);
  const auto pages = rasterize(must(to_pdf(labels_of(tags), Stock::avery_5160, 29)), kDpi);
  REQUIRE(pages.size() == 2);
  const auto first = cells(pages[0]), second = cells(pages[1]);
  for (std::size_t i = 0; i < 30; ++i) {
    CHECK((dark_pixels(first[i]) > 0) == (i >= 28));
    CHECK((dark_pixels(second[i]) > 0) == (i == 0));
  }
  expect_tags({first[28], first[29], second[0]}, tags);
}

TEST_CASE("a single label is a page of its size") {
  const auto tags = numbered(3);
  const auto pages = rasterize(must(to_pdf(labels_of(tags), Stock::single)), kDpi);
  for (const auto& page : pages) {
    CHECK(page.width == px(2.25));
    CHECK(page.height == px(1.25));
  }
  expect_tags(pages, tags);
}

TEST_CASE("every character that can be in a tag is read back, on both kinds of label") {
  const auto tags = awkward_tags();
  REQUIRE(tags.size() == 30);
  const auto sheet = rasterize(must(to_pdf(labels_of(tags), Stock::avery_5160)), kDpi);
  REQUIRE(sheet.size() == 1);
  expect_tags(cells(sheet[0]), tags);
  expect_tags(rasterize(must(to_pdf(labels_of(tags), Stock::single)), kDpi), tags);
}

TEST_CASE("the longest tags that fit are still read; longer ones are refused by name") {
  const std::string letters = "FCS-ABCDEFGHIJKLMNOPQRSTU", digits = "00000000001111111111222222222233333333334444444444";
  expect_tags(rasterize(must(to_pdf(labels_of({letters, digits}), Stock::single)), 600), {letters, digits});
  const auto too_long = refused(to_pdf(labels_of({"A", letters + letters}), Stock::single));
  CHECK(too_long.field == "[1]");
  CHECK_THAT(too_long.message, Catch::Contains(letters + letters) && Catch::Contains("too long") && Catch::Contains("2.25 in"));
  CHECK_THAT(refused(to_pdf(labels_of({letters + letters}), Stock::avery_5160)).message, Catch::Contains("2.625 in"));
}

TEST_CASE("people read the tag and the lines; what is too long for its line is cut") {
  TemporaryFolder folder;
  SystemFiles files;
  const std::string endless = "Springfield-Washington Consolidated Unified School District of the Greater Valley No. 12";
  must(files.write_atomic(folder / "a.pdf", must(to_pdf(std::vector<Label>{{"0001234", {"Escuela Peña Ñandú", endless}}}, Stock::single)), 0600));
  const auto text = run_tool("pdftotext", {"-layout", folder / "a.pdf", "-"});
  CHECK_THAT(text, Catch::Contains("0001234") && Catch::Contains("Escuela Peña Ñandú") && Catch::Contains("Springfield-Washington"));
  CHECK_THAT(text, Catch::Contains("…") && !Catch::Contains("No. 12"));
  // All of it left of the QR code's quiet zone: the codes are read as without it.
  expect_tags(rasterize(must(to_pdf(std::vector<Label>{{"0001234", {std::string(120, 'W'), endless}}}, Stock::single)), kDpi), {"0001234"});
}

TEST_CASE("what cannot be printed is refused with the reason and the place") {
  CHECK_THAT(refused(to_pdf({}, Stock::single)).message, Catch::Contains("at least one"));
  CHECK_THAT(refused(to_pdf(labels_of(numbered(10'000)), Stock::avery_5160)).message, Catch::Contains("at most 3000"));
  const auto field_of = [](const Label& label) { return refused(to_pdf(std::vector{Label{"A", {}}, label}, Stock::single)).field; };
  CHECK(field_of({"", {}}) == "[1]");
  CHECK(field_of({" A", {}}) == "[1]");
  CHECK(field_of({"Müll", {}}) == "[1]");
  CHECK(field_of({"A\tB", {}}) == "[1]");
  CHECK(field_of({"A", {"1", "2", "3"}}) == "[1]");
  CHECK(field_of({"A", {std::string(121, 'x')}}) == "[1]");
  CHECK(field_of({"A", {"a\nb"}}) == "[1]");
  for (const int start : {0, -1, 31}) CHECK(refused(to_pdf(labels_of({"A"}), Stock::avery_5160, start)).field == "start");
  CHECK(refused(to_pdf(labels_of({"A"}), Stock::single, 2)).field == "start");
}

TEST_CASE("as many labels as are allowed at once are a hundred sheets") {
  const auto pdf = must(to_pdf(labels_of(numbered(kMaxLabels)), Stock::avery_5160));
  TemporaryFolder folder;
  SystemFiles files;
  must(files.write_atomic(folder / "a.pdf", pdf, 0600));
  CHECK_THAT(run_tool("pdfinfo", {folder / "a.pdf"}), Catch::Contains("Pages:           100") && Catch::Contains("612 x 792 pts (letter)"));
}

}  // namespace rollcall::labels
