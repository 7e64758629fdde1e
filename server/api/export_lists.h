// Which lists of the API can be taken along as a table, and what its columns are called. To add one: a line in
// export_lists.cpp and its path in openapi.yaml.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/api/json.h"

namespace rollcall::api {

struct ExportColumn {
  enum class Kind {
    plain,    // a text, a number, a flag
    words,    // an array, as "charger,case"
    instant,  // *_ms, as "2026-08-24T13:05:00Z"
    dollars,  // cents, as "329.50"
    place,    // the holder's name, when it is no person
    holder,   // the same, when it is one
  };
  std::string_view name;
  std::string_view path;  // "asset.note"
  Kind kind{Kind::plain};
};

struct ExportList {
  std::string_view name;   // "devices": of /api/v1/exports/devices, and of the file
  std::string_view path;   // of the export
  std::string_view list;   // the path of the list itself
  std::string_view asked;  // what it is asked beside what the caller asks: "limit=500"
  std::span<const ExportColumn> columns;
};
std::span<const ExportList> export_lists();

// One line, ended by CR LF, of what the list says of one thing.
void add_csv_row(std::string& out, std::span<const ExportColumn> columns, const json::object& item);
void add_csv_header(std::string& out, std::span<const ExportColumn> columns);

}  // namespace rollcall::api
