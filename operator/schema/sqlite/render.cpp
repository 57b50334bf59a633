#include "schema/sqlite/render.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "schema/compare/dependents.hpp"
#include "schema/compare/difference.hpp"
#include "schema/compare/renames.hpp"
#include "schema/sqlite/rebuild.hpp"
#include "schema/sqlite/table_change.hpp"
#include "schema/sqlite/table_parts.hpp"

namespace athanor::schema {
namespace {

bool is_code(ObjectKind kind) {
  return kind == ObjectKind::View || kind == ObjectKind::Trigger;
}

class Renderer {
 public:
  Renderer(const Catalog& before, const Catalog& after) : before_(before), after_(after) {
    for (Difference& difference : compare(before, after)) {
      const ObjectId& id = difference.id();
      if (is_code(id.kind) || id.kind == ObjectKind::Index) {
        changed_.insert(id);
      } else {
        of_tables_[{ObjectKind::Table, "", "", id.parent.empty() ? id.name : id.parent}].push_back(
            difference);
      }
    }
  }

  std::vector<std::string> run() {
    plan_tables();
    find_code_in_the_way();
    drop_code();
    drop_tables();
    drop_indexes();
    change_tables();
    create_tables();
    create_indexes();
    create_views();
    create_triggers();
    if (!statements_.empty()) statements_.front().insert(0, rename_notes());
    return std::move(statements_);
  }

 private:
  using Way = TableChange::Way;

  [[nodiscard]] std::string rename_notes() const {
    std::string notes;
    for (const auto& [old_one, new_one] : possible_renames(before_, after_)) {
      const bool table = old_one->id.kind == ObjectKind::Table;
      notes += "-- " + describe(old_one->id) + " goes and " + new_one->id.name +
               " comes. If that is a rename, write: ALTER TABLE " +
               (table ? spelled(*old_one) + " RENAME TO "
                      : spelled_parent(after_, *new_one) + " RENAME COLUMN " + spelled(*old_one) + " TO ") +
               spelled(*new_one) + "\n";
    }
    return notes;
  }

  void plan_tables() {
    for (const auto& [id, differences] : of_tables_) {
      if (before_.contains(id) && after_.contains(id))
        changes_[id] = plan_table_change(before_, after_, id, differences, kept_indexes(id));
    }
  }

  [[nodiscard]] std::set<std::string> kept_indexes(const ObjectId& table) const {
    std::set<std::string> kept;
    for (const Object* index : parts_of(before_, table, ObjectKind::Index)) {
      if (!changed_.contains(index->id)) kept.insert(index->id.name);
    }
    return kept;
  }

  /// Is there no table any more, or another one of that name?
  [[nodiscard]] bool goes(const ObjectId& table) const {
    if (!after_.contains(table)) return true;
    const auto change = changes_.find(table);
    return change != changes_.end() &&
           (change->second.way == Way::Rebuild || change->second.way == Way::Replace);
  }

  [[nodiscard]] static ObjectId table_of(const Object& part) {
    return {ObjectKind::Table, "", "", part.id.parent};
  }

  /// DROP COLUMN writes texts in double quotes, wherever in the schema they stand, anew in single ones.
  [[nodiscard]] bool drops_columns() const {
    return std::any_of(changes_.begin(), changes_.end(),
                       [](const auto& change) { return !change.second.dropped.empty(); });
  }

  void find_code_in_the_way() {
    const bool rewritten = drops_columns();
    const Dependents dependents(before_);
    std::vector<const Object*> open;
    for (const auto& [id, object] : before_) {
      const bool table = id.kind == ObjectKind::Table && goes(id);
      const bool quotes = rewritten && object.fact(Fact::Definition).find('"') != std::string_view::npos;
      const bool code = is_code(id.kind) && (quotes || changed_.contains(id));
      if (code) in_the_way_.insert(id);
      if (table || code) open.push_back(&object);
    }
    while (!open.empty()) {
      const Object& object = *open.back();
      open.pop_back();
      for (const Object* dependent : dependents.of(object)) {
        if (is_code(dependent->id.kind) && in_the_way_.insert(dependent->id).second)
          open.push_back(dependent);
      }
    }
  }

  void add(std::string statement) { statements_.push_back(std::move(statement)); }

  /// Triggers first; those of what is dropped go with it.
  void drop_code() {
    for (const ObjectKind kind : {ObjectKind::Trigger, ObjectKind::View}) {
      for (const ObjectId& id : in_the_way_) {
        const bool with_view = in_the_way_.contains({ObjectKind::View, "", "", id.parent});
        const bool with_table = !id.parent.empty() &&
                                !after_.contains({ObjectKind::Table, "", "", id.parent}) &&
                                before_.contains({ObjectKind::Table, "", "", id.parent});
        if (id.kind != kind || with_view || with_table) continue;
        add((kind == ObjectKind::View ? "DROP VIEW " : "DROP TRIGGER ") + spelled(before_.at(id)));
      }
    }
  }

