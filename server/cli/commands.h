// What each command does once its arguments are read. Each prints its answer and returns; errors go up to
// main, which words them and picks the exit code.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "server/cli/api_client.h"

namespace rollcall::cli {

struct LoginArguments {
  std::string server, name, authority_file;
};
// Asks for the password (and for a new one in place of a one-time one) and writes the profile.
Result<> login(Files& files, const Clock& clock, const std::string& profile_path, const LoginArguments& arguments);
Result<> logout(Files& files, const Clock& clock, const std::string& profile_path);

struct ListDevicesArguments {
  std::string search, state, verdict, school, age, sort, order, kind, lifecycle, flag, held_by;
  std::int64_t limit{100};
  bool all{};  // every page
};
Result<> list_devices(ApiClient& api, bool as_json, const ListDevicesArguments& arguments);
// `which` is an id, a tag or a serial number; the last two must match exactly one device.
Result<> show_device(ApiClient& api, bool as_json, const std::string& which);
Result<> device_history(ApiClient& api, bool as_json, const std::string& which, bool events_only, std::int64_t limit);

struct FindArguments {
  std::vector<std::string> words;
  std::string kind;  // empty: every kind
  std::int64_t limit{8};
};
// Errors besides the API's: not_found (nothing answers).
Result<> find_anything(ApiClient& api, bool as_json, const FindArguments& arguments);

struct PrintLabelsArguments {
  std::vector<std::string> devices;  // ids or tags; "-" alone: from standard input, a line each
  std::string format{"pdf"};         // or "zpl"
  std::string out;                   // file
  std::string stock;                 // of a PDF; empty: the server's choice, as 0 below
  std::int64_t start{}, dpi{};
};
Result<> print_labels(ApiClient& api, Files& files, bool as_json, const PrintLabelsArguments& arguments);

// A field of the API and its value: "note=left wheel", "lost=true", "cost_cents=28900", "kit=charger,case"; nothing
// behind the sign takes the value away.
using Settings = std::vector<std::string>;
Result<> add_device(ApiClient& api, bool as_json, const Settings& settings);
Result<> edit_device(ApiClient& api, bool as_json, const std::string& which, const Settings& settings);

// Models and places, whose routes are alike; `what` is "models" or "places".
struct ListRecordsArguments {
  std::string what, search, kind, school;
};
Result<> list_records(ApiClient& api, bool as_json, const ListRecordsArguments& arguments);
Result<> add_record(ApiClient& api, bool as_json, const std::string& what, const Settings& settings);
Result<> edit_record(ApiClient& api, bool as_json, const std::string& what, const std::string& id,
                     const Settings& settings);
Result<> delete_record(ApiClient& api, bool as_json, const std::string& what, const std::string& id);

struct HandArguments {
  std::string device, out;     // out: of a swap, the one that goes out
  std::string person, place;   // to whom: a student number or id, or a place's id
  std::string condition, agreement, note;
  std::vector<std::string> kit;
};
// `verb` is "give", "take-back", "move" or "swap".
Result<> hand_device(ApiClient& api, bool as_json, const std::string& verb, const HandArguments& arguments);
Result<> undo_custody(ApiClient& api, bool as_json, const std::string& act);
Result<> check_custody(ApiClient& api, bool as_json, const HandArguments& arguments);
Result<> custody_history(ApiClient& api, bool as_json, const std::string& which);
// What a person (by student number or id) or a place (by id) has.
Result<> held_devices(ApiClient& api, bool as_json, const HandArguments& arguments);
Result<> list_leavers(ApiClient& api, bool as_json, const std::string& school);

struct CheckArguments {
  std::string id, item, outcome;
  std::string place, person, state, note;
  std::vector<std::string> codes;  // none: from standard input, a line each
};
Result<> list_checks(ApiClient& api, bool as_json, const CheckArguments& arguments);
Result<> start_check(ApiClient& api, bool as_json, const CheckArguments& arguments);
Result<> show_check(ApiClient& api, bool as_json, const CheckArguments& arguments);
Result<> scan_in_check(ApiClient& api, bool as_json, const CheckArguments& arguments);
Result<> account_in_check(ApiClient& api, bool as_json, const CheckArguments& arguments);
// `how` is "close" or "abandon".
Result<> end_check(ApiClient& api, bool as_json, const std::string& how, const CheckArguments& arguments);

struct ReceivingArguments {
  std::string order, number, vendor, funding, school, day, delivery, tag, reference, state, search, note;
  std::string step;                // "received", "tagged", "imaged" or "checked"
  std::vector<std::string> lines;  // "MODEL_ID:QUANTITY[:CENTS]"
  std::vector<std::string> codes;  // none: from standard input, a line each
  std::int64_t announced{}, line{};
  bool damaged{};
};
Result<> list_orders(ApiClient& api, bool as_json, const ReceivingArguments& arguments);
Result<> show_order(ApiClient& api, bool as_json, const ReceivingArguments& arguments);
Result<> add_order(ApiClient& api, bool as_json, const ReceivingArguments& arguments);
Result<> note_delivery(ApiClient& api, bool as_json, const ReceivingArguments& arguments);
Result<> take_receiving_step(ApiClient& api, bool as_json, const ReceivingArguments& arguments);
Result<> close_order(ApiClient& api, bool as_json, const ReceivingArguments& arguments);
Result<> list_troubles(ApiClient& api, bool as_json, const ReceivingArguments& arguments);

// The id of the device with this id, tag or serial number. Errors: not_found, conflict (several).
Result<std::string> device_id(ApiClient& api, const std::string& which);
// Every page of a list: the last page with the items of all.
Result<boost::json::value> every_page(ApiClient& api, std::string_view path, const Query& query);

struct CreateTokenArguments {
  std::string note, school;
  std::vector<std::string> serials;
  std::int64_t uses{1}, hours{24};
  std::string out;  // the file that imaging leaves on laptops (rollcall-agent(8)); empty: none is written
};
Result<> create_token(ApiClient& api, Files& files, bool as_json, const CreateTokenArguments& arguments);
Result<> list_tokens(ApiClient& api, bool as_json);
Result<> revoke_token(ApiClient& api, bool as_json, const std::string& id);

struct ImportArguments {
  std::string kind;  // "oneroster", "students", "devices"
  std::string path;  // a folder, a zip or a .csv file
  std::string preset;  // of devices; empty: recognized
  bool dry_run{};
};
// Uploads, waits, prints. Errors besides the API's: invalid_argument (rows were left out), conflict (held), internal
// (failed); each after everything was printed.
Result<> import_roster(ApiClient& api, Files& files, bool as_json, const ImportArguments& arguments);
Result<> list_imports(ApiClient& api, bool as_json);
Result<> approve_import(ApiClient& api, bool as_json, const std::string& id);
Result<> cancel_import(ApiClient& api, bool as_json, const std::string& id);
Result<> import_findings(ApiClient& api, const std::string& id);

struct ExportArguments {
  std::string list;  // "devices", "people", … as the API calls it
  std::string format{"csv"};
  std::vector<std::string> filters;  // NAME=VALUE, as the list's own
  std::string out;                   // a file; empty: standard output
};
Result<> export_list(ApiClient& api, Files& files, const ExportArguments& arguments);

struct CalendarArguments {
  std::string school;              // empty: the district's
  std::vector<std::string> dates;  // "today", "tomorrow", "2026-08-31"; none: today, where the school is
  std::string from{"today"}, to;   // empty: four weeks
  std::string reason, schedule, file;
  std::int64_t minutes{120};
  bool undo{}, dry_run{}, follow{}, no_follow{};
};
Result<> show_calendar(ApiClient& api, bool as_json, const CalendarArguments& arguments);
// The district and its schools on the day `from`.
Result<> list_calendars(ApiClient& api, bool as_json, const CalendarArguments& arguments);
Result<> close_school(ApiClient& api, bool as_json, const CalendarArguments& arguments);
Result<> start_late(ApiClient& api, bool as_json, const CalendarArguments& arguments);
Result<> release_early(ApiClient& api, bool as_json, const CalendarArguments& arguments);
Result<> import_holidays(ApiClient& api, const Files& files, bool as_json, const CalendarArguments& arguments);
Result<> take_terms(ApiClient& api, bool as_json, const CalendarArguments& arguments);
// The document that a school wrote itself, as JSON; and such a document in its place.
Result<> export_calendar(ApiClient& api, const CalendarArguments& arguments);
Result<> set_calendar(ApiClient& api, const Files& files, bool as_json, const CalendarArguments& arguments);

// Until `count` events were printed (0: no end) or the program is interrupted. A server that goes away meanwhile is
// asked again for what was missed, until it is back. Errors: the API's; a server that was not there at first.
Result<> follow_events(ApiClient& api, Random& random, bool as_json, std::int64_t count);
// Before the try after `failures` of them in a row: up to half a minute, and no two programs together.
std::int64_t pause_before_try_ms(int failures, Random& random);

}  // namespace rollcall::cli
