#include "schema/compare/renames.hpp"

#include <map>
#include <string>
#include <utility>

#include "schema/compare/difference.hpp"

namespace athanor::schema {
namespace {

/// What a thing is, but for its name; equal where one may be the other.
using Likeness = std::pair<ObjectId, std::string>;

std::string facts_of(const Object& object) {
  std::string text;
  for (const auto& [fact, value] : object.facts) {
    if (fact != Fact::Spelling) text.append(to_string(fact)).append("\t").append(value).append("\n");
  }
  return text;
}

std::string default_of(const Catalog& catalog, const Object& column) {
  ObjectId id = column.id;
  id.kind = ObjectKind::Default;
  const auto found = catalog.find(id);
  return found == catalog.end() ? "" : std::string(found->second.fact(Fact::Definition));
}

Likeness likeness(const Catalog& catalog, const Object& object) {
  Likeness like{object.id, facts_of(object)};
  like.first.name.clear();
  if (object.id.kind == ObjectKind::Column) {
    like.second += default_of(catalog, object);
    return like;
  }
  for (auto at = catalog.lower_bound({ObjectKind::Column, object.id.schema, object.id.name, ""});
       at != catalog.end() && at->first.kind == ObjectKind::Column && at->first.schema == object.id.schema &&
       at->first.parent == object.id.name;
       ++at)
    like.second += at->first.name + '\n' + facts_of(at->second);
  return like;
}

}  // namespace

std::vector<PossibleRename> possible_renames(const Catalog& before, const Catalog& after) {
  struct Candidates {
    std::vector<const Object*> gone;
    std::vector<const Object*> come;
  };
  std::map<Likeness, Candidates> candidates;
  for (const Difference& difference : compare(before, after)) {
    if (difference.before != nullptr && difference.after != nullptr) continue;
    ObjectId table = difference.id();
    if (table.kind == ObjectKind::Column) {
      table = {ObjectKind::Table, table.schema, "", table.parent};
      // Columns of a table that goes or comes as a whole are told with it.
      if (!before.contains(table) || !after.contains(table)) continue;
    } else if (table.kind != ObjectKind::Table) {
      continue;
    }
    if (difference.after == nullptr) {
      candidates[likeness(before, *difference.before)].gone.push_back(difference.before);
    } else {
      candidates[likeness(after, *difference.after)].come.push_back(difference.after);
    }
  }
  std::vector<PossibleRename> renames;
  for (const auto& [like, found] : candidates) {
    if (found.gone.size() == 1 && found.come.size() == 1)
      renames.push_back({found.gone.front(), found.come.front()});
  }
  return renames;
}

}  // namespace athanor::schema
