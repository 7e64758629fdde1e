// Battery packs: which there are, and where each was from when to when. A pack that moves to another laptop
// keeps its identity, as far as its maker gave it a serial that tells it from others.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"

namespace rollcall::storage {

struct Pack {
  std::uint64_t key{};
  std::string name;  // where it sits: "BAT0"
  std::string manufacturer, model, serial, technology;
  std::int64_t design_mwh{};  // 0: unknown
};

// By maker, model and serial; where the serial says nothing (zeros, one repeated character, too short), by the
// agent and the slot, so that two laptops never share such a pack.
std::uint64_t pack_key(std::int64_t agent_no, std::string_view name, std::string_view manufacturer,
                       std::string_view model, std::string_view serial);

// The agent has exactly these packs since `observed_ms`: stays of others end, stays of new ones begin.
Result<> put_packs(sql::Transaction& transaction, std::int64_t agent_no, std::span<const Pack> packs,
                   std::int64_t observed_ms);

struct PackStay {
  std::int64_t agent_no{};
  std::uint64_t key{};
  std::string name;
  std::int64_t from_ms{};
  std::optional<std::int64_t> until_ms;  // absent: it is there still, or went with a laptop that fell silent
};
// Oldest first.
Result<std::vector<PackStay>> stays_of_agent(sql::Snapshot& snapshot, std::int64_t agent_no);
// The agent's device was deleted; packs that were nowhere else go with it.
Result<> delete_pack_stays(sql::Transaction& transaction, std::int64_t agent_no);

}  // namespace rollcall::storage
