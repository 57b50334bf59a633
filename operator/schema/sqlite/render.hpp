// Changes as SQLite's SQL.
#pragma once

#include <string>
#include <vector>

#include "schema/model/catalog.hpp"

namespace athanor::schema {

/// What takes a database from `before` to `after`, in an order in which it can be done: one transaction, with
/// foreign keys off and checked at its end, as ports::Database runs a revision.
///
/// A table is altered where ALTER TABLE can, and otherwise made anew once for all its changes
/// (rebuild.hpp). Views and triggers that what changes might break are dropped first and made again last:
/// ALTER TABLE refuses to work among broken ones. A rename is never guessed: what looks like one is named in
/// a comment at the beginning.
/// @return statements without semicolons; comments may stand before one
[[nodiscard]] std::vector<std::string> render_sqlite(const Catalog& before, const Catalog& after);

/// The same as a script; empty where nothing differs.
[[nodiscard]] std::string render_sqlite_script(const Catalog& before, const Catalog& after);

}  // namespace athanor::schema
