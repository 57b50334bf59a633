// What statements leave in their session, and what is gone with it (design section 7, point 4).
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "core/sql_script.hpp"

namespace athanor::engine {

/// SET, RESET, or a call of set_config(): what changes the session for the statements after it, and may be
/// run again.
[[nodiscard]] bool sets_for_session(const Statement& statement);

/// Of statements that were run, the first that made a temporary table, view or sequence which none of them
/// dropped: it went with their session. Those that go with their transaction (ON COMMIT DROP) do not count.
[[nodiscard]] std::optional<std::size_t> lost_temporary(std::span<const Statement> done);

}  // namespace athanor::engine
