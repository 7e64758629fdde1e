#include "server/domain/audit_record.h"

namespace rollcall::domain {
namespace {

void put_number(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

}  // namespace

Sha256 chain_hash(const Sha256& previous, const AuditRecord& record) {
  std::string bytes(bytes_of(previous));
  put_number(bytes, static_cast<std::uint64_t>(record.seq));
  put_number(bytes, static_cast<std::uint64_t>(record.at_ms));
  for (const std::string* field :
       {&record.actor, &record.action, &record.target, &record.outcome, &record.detail}) {
    put_number(bytes, field->size());
    bytes += *field;
  }
  return sha256(bytes);
}

}  // namespace rollcall::domain
