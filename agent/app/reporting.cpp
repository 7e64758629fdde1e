#include "agent/app/reporting.h"

#include <utility>

#include "common/base/log.h"

namespace rollcall::app {

Reporting::Reporting(Seams seams)
    : seams_(std::move(seams)), memory_(seams_.files, seams_.folder.file("memory")) {}

Result<std::unique_ptr<Reporting>> Reporting::open(Seams seams) {
  std::unique_ptr<Reporting> reporting(new Reporting(std::move(seams)));
  TRY(reporting->memory_.load());
  TRY(reporting->open_outbox());
  reporting->make_phases();
  return reporting;
}

Result<> Reporting::open_outbox() {
  sql::SqliteOptions options;
  options.path = seams_.folder.file("outbox.db");
  options.readers = 1;
  options.cache_kib = 64;
  options.checkpoint_pages = 256;
  options.wal_limit_pages = 1'024;
  options.vfs = seams_.database_layer;
  options.clock = &seams_.clock;
  const auto open = [&]() -> Result<> {
    database_ = TRY(sql::SqliteDatabase::open(options));
    outbox_ = TRY(outbox::Outbox::open(*database_, seams_.clock, seams_.limits));
    return {};
  };
  auto opened = open();
  if (opened || opened.error().code != Errc::corrupt) return opened;
  log::error("the outbox is damaged and put aside as outbox.db.damaged: {}", opened.error().message);
  outbox_.reset();
  database_.reset();
  TRY(seams_.files.rename(options.path, options.path + ".damaged"));
  for (const char* suffix : {"-wal", "-shm"}) TRY(seams_.files.remove(options.path + suffix));
  return open();
}

void Reporting::make_phases() {
  const Clock& clock = seams_.clock;
  sync::StateFolder& folder = seams_.folder;
  link_ = std::make_unique<sync::Link>(seams_.open_link, seams_.urgent);
  check_in_ = std::make_unique<sync::CheckIn>(clock, *outbox_, memory_, folder, *link_, seams_.boot_id);
  renewal_ = std::make_unique<sync::Renewal>(clock, seams_.random, memory_, folder, *link_, seams_.credentials);
  cycle_ = std::make_unique<sync::Cycle>(sync::Cycle::Parts{.clock = clock,
                                                            .random = seams_.random,
                                                            .outbox = *outbox_,
                                                            .memory = memory_,
                                                            .link = *link_,
                                                            .check_in = *check_in_,
                                                            .renewal = *renewal_,
                                                            .sample = seams_.sample,
                                                            .open_probe = seams_.open_probe,
                                                            .boot_id = seams_.boot_id,
                                                            .start_jitter_ms = seams_.start_jitter_ms,
                                                            .resume_jitter_ms = seams_.resume_jitter_ms});
}

}  // namespace rollcall::app