  void drop_tables() {
    for (const auto& [id, differences] : of_tables_) {
      if (before_.contains(id) && !after_.contains(id)) add("DROP TABLE " + spelled(before_.at(id)));
    }
  }

  void drop_indexes() {
    for (const ObjectId& id : changed_) {
      const Object* index = id.kind == ObjectKind::Index ? find_object(before_, id) : nullptr;
      if (index != nullptr && !goes(table_of(*index))) add("DROP INDEX " + spelled(*index));
    }
  }

  void change_tables() {
    for (const auto& [id, change] : changes_) {
      switch (change.way) {
        case Way::Nothing:
          break;
        case Way::Alter:
          alter(id, change);
          break;
        case Way::Rebuild:
          for (std::string& statement : rebuild_table(before_, after_, id)) add(std::move(statement));
          break;
        case Way::Replace:
          add("-- Virtual table " + spelled(after_.at(id)) +
              " is made anew, and empty: fill it again as its module wants it.\nDROP TABLE " +
              spelled(before_.at(id)));
          add(create_table_text(after_, after_.at(id), spelled(after_.at(id))));
          break;
      }
    }
  }

  void alter(const ObjectId& table, const TableChange& change) {
    const std::string alter = "ALTER TABLE " + spelled(after_.at(table));
    for (const Object* column : change.dropped) add(alter + " DROP COLUMN " + spelled(*column));
    for (const Object* column : change.added) {
      std::string text = alter + " ADD COLUMN " + column_text(after_, *column);
      for (const Object* constraint : constraints_with(*column, of_tables_.at(table)))
        text += ' ' + constraint_on_column(*constraint);
      add(std::move(text));
    }
  }

  /// ADD COLUMN takes REFERENCES without the words that name the column again.
  static std::string constraint_on_column(const Object& constraint) {
    std::string text = constraint_text(constraint);
    const std::size_t at = text.find("FOREIGN KEY (");
    if (constraint.fact(Fact::Kind) == "foreign key") text.erase(at, text.find(") REFERENCES ") + 2 - at);
    return text;
  }

  void create_tables() {
    for (const auto& [id, differences] : of_tables_) {
      if (!before_.contains(id)) add(create_table_text(after_, after_.at(id), spelled(after_.at(id))));
    }
  }

  void create_indexes() {
    for (const auto& [id, index] : after_) {
      if (id.kind != ObjectKind::Index) continue;
      if (!changed_.contains(id) && !goes(table_of(index))) continue;
      add((index.fact(Fact::Kind) == "unique" ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") + spelled(index) +
          " ON " + spelled_parent(after_, index) + ' ' + std::string(index.fact(Fact::Definition)));
    }
  }

  [[nodiscard]] bool is_made(const ObjectId& id) const {
    return changed_.contains(id) || in_the_way_.contains(id);
  }

  /// SQLite doesn't ask, but people read a view after those that it is made of.
  void create_view(const Object& view, std::set<ObjectId>& seen) {
    if (!seen.insert(view.id).second) return;
    for (const ObjectId& need : view.needs) {
      const Object* other = need.kind == ObjectKind::View ? find_object(after_, need) : nullptr;
      if (other != nullptr && is_made(need)) create_view(*other, seen);
    }
    add("CREATE VIEW " + spelled(view) + ' ' + std::string(view.fact(Fact::Definition)));
  }

  void create_views() {
    std::set<ObjectId> seen;
    for (const auto& [id, view] : after_) {
      if (id.kind == ObjectKind::View && is_made(id)) create_view(view, seen);
    }
  }

  void create_triggers() {
    for (const auto& [id, trigger] : after_) {
      if (id.kind == ObjectKind::Trigger && is_made(id))
        add("CREATE TRIGGER " + spelled(trigger) + ' ' + std::string(trigger.fact(Fact::Definition)));
    }
  }

  const Catalog& before_;
  const Catalog& after_;
  std::set<ObjectId> changed_;  ///< indexes, views and triggers that differ
  std::map<ObjectId, std::vector<Difference>> of_tables_;
  std::map<ObjectId, TableChange> changes_;  ///< of tables that are there before and after
  std::set<ObjectId> in_the_way_;            ///< views and triggers of the schema before
  std::vector<std::string> statements_;
};

}  // namespace

std::vector<std::string> render_sqlite(const Catalog& before, const Catalog& after) {
  return Renderer(before, after).run();
}

std::string render_sqlite_script(const Catalog& before, const Catalog& after) {
  std::string text;
  for (const std::string& statement : render_sqlite(before, after)) text += statement + ";\n";
  return text;
}

}  // namespace athanor::schema
