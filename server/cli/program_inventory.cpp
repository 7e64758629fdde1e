#include <string_view>
#include <utility>

#include "server/cli/program.h"

namespace rollcall::cli {

CLI::App* Program::set_command(CLI::App* parent, const char* name, const char* what, ApiAction action) {
  auto* made = api_command(parent, name, what, std::move(action));
  made->add_option("--set", options_.settings,
                   "FIELD=VALUE, as the API calls it; nothing behind the sign takes it away")
      ->required()
      ->allow_extra_args(false);
  return made;
}

void Program::declare_assets() {
  auto* devices = app_.get_subcommand("devices");
  set_command(devices, "add", "List a device: --set tag=T-7 --set school=north --set serial=PF1",
              [this](ApiClient& api) { return add_device(api, options_.as_json, options_.settings); });
  auto* editing = set_command(devices, "edit", "Change what people know of a device", [this](ApiClient& api) {
    return edit_device(api, options_.as_json, options_.which, options_.settings);
  });
  editing->add_option("device", options_.which, "An id, a tag or a serial number")->required();
}

void Program::declare_records(const char* name, const char* what) {
  auto* records = app_.add_subcommand(name, what)->require_subcommand(1);
  auto* listing = api_command(records, "list", "Those that match", [this, name](ApiClient& api) {
    options_.records.what = name;
    return list_records(api, options_.as_json, options_.records);
  });
  listing->add_option("--search", options_.records.search, "Part of a name");
  listing->add_option("--kind", options_.records.kind, "Of one kind");
  if (std::string_view(name) == "places") {
    listing->add_option("--school", options_.records.school, "A school's id, or none for the district's");
  }
  set_command(records, "add", "Add one", [this, name](ApiClient& api) {
    return add_record(api, options_.as_json, name, options_.settings);
  });
  auto* editing = set_command(records, "edit", "Change one", [this, name](ApiClient& api) {
    return edit_record(api, options_.as_json, name, options_.which, options_.settings);
  });
  editing->add_option("id", options_.which, "Its id")->required();
  auto* deleting = api_command(records, "delete", "Delete one", [this, name](ApiClient& api) {
    return delete_record(api, options_.as_json, name, options_.which);
  });
  deleting->add_option("id", options_.which, "Its id")->required();
}

CLI::App* Program::hand_command(CLI::App* custody, const char* verb, const char* what) {
  auto* made = api_command(custody, verb, what, [this, verb](ApiClient& api) {
    return hand_device(api, options_.as_json, verb, options_.hand);
  });
  made->add_option("device", options_.hand.device, "A tag, a serial number or an id")->required();
  made->add_option("--condition", options_.hand.condition, "new, good, fair, damaged or broken");
  made->add_option("--kit", options_.hand.kit, "What goes along: charger,case, or none")
      ->delimiter(',')
      ->allow_extra_args(false);
  made->add_option("--note", options_.hand.note, "For whoever looks back");
  return made;
}

void Program::to_whom(CLI::App* command, const char* place) {
  command->add_option("--person", options_.hand.person, "A student number or id");
  command->add_option("--place", options_.hand.place, place);
}

void Program::declare_custody() {
  auto* custody = app_.add_subcommand("custody", "Who has which device")->require_subcommand(1);
  for (auto* giving : {hand_command(custody, "give", "Give a device to a person or a place"),
                       hand_command(custody, "move", "From whoever has it to the next, in one step")}) {
    to_whom(giving, "A place's id");
    giving->add_option("--agreement", options_.hand.agreement, "Reference of what was signed");
  }
  hand_command(custody, "take-back", "Take a device back")->add_option("--place", options_.hand.place, "Where it goes");
  auto* swapping = hand_command(custody, "swap", "One device in, another one out to the same");
  swapping->add_option("out", options_.hand.out, "The one that goes out")->required();
  swapping->add_option("--place", options_.hand.place, "Where the one that comes in goes");
  auto* undoing = api_command(custody, "undo", "Take back what you did in the last 10 minutes", [this](ApiClient& api) {
    return undo_custody(api, options_.as_json, options_.which);
  });
  undoing->add_option("act", options_.which, "As give, move, take-back and swap print it")->required();
  auto* checking = api_command(custody, "check", "What would be in the way", [this](ApiClient& api) {
    return check_custody(api, options_.as_json, options_.hand);
  });
  checking->add_option("device", options_.hand.device, "A tag, a serial number or an id")->required();
  to_whom(checking, "A place's id");
  auto* history = api_command(custody, "history", "Who had a device, newest first", [this](ApiClient& api) {
    return custody_history(api, options_.as_json, options_.which);
  });
  history->add_option("device", options_.which, "A tag, a serial number or an id")->required();
  to_whom(api_command(custody, "held", "What a person or a place has", [this](ApiClient& api) {
    return held_devices(api, options_.as_json, options_.hand);
  }), "A place's id");
  auto* leavers =
      api_command(custody, "leavers", "Who left or was transferred and still has a device", [this](ApiClient& api) {
        return list_leavers(api, options_.as_json, options_.records.school);
      });
  leavers->add_option("--school", options_.records.school, "Of this school's devices");
}

}  // namespace rollcall::cli
