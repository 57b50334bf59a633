// The table-rebuild recipe (https://sqlite.org/lang_altertable.html, section 7).
#pragma once

#include <string>
#include <vector>

#include "schema/model/catalog.hpp"

namespace athanor::schema {

/// Makes the table anew, with all its changes at once, and copies its rows. Its indexes and triggers go with
/// the old one. Foreign keys have to be off, and triggers and views that name the table out of the way.
///
/// Values stay in the columns that are there before and after, and rowids; a type's affinity is all that
/// changes them.
/// Rows that the new table does not take are an error, whatever ON CONFLICT says. The count of AUTOINCREMENT
/// goes on.
/// @return statements without semicolons; the first begins with comments that say what is lost, and what
/// rows would stand in the way
[[nodiscard]] std::vector<std::string> rebuild_table(const Catalog& before, const Catalog& after,
                                                     const ObjectId& table);

}  // namespace athanor::schema
