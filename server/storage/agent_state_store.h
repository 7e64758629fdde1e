// The newest state of every agent, written behind, and the steady parts of its newest report.
//
// A state is kept in memory in exactly this binary form, so writing and loading copy bytes:
//
//   byte     version, 2
//   number   log_id, newest_sequence; byte: occasion
//   number   observed (ms); received − observed, promised − observed (ms)
//   real     percent; byte: flags (on_ac, restored_image, battery_absent); signed: skew
//   number   thinned, waiting
//   number   how many ranges; each: number first − the last of the one before, number last − first
//   byte     bits 0-4: sections whose logged hash is not the newest
//   5 ×      hash newest, hash logged (with its bit only), optional observed − sampled (ms); text varying
//   number   how many boots; each: hash
//   number   how many packs; each: hash key; number design, cycles; number open day; list of readings (full, count),
//            list of closed days (open day − day, full)
//
// in the terms of packing.h: instants and days are signed numbers, a hash is its eight bytes. Version 1, which is still
// read, has hashes as numbers, every logged one, and every instant and day as it is.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/device_state.h"

namespace rollcall::storage {

std::string encode_state(const domain::DeviceState& state);
void encode_state(const domain::DeviceState& state, std::string& out);  // over what was in it, for its memory
Result<domain::DeviceState> decode_state(std::string_view bytes);  // Errors: corrupt.

Result<> put_state(sql::Transaction& transaction, std::int64_t agent_no, std::string_view state);
Result<> put_section(sql::Transaction& transaction, std::int64_t agent_no, domain::Section section,
                     std::string_view steady);
Result<> delete_agent_state(sql::Transaction& transaction, std::int64_t agent_no);  // and its sections

// Ascending by agent_no.
Result<> each_state(sql::Snapshot& snapshot,
                    const std::function<void(std::int64_t agent_no, std::string_view state)>& take);

using Sections = std::array<std::optional<std::string>, domain::kSections>;
Result<Sections> sections_of(sql::Snapshot& snapshot, std::int64_t agent_no);

struct FleetClock {
  std::int64_t written_log_id{};  // every state is written up to here
  std::int64_t alive_ms{};        // the server's last sign of life; 0: this is its first start
};
Result<FleetClock> fleet_clock(sql::Snapshot& snapshot);
Result<> put_fleet_clock(sql::Transaction& transaction, const FleetClock& clock);

}  // namespace rollcall::storage
