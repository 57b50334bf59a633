#include "schema/postgres/render.hpp"

#include "schema/postgres/names.hpp"
#include "schema/postgres/statements.hpp"

namespace athanor::schema {

std::vector<std::string> render_postgres(const Action& action, const Catalog& before, const Catalog& after) {
  switch (action.kind) {
    case Action::Kind::Drop:
      return drop_statements(*action.before, before);
    case Action::Kind::Create:
      return create_statements(action, after);
    case Action::Kind::Alter:
      return alter_statements(action, before, after);
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
  return has_function ? "SET LOCAL check_function_bodies = off;\n" + text : text;
}

}  // namespace athanor::schema
