#include "core/history.hpp"

namespace athanor {

std::string Owner::short_name() const {
  return ns.empty() ? name : ns + "/" + name;
}

std::string Owner::describe() const {
  return cluster.empty() ? short_name() : short_name() + " in cluster " + cluster;
}

std::optional<std::int64_t> last_duration_ms(const DatabaseState& database, const std::string& revision,
                                             Direction direction) {
  const bool up = direction == Direction::Upgrade;
  if (const auto act = database.applied.find(revision); up && act != database.applied.end())
    return act->second.duration_ms;
  const auto past = database.taken_back.find(revision);
  if (past == database.taken_back.end()) return std::nullopt;
  return up ? past->second.upgrade_ms : past->second.downgrade_ms;
}

}  // namespace athanor
