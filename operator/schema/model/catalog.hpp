// All objects of a schema, as a value: what is compared, kept as a snapshot, and named by a fingerprint.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "schema/model/object.hpp"

namespace athanor::schema {

/// Objects by identity, in the order of kinds, then of names.
using Catalog = std::map<ObjectId, Object>;

/// Takes out what belongs to a table (view, type) that is not in the catalog itself, and needs that lead
/// outside.
void drop_orphans(Catalog& catalog);

/// One text for one schema, whatever server it was read from: the snapshot's form. Needs and positions are in
/// it.
[[nodiscard]] std::string to_snapshot(const Catalog& catalog);

/// @return Terminal `SchemaSnapshotUnreadable` for what to_snapshot() didn't write; kinds and facts that a
/// later version added are an error too, since a comparison without them would be wrong
[[nodiscard]] Result<Catalog> parse_snapshot(std::string_view text);

/// `sha256:` and 64 hex digits over identities and facts: equal exactly where two catalogs compare equal.
[[nodiscard]] std::string fingerprint(const Catalog& catalog);

}  // namespace athanor::schema
