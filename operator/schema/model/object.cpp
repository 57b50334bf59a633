#include "schema/model/object.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace athanor::schema {
namespace {

constexpr std::array kKinds{
    std::pair{ObjectKind::Schema, std::string_view("schema")},
    std::pair{ObjectKind::Extension, std::string_view("extension")},
    std::pair{ObjectKind::Enum, std::string_view("enum")},
    std::pair{ObjectKind::Range, std::string_view("range")},
    std::pair{ObjectKind::Composite, std::string_view("composite type")},
    std::pair{ObjectKind::Domain, std::string_view("domain")},
    std::pair{ObjectKind::Sequence, std::string_view("sequence")},
    std::pair{ObjectKind::Function, std::string_view("function")},
    std::pair{ObjectKind::Procedure, std::string_view("procedure")},
    std::pair{ObjectKind::Aggregate, std::string_view("aggregate")},
    std::pair{ObjectKind::Operator, std::string_view("operator")},
    std::pair{ObjectKind::Table, std::string_view("table")},
    std::pair{ObjectKind::Column, std::string_view("column")},
    std::pair{ObjectKind::Default, std::string_view("default")},
    std::pair{ObjectKind::Constraint, std::string_view("constraint")},
    std::pair{ObjectKind::Index, std::string_view("index")},
    std::pair{ObjectKind::View, std::string_view("view")},
    std::pair{ObjectKind::MaterializedView, std::string_view("materialized view")},
    std::pair{ObjectKind::Rule, std::string_view("rule")},
    std::pair{ObjectKind::Trigger, std::string_view("trigger")},
    std::pair{ObjectKind::Policy, std::string_view("policy")},
    std::pair{ObjectKind::EventTrigger, std::string_view("event trigger")},
    std::pair{ObjectKind::DefaultPrivileges, std::string_view("default privileges")},
};

constexpr std::array kFacts{
    std::pair{Fact::AccessMethod, std::string_view("access method")},
    std::pair{Fact::Cache, std::string_view("cache")},
    std::pair{Fact::Check, std::string_view("check")},
    std::pair{Fact::Collation, std::string_view("collation")},
    std::pair{Fact::Command, std::string_view("command")},
    std::pair{Fact::Comment, std::string_view("comment")},
    std::pair{Fact::Compression, std::string_view("compression")},
    std::pair{Fact::Cycle, std::string_view("cycle")},
    std::pair{Fact::Default, std::string_view("default")},
    std::pair{Fact::Definition, std::string_view("definition")},
    std::pair{Fact::Enabled, std::string_view("enabled")},
    std::pair{Fact::Event, std::string_view("event")},
    std::pair{Fact::ForceRowSecurity, std::string_view("force row security")},
    std::pair{Fact::Function, std::string_view("function")},
    std::pair{Fact::Generated, std::string_view("generated")},
    std::pair{Fact::Identity, std::string_view("identity")},
    std::pair{Fact::Increment, std::string_view("increment")},
    std::pair{Fact::Inherits, std::string_view("inherits")},
    std::pair{Fact::Invalid, std::string_view("invalid")},
    std::pair{Fact::Kind, std::string_view("kind")},
    std::pair{Fact::Maximum, std::string_view("maximum")},
    std::pair{Fact::Minimum, std::string_view("minimum")},
    std::pair{Fact::Multirange, std::string_view("multirange")},
    std::pair{Fact::NotNull, std::string_view("not null")},
    std::pair{Fact::Options, std::string_view("options")},
    std::pair{Fact::OwnedBy, std::string_view("owned by")},
    std::pair{Fact::PartitionBound, std::string_view("partition bound")},
    std::pair{Fact::PartitionKey, std::string_view("partition key")},
    std::pair{Fact::PartitionOf, std::string_view("partition of")},
    std::pair{Fact::Permissive, std::string_view("permissive")},
    std::pair{Fact::Persistence, std::string_view("persistence")},
    std::pair{Fact::Privileges, std::string_view("privileges")},
    std::pair{Fact::ReplicaIdentity, std::string_view("replica identity")},
    std::pair{Fact::Roles, std::string_view("roles")},
    std::pair{Fact::RowSecurity, std::string_view("row security")},
    std::pair{Fact::Spelling, std::string_view("spelling")},
    std::pair{Fact::Start, std::string_view("start")},
    std::pair{Fact::Statistics, std::string_view("statistics")},
    std::pair{Fact::Storage, std::string_view("storage")},
    std::pair{Fact::Tags, std::string_view("tags")},
    std::pair{Fact::Type, std::string_view("type")},
    std::pair{Fact::Using, std::string_view("using")},
    std::pair{Fact::Values, std::string_view("values")},
};

template <class Table, class Key>
std::string_view name_of(const Table& table, Key key) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.first == key; });
  return found == table.end() ? std::string_view{} : found->second;
}

template <class Key, class Table>
std::optional<Key> key_of(const Table& table, std::string_view name) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.second == name; });
  return found == table.end() ? std::nullopt : std::optional<Key>(found->first);
}

}  // namespace

std::string_view to_string(ObjectKind kind) {
  return name_of(kKinds, kind);
}

std::optional<ObjectKind> parse_object_kind(std::string_view text) {
  return key_of<ObjectKind>(kKinds, text);
}

std::string_view to_string(Fact fact) {
  return name_of(kFacts, fact);
}

std::optional<Fact> parse_fact(std::string_view text) {
  return key_of<Fact>(kFacts, text);
}

std::string describe(const ObjectId& id) {
  std::string text(to_string(id.kind));
  char before = ' ';
  for (const std::string* part : {&id.schema, &id.parent, &id.name}) {
    if (part->empty()) continue;
    text += before + *part;
    before = '.';
  }
  return text;
}

std::string_view Object::fact(Fact which) const {
  const auto found = facts.find(which);
  return found == facts.end() ? std::string_view{} : std::string_view(found->second);
}

}  // namespace athanor::schema
