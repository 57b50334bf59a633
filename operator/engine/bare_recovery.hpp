// What becomes of a statement outside any transaction that was interrupted or failed (design section 7, point
// 4): the catalog is asked, and what it left behind is removed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "engine/bare_statement.hpp"
#include "ports/database.hpp"

namespace athanor::engine {

/// Looks up the index that `statement` names, by the settings that the session has now.
/// @return its oid as SQL, or NULL
[[nodiscard]] Result<std::string> look_up_index(ports::Database& database, const BareStatement& statement);

/// What the catalog says now of a statement that was begun.
struct Standing {
  Verdict verdict = Verdict::Unknown;
  IndexFacts facts;
};
[[nodiscard]] Result<Standing> ask_catalog(ports::Database& database, const BareStatement& statement,
                                           std::optional<std::int64_t> index_before);

/// Drops what `standing` says that the statement left behind.
/// REQUIRES: its verdict is DropAndRun or DropLeftovers
[[nodiscard]] Result<void> drop_remains(ports::Database& database, const BareStatement& statement,
                                        const Standing& standing);

/// After a statement that builds an index failed: removes what it left.
/// @return whether it is certain that nothing is left
[[nodiscard]] bool remove_half_built(ports::Database& database, const BareStatement& statement,
                                     std::optional<std::int64_t> index_before);

/// After a DETACH PARTITION ... CONCURRENTLY failed: its first half may be in, since that is committed before
/// the wait for the table's readers.
/// @return whether it is certain that it is not
[[nodiscard]] bool nothing_detached(ports::Database& database, const BareStatement& statement);

}  // namespace athanor::engine
