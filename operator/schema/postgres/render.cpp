#include "schema/postgres/render.hpp"

#include "schema/compare/renames.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/statements.hpp"

namespace athanor::schema {
namespace {

std::string rename_notes(const Catalog& before, const Catalog& after) {
  std::string notes;
  for (const auto& [old_one, new_one] : possible_renames(before, after)) {
    const bool table = old_one->id.kind == ObjectKind::Table;
    notes += "-- " + describe(old_one->id) + " goes and " + new_one->id.name +
             " comes. If that is a rename, write: ALTER TABLE " +
             (table ? qualified(old_one->id) + " RENAME TO "
                    : table_of(new_one->id) + " RENAME COLUMN " + old_one->id.name + " TO ") +
             new_one->id.name + "\n";
  }
  return notes;
}

}  // namespace

std::vector<std::string> render_postgres(const Action& action, const Catalog& before, const Catalog& after) {
  switch (action.kind) {
    case Action::Kind::Drop:
      return drop_statements(*action.before, before);
    case Action::Kind::Adopt:
      return adopt_statements(action, after);
    case Action::Kind::Create:
      return create_statements(action, after);
    case Action::Kind::Alter:
      return alter_statements(action, before, after);
    case Action::Kind::Leave:
      return leave_statements(*action.before, *action.after);
    case Action::Kind::Join:
      return join_statements(*action.before, *action.after);
    case Action::Kind::Own:
      return {"ALTER SEQUENCE " + qualified(action.after->id) + " OWNED BY " +
              std::string(action.after->fact(Fact::OwnedBy))};
  }
  return {};
}

std::string render_postgres_script(const std::vector<Action>& plan, const Catalog& before,
                                   const Catalog& after) {
  std::string text;
  bool has_function = false;
  for (const Action& action : plan) {
    const ObjectKind kind = (action.after != nullptr ? action.after : action.before)->id.kind;
    has_function |=
        action.kind != Action::Kind::Drop && (kind == ObjectKind::Function || kind == ObjectKind::Procedure);
    for (const std::string& statement : render_postgres(action, before, after)) text += statement + ";\n";
  }
  if (has_function) text.insert(0, "SET LOCAL check_function_bodies = off;\n");
  return rename_notes(before, after) + text;
}

}  // namespace athanor::schema
