#include "tests/sim/agent_process.h"

namespace rollcall::sim {

Result<std::unique_ptr<AgentProcess>> AgentProcess::start(const Surroundings& around) {
  std::unique_ptr<AgentProcess> it(new AgentProcess(around.hardware));
  it->credentials_ = TRY(it->folder_.credentials());
  TRY(it->memory_.load());
  sql::SqliteOptions options;
  options.path = it->folder_.file("outbox.db");
  options.readers = 1;
  options.cache_kib = 64;
  options.checkpoint_pages = 256;
  options.vfs = around.hardware.vfs();
  options.clock = &around.clock;
  it->database_ = TRY(sql::SqliteDatabase::open(options));
  it->outbox_ = TRY(outbox::Outbox::open(*it->database_, around.clock, {}));
  it->link_ = std::make_unique<sync::Link>(around.open);
  it->check_in_ = std::make_unique<sync::CheckIn>(around.clock, *it->outbox_, it->memory_, it->folder_, *it->link_,
                                                  around.boot_id);
  it->renewal_ = std::make_unique<sync::Renewal>(around.clock, around.random, it->memory_, it->folder_, *it->link_,
                                                 it->credentials_);
  it->cycle_ = std::make_unique<sync::Cycle>(sync::Cycle::Parts{.clock = around.clock,
                                                                .random = around.random,
                                                                .outbox = *it->outbox_,
                                                                .memory = it->memory_,
                                                                .link = *it->link_,
                                                                .check_in = *it->check_in_,
                                                                .renewal = *it->renewal_,
                                                                .sample = around.sample,
                                                                .open_probe = {},
                                                                .boot_id = around.boot_id});
  return it;
}

}  // namespace rollcall::sim
