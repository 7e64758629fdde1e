#include "server/cli/program.h"

namespace rollcall::cli {

CLI::App* Program::order_command(CLI::App* orders, const char* name, const char* what, OrderAction action) {
  auto* made = api_command(orders, name, what, [this, action](ApiClient& api) {
    return action(api, options_.as_json, options_.receiving);
  });
  made->add_option("order", options_.receiving.order, "Its id, as `rollcall orders list` prints it")->required();
  return made;
}

CLI::App* Program::step_command(CLI::App* orders, const char* name, const char* step, const char* what) {
  auto* made = order_command(orders, name, what,
                             [step](ApiClient& api, bool as_json, const ReceivingArguments& given) {
                               ReceivingArguments arguments = given;
                               arguments.step = step;
                               return take_receiving_step(api, as_json, arguments);
                             });
  made->add_option("label", options_.receiving.codes, "Serial numbers or tags; without any, a line each from standard input");
  return made;
}

void Program::declare_receiving() {
  auto& arguments = options_.receiving;
  auto* orders = app_.add_subcommand("orders", "Purchase orders and what is received of them")->require_subcommand(1);
  auto* listing = api_command(orders, "list", "Orders, newest first", [this](ApiClient& api) {
    return list_orders(api, options_.as_json, options_.receiving);
  });
  listing->add_option("--state", arguments.state, "open or closed");
  listing->add_option("--search", arguments.search, "Part of the number");
  auto* adding = api_command(orders, "add", "Note what was ordered", [this](ApiClient& api) {
    return add_order(api, options_.as_json, options_.receiving);
  });
  adding->add_option("number", arguments.number, "As the business office calls it")->required();
  adding->add_option("vendor", arguments.vendor, "Who sells it")->required();
  adding->add_option("--line", arguments.lines, "MODEL_ID:QUANTITY[:CENTS], as often as there are models")
      ->required()
      ->allow_extra_args(false);
  adding->add_option("--funding", arguments.funding, "The funding source");
  adding->add_option("--school", arguments.school, "A school's id; none for the district's");
  adding->add_option("--expected", arguments.day, "The day, as 2026-08-31");
  adding->add_option("--next-tag", arguments.tag, "The first tag that is given, as FCS-0001");
  adding->add_option("--note", arguments.note, "For whoever looks back");
  order_command(orders, "show", "How far its devices are, and its deliveries", show_order);
  auto* delivering = order_command(orders, "deliver", "Note a delivery", note_delivery);
  delivering->add_option("day", arguments.day, "On which it came, as 2026-08-31")->required();
  delivering->add_option("announced", arguments.announced, "How many the packing slip says")->required();
  delivering->add_option("--reference", arguments.reference, "Of the packing slip");
  delivering->add_option("--note", arguments.note, "For whoever looks back");
  auto* receiving = step_command(orders, "receive", "received", "Scan boxes by their serial numbers");
  receiving->add_option("--delivery", arguments.delivery, "The delivery's id")->required();
  receiving->add_option("--line", arguments.line, "Which model, when several were ordered");
  step_command(orders, "tag", "tagged", "Give tags")->add_option("--tag", arguments.tag, "This one, of one device");
  step_command(orders, "image", "imaged", "Say that devices without an agent are imaged");
  auto* checking = step_command(orders, "check", "checked", "Say that devices are in order");
  checking->add_flag("--damaged", arguments.damaged, "That they are not: they are put on hold");
  checking->add_option("--note", arguments.note, "What is damaged");
  order_command(orders, "close", "Nothing more is to come", close_order)
      ->add_option("--reason", arguments.note, "Why with less than was ordered");
  auto* troubles = api_command(orders, "troubles", "Short and damaged deliveries of all orders", [this](ApiClient& api) {
    return list_troubles(api, options_.as_json, options_.receiving);
  });
  troubles->add_option("--only", arguments.state, "short or damaged");
}

}  // namespace rollcall::cli
