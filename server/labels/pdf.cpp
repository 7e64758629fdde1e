// PDF by cairo: bars and modules are filled paths, so that no printer has to scale a picture.
#include <cairo-pdf.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "common/base/text.h"
#include "server/labels/check.h"
#include "server/labels/layout.h"
#include "server/labels/symbol.h"

namespace rollcall::labels {
namespace {

constexpr double kPoint = 1.0 / 72;  // inches
// Office printers make 600 dots an inch; bars that are whole dots of it are all of one width.
constexpr int kDpi = 600;

struct Sheet {
  double page_width_in, page_height_in;
  double left_in, top_in, pitch_x_in, pitch_y_in;
  int columns, rows;
  Size label;
  std::string_view what;
};

// Avery's template for 5160: margins of 3/16 and 1/2 in, 1/8 in between the columns.
constexpr Sheet kAverySheet{8.5, 11, 0.1875, 0.5, 2.75, 1.0, 3, 10, kAvery5160, "a label of 2.625 in"};
constexpr Sheet kSinglePage{kSingle.width_in, kSingle.height_in, 0, 0, 0, 0, 1, 1, kSingle, "a label of 2.25 in"};
static_assert(kAverySheet.columns * kAverySheet.rows == kSheetLabels);

struct Free {
  void operator()(cairo_t* it) const { cairo_destroy(it); }
  void operator()(cairo_surface_t* it) const { cairo_surface_destroy(it); }
};
using Surface = std::unique_ptr<cairo_surface_t, Free>;
using Context = std::unique_ptr<cairo_t, Free>;

cairo_status_t append(void* out, const unsigned char* bytes, unsigned size) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), size);
  return CAIRO_STATUS_SUCCESS;
}

// Draws labels on a context whose unit is a dot.
class Pen {
 public:
  explicit Pen(cairo_t* cairo) : cairo_(cairo) { cairo_set_source_rgb(cairo_, 0, 0, 0); }

  void label(const Label& label, const Layout& laid, const Symbol& bars, const Symbol& square) const {
    symbol(bars, laid.bars, laid.bar_module, laid.bars.height);
    symbol(square, laid.qr, laid.qr_module, laid.qr_module);
    int y = laid.text.y;
    text(label.tag, laid, y, laid.tag_height, "DejaVu Sans Mono", CAIRO_FONT_WEIGHT_BOLD, true);
    y += laid.tag_height;
    for (const auto& line : label.lines) {
      text(line, laid, y, laid.line_height, "DejaVu Sans", CAIRO_FONT_WEIGHT_NORMAL, false);
      y += laid.line_height;
    }
  }

 private:
  // One path for the whole: neighbors that are filled one by one show a hair between them.
  void symbol(const Symbol& it, const Box& box, int width, int height) const {
    for (int row = 0; row < it.rows(); ++row) {
      for (int column = 0; column < it.columns();) {
        int end = column;
        while (end < it.columns() && it.dark(end, row)) ++end;
        if (end > column) {
          cairo_rectangle(cairo_, box.x + column * width, box.y + row * height, (end - column) * width, height);
        }
        column = std::max(end, column + 1);
      }
    }
    cairo_fill(cairo_);
  }

  double width_of(const std::string& text) const {
    cairo_text_extents_t extents;
    cairo_text_extents(cairo_, text.c_str(), &extents);
    return extents.x_advance;
  }

  // What is too wide becomes smaller; a line, but never a tag, is cut when that is not enough.
  void text(std::string text, const Layout& laid, int y, int height, const char* family, cairo_font_weight_t weight,
            bool whole) const {
    if (text.empty()) return;
    cairo_select_font_face(cairo_, family, CAIRO_FONT_SLANT_NORMAL, weight);
    const double largest = height * 0.8, smallest = height * 0.6, room = laid.text.width;
    cairo_set_font_size(cairo_, largest);
    const double wanted = largest * std::min(1.0, room / std::max(1.0, width_of(text)));
    cairo_set_font_size(cairo_, whole ? wanted : std::max(wanted, smallest));
    if (!whole && wanted < smallest) {
      auto cut = std::string(text);
      while (!cut.empty() && width_of(cut + "…") > room) cut = clip_utf8(cut, cut.size() - 1);
      text = std::string(trim(cut)) + "…";
    }
    cairo_move_to(cairo_, laid.text.x, y + largest);
    cairo_show_text(cairo_, text.c_str());
  }

  cairo_t* cairo_;
};

Result<> draw(cairo_t* cairo, const Label& label, const Sheet& sheet, int position) {
  const auto bars = TRY(code128(label.tag)), square = TRY(qr(label.tag));
  const auto laid = TRY(lay_out(sheet.label, kDpi, bars.columns(), square.columns()));
  cairo_save(cairo);
  cairo_translate(cairo, (sheet.left_in + position % sheet.columns * sheet.pitch_x_in) / kPoint,
                  (sheet.top_in + position / sheet.columns * sheet.pitch_y_in) / kPoint);
  cairo_scale(cairo, 1 / (kPoint * kDpi), 1 / (kPoint * kDpi));
  Pen(cairo).label(label, laid, bars, square);
  cairo_restore(cairo);
  return {};
}

}  // namespace

Result<std::string> to_pdf(std::span<const Label> labels, Stock stock, int start) {
  const Sheet& sheet = stock == Stock::avery_5160 ? kAverySheet : kSinglePage;
  const int places = sheet.columns * sheet.rows;
  if (start < 1 || start > places) {
    return fail(Errc::invalid_argument,
                places == 1 ? std::string("only a sheet has positions to start at; leave it out")
                            : fmt::format("a sheet has the positions 1 to {}", places),
                "start");
  }
  TRY(check(labels));
  std::string out;
  const Surface surface(cairo_pdf_surface_create_for_stream(append, &out, sheet.page_width_in / kPoint,
                                                            sheet.page_height_in / kPoint));
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, "Device labels");
  const Context cairo(cairo_create(surface.get()));
  int position = start - 1;
  for (std::size_t i = 0; i < labels.size(); ++i, ++position) {
    if (position == places) {
      cairo_show_page(cairo.get());
      position = 0;
    }
    if (auto drawn = draw(cairo.get(), labels[i], sheet, position); !drawn) {
      return fail(drawn.error().code,
                  fmt::format("tag {} is too long for {}: {}. A shorter tag can be printed", labels[i].tag, sheet.what,
                              drawn.error().message),
                  place_of(i));
    }
  }
  cairo_surface_finish(surface.get());
  for (const auto status : {cairo_status(cairo.get()), cairo_surface_status(surface.get())}) {
    if (status != CAIRO_STATUS_SUCCESS) return fail(Errc::internal, std::string("cairo: ") + cairo_status_to_string(status));
  }
  return out;
}

}  // namespace rollcall::labels
