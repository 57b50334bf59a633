// Whose database is it? The guard of design section 6 as one pure function.
#pragma once

#include <optional>
#include <string_view>

#include "core/audience.hpp"
#include "core/history.hpp"
#include "core/result.hpp"

namespace athanor::engine {

/// How an environment stands to the owner that a database records.
enum class Ownership {
  Unowned,    ///< nobody recorded: it becomes ours
  Ours,       ///< recorded as ours
  Copy,       ///< recorded on a server with another identity: a dump or a clone, which becomes ours
  TakenOver,  ///< another's, and the wish to take it over names that owner
  Elsewhere,  ///< another's: hands off
};

/// @param recorded the owner in the ledger; nullopt: none
/// @param self this environment, with the identity of the server that it is connected to
/// @param take_over short name of the owner that may be replaced; empty: none
[[nodiscard]] Ownership ownership_of(const std::optional<Owner>& recorded, const Owner& self,
                                     std::string_view take_over);

/// Terminal `DatabaseOwnedElsewhere`, which names both and says what to do if it is meant.
[[nodiscard]] Error owned_elsewhere(const Owner& recorded, const Owner& self, Audience audience);

}  // namespace athanor::engine
