// What a database's schema is made of: objects with an identity, facts about them, and what they need.
//
// Facts are texts in the server's own canonical form (what pg_get_viewdef, format_type and their kind print),
// so that two objects are equal exactly where their texts are, and a snapshot of them can be kept and read
// back by any later version. A fact that is the default is left out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace athanor::schema {

/// In the order in which objects are created where nothing else decides.
enum class ObjectKind : std::uint8_t {
  Schema,
  Extension,
  Enum,
  Range,
  Composite,
  Domain,
  Sequence,
  Function,
  Procedure,
  Aggregate,
  Operator,  ///< named with the types of its arguments, as DROP OPERATOR takes them
  Table,
  Column,
  Default,  ///< of a column, whose name it has: functions and types may have to be dropped from under it
  Constraint,
  Index,
  View,
  MaterializedView,
  Rule,
  Trigger,
  Policy,
  EventTrigger,
  DefaultPrivileges,
};

/// For example "materialized view"; what a person reads, and what a snapshot and `spec.drift.exclude` say.
[[nodiscard]] std::string_view to_string(ObjectKind kind);
[[nodiscard]] std::optional<ObjectKind> parse_object_kind(std::string_view text);

/// Names are as SQL writes them: quoted where they must be. A constraint without a name (SQLite) has its
/// definition for one.
struct ObjectId {
  ObjectKind kind = ObjectKind::Schema;
  std::string schema;  ///< empty: the kind has none (extensions, event triggers), or the dialect (SQLite)
  std::string parent;  ///< the table (view, domain, composite type) that a part belongs to; empty: a whole
  std::string name;    ///< of functions with the types of their arguments, as DROP FUNCTION takes them

  auto operator<=>(const ObjectId&) const = default;
};

/// As a person names it: `column shop.customers.name`.
[[nodiscard]] std::string describe(const ObjectId& id);

enum class Fact : std::uint8_t {
  AccessMethod,
  Cache,
  Check,
  Collation,
  Command,
  Comment,
  Compression,
  Cycle,
  Default,
  Definition,
  Enabled,
  Event,
  ForceRowSecurity,
  Function,
  Generated,
  Identity,
  Increment,
  Inherits,
  Invalid,
  Kind,
  Maximum,
  Minimum,
  Multirange,
  NotNull,
  Options,
  OwnedBy,
  PartitionBound,
  PartitionKey,
  PartitionOf,
  Permissive,
  Persistence,
  Privileges,
  ReplicaIdentity,
  Roles,
  RowSecurity,
  Spelling,  ///< SQLite: the name as it was written, where its identity, in lower case, does not tell
  Start,
  Statistics,
  Storage,  ///< and in brackets what the type has by default, for the way back
  Tags,
  Type,
  Using,
  Values,
};

/// For example "partition key".
[[nodiscard]] std::string_view to_string(Fact fact);
[[nodiscard]] std::optional<Fact> parse_fact(std::string_view text);

using Facts = std::map<Fact, std::string>;

struct Object {
  ObjectId id;
  Facts facts;
  /// What must be there before it, as the server recorded it; sorted. Not compared: it follows from the
  /// facts.
  std::vector<ObjectId> needs;
  /// Where a column, or a constraint of SQLite's, stands in its table, counted from 1; 0 for other kinds. Not
  /// compared: no ALTER moves one.
  int position = 0;
  /// A column that a parent table has, whether or not it has one itself. Not compared: it follows from the
  /// table's.
  bool inherited = false;

  /// @return empty where the object has no such fact
  [[nodiscard]] std::string_view fact(Fact which) const;
};

}  // namespace athanor::schema
