#include "schema/sqlite/table_change.hpp"

#include <algorithm>

#include "schema/sqlite/table_parts.hpp"

namespace athanor::schema {
namespace {

bool needs(const Object& object, const ObjectId& id) {
  return std::find(object.needs.begin(), object.needs.end(), id) != object.needs.end();
}

bool contains(const std::vector<const Object*>& columns, const ObjectId& id) {
  return std::any_of(columns.begin(), columns.end(), [&](const Object* column) { return column->id == id; });
}

class TablePlanner {
 public:
  TablePlanner(const Catalog& before, const Catalog& after, const std::vector<Difference>& differences,
               const std::set<std::string>& kept_indexes)
      : before_(before), after_(after), differences_(differences), kept_indexes_(kept_indexes) {}

  TableChange run(const ObjectId& table) {
    if (differences_.empty()) return {};
    const auto is_virtual = [&](const Catalog& catalog) {
      return !catalog.at(table).fact(Fact::Definition).empty();
    };
    if (is_virtual(before_) || is_virtual(after_)) return {TableChange::Way::Replace, {}, {}};
    for (const Difference& difference : differences_) {
      if (difference.id().kind != ObjectKind::Column) continue;
      if (difference.after == nullptr) change_.dropped.push_back(difference.before);
      if (difference.before == nullptr) change_.added.push_back(difference.after);
    }
    std::sort(change_.added.begin(), change_.added.end(),
              [](const Object* a, const Object* b) { return a->position < b->position; });
    if (!within_limits(table)) return {TableChange::Way::Rebuild, {}, {}};
    change_.way = TableChange::Way::Alter;
    return change_;
  }

 private:
  [[nodiscard]] bool within_limits(const ObjectId& table) const {
    const auto columns = parts_of(before_, table, ObjectKind::Column);
    return change_.dropped.size() < columns.size() &&
           std::all_of(differences_.begin(), differences_.end(),
                       [&](const Difference& difference) { return alters(difference); }) &&
           std::all_of(change_.added.begin(), change_.added.end(),
                       [&](const Object* column) { return can_be_added(*column); }) &&
           std::all_of(change_.dropped.begin(), change_.dropped.end(),
                       [&](const Object* column) { return can_be_dropped(*column); });
  }

  /// Is the difference one that adding and dropping whole columns makes?
  [[nodiscard]] bool alters(const Difference& difference) const {
    if (difference.before != nullptr && difference.after != nullptr) return false;
    ObjectId column = difference.id();
    switch (column.kind) {
      case ObjectKind::Column:
        return true;
      case ObjectKind::Default:
        column.kind = ObjectKind::Column;
        return contains(difference.after != nullptr ? change_.added : change_.dropped, column);
      case ObjectKind::Constraint:
        return difference.after != nullptr && comes_with_column(*difference.after);
      default:
        return false;
    }
  }

  /// CHECK and REFERENCES may stand on the column that is added, where they name no other one that is.
  [[nodiscard]] bool comes_with_column(const Object& constraint) const {
    const auto kind = constraint.fact(Fact::Kind);
    if (kind != "check" && kind != "foreign key") return false;
    const auto named = std::count_if(change_.added.begin(), change_.added.end(),
                                     [&](const Object* column) { return needs(constraint, column->id); });
    if (kind == "check") return named == 1;
    const auto own = std::count_if(constraint.needs.begin(), constraint.needs.end(),
                                   [](const ObjectId& need) { return need.kind == ObjectKind::Column; });
    return named == 1 && own == 1;
  }

  [[nodiscard]] bool can_be_added(const Object& column) const {
    const Object* value = find_object(after_, {ObjectKind::Default, "", column.id.parent, column.id.name});
    const bool refers =
        std::any_of(differences_.begin(), differences_.end(), [&](const Difference& difference) {
          return difference.after != nullptr && difference.after->fact(Fact::Kind) == "foreign key" &&
                 needs(*difference.after, column.id);
        });
    if (value != nullptr && (refers || !is_constant(value->fact(Fact::Definition)))) return false;
    if (!column.fact(Fact::NotNull).empty() && value == nullptr) return false;
    const auto generated = column.fact(Fact::Generated);
    return !generated.ends_with(" STORED") &&
           std::none_of(change_.added.begin(), change_.added.end(),
                        [&](const Object* other) { return needs(column, other->id); });
  }

  [[nodiscard]] bool can_be_dropped(const Object& column) const {
    const ObjectId table{ObjectKind::Table, "", "", column.id.parent};
    const auto free_of = [&](ObjectKind kind) {
      const auto parts = parts_of(before_, table, kind);
      return std::none_of(parts.begin(), parts.end(), [&](const Object* part) {
        const bool stays = kind != ObjectKind::Index || kept_indexes_.contains(part->id.name);
        return stays && part->id != column.id && needs(*part, column.id);
      });
    };
    return free_of(ObjectKind::Column) && free_of(ObjectKind::Constraint) && free_of(ObjectKind::Index);
  }

  const Catalog& before_;
  const Catalog& after_;
  const std::vector<Difference>& differences_;
  const std::set<std::string>& kept_indexes_;
  TableChange change_;
};

}  // namespace

TableChange plan_table_change(const Catalog& before, const Catalog& after, const ObjectId& table,
                              const std::vector<Difference>& differences,
                              const std::set<std::string>& kept_indexes) {
  return TablePlanner(before, after, differences, kept_indexes).run(table);
}

std::vector<const Object*> constraints_with(const Object& column,
                                            const std::vector<Difference>& differences) {
  std::vector<const Object*> constraints;
  for (const Difference& difference : differences) {
    if (difference.id().kind == ObjectKind::Constraint && difference.after != nullptr &&
        needs(*difference.after, column.id))
      constraints.push_back(difference.after);
  }
  return constraints;
}

}  // namespace athanor::schema
