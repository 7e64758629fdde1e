#include "server/labels/symbol.h"

#include <zint.h>

#include <memory>
#include <string>

namespace rollcall::labels {
namespace {

struct Delete {
  void operator()(zint_symbol* it) const { ZBarcode_Delete(it); }
};
using Zint = std::unique_ptr<zint_symbol, Delete>;

constexpr int kQrLevelM = 2;

Result<Symbol> encode(int symbology, int option, std::string_view text) {
  const Zint zint(ZBarcode_Create());
  if (!zint) return fail(Errc::internal, "no memory for a bar code");
  zint->symbology = symbology;
  zint->option_1 = option;
  zint->input_mode = DATA_MODE;
  const int status =
      ZBarcode_Encode(zint.get(), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (status == ZINT_ERROR_TOO_LONG) return fail(Errc::invalid_argument, "it is too long for a bar code");
  if (status != 0) return fail(Errc::internal, std::string("zint: ") + zint->errtxt);
  Symbol out(zint->width, zint->rows);
  for (int row = 0; row < zint->rows; ++row) {
    for (int column = 0; column < zint->width; ++column) {
      if ((zint->encoded_data[row][column / 8] >> (column % 8) & 1) != 0) out.darken(column, row);
    }
  }
  return out;
}

}  // namespace

Result<Symbol> code128(std::string_view text) { return encode(BARCODE_CODE128, -1, text); }
Result<Symbol> qr(std::string_view text) { return encode(BARCODE_QRCODE, kQrLevelM, text); }

}  // namespace rollcall::labels
