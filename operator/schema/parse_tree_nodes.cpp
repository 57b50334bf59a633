#include "schema/parse_tree_nodes.hpp"

#include <string_view>
#include <vector>

namespace athanor::schema::nodes {
namespace {

std::string text(const char* chars) {
  return chars == nullptr ? std::string() : std::string(chars);
}

bool is_builtin(const PgQuery__Node* node) {
  return text_of(node) == "pg_catalog";
}

TypeShape type_of(const PgQuery__TypeName* type) {
  TypeShape shape;
  if (type == nullptr) return shape;
  for (std::size_t i = 0; i < type->n_names; ++i) {
    if (i == 0 && type->n_names > 1 && is_builtin(type->names[0])) continue;
    shape.name += (shape.name.empty() ? "" : ".") + text_of(type->names[i]);
  }
  for (std::size_t i = 0; i < type->n_typmods; ++i) {
    const PgQuery__Node& node = *type->typmods[i];
    const bool number = node.node_case == PG_QUERY__NODE__NODE_A_CONST &&
                        node.a_const->val_case == PG_QUERY__A__CONST__VAL_IVAL;
    shape.modifiers.push_back(number ? node.a_const->ival->ival : 0);
  }
  shape.array = type->n_array_bounds > 0;
  return shape;
}

/// `column`, for a bare reference to one; else empty.
std::string column_referred_to(const PgQuery__Node* node) {
  if (node == nullptr || node->node_case != PG_QUERY__NODE__NODE_COLUMN_REF) return {};
  const PgQuery__ColumnRef& reference = *node->column_ref;
  return reference.n_fields == 0 ? std::string() : text_of(reference.fields[reference.n_fields - 1]);
}

std::string not_null_column(const PgQuery__Node* expression) {
  if (expression == nullptr || expression->node_case != PG_QUERY__NODE__NODE_NULL_TEST) return {};
  const PgQuery__NullTest& test = *expression->null_test;
  const bool is_not_null = test.nulltesttype == PG_QUERY__NULL_TEST_TYPE__IS_NOT_NULL;
  return is_not_null ? column_referred_to(test.arg) : std::string();
}

bool is_null_constant(const PgQuery__Node* expression) {
  while (expression != nullptr && expression->node_case == PG_QUERY__NODE__NODE_TYPE_CAST) {
    expression = expression->type_cast->arg;
  }
  return expression != nullptr && expression->node_case == PG_QUERY__NODE__NODE_A_CONST &&
         expression->a_const->isnull != 0;
}

/// Visits every message within one, whatever it is: protobuf-c describes them. No recursion.
template <class Visit>
void for_each_message(const ProtobufCMessage* root, Visit visit) {
  std::vector<const ProtobufCMessage*> waiting{root};
  const auto wait = [&waiting](const void* member) {
    const auto* message = *static_cast<const ProtobufCMessage* const*>(member);
    if (message != nullptr) waiting.push_back(message);
  };
  while (!waiting.empty()) {
    const ProtobufCMessage* message = waiting.back();
    waiting.pop_back();
    visit(message);
    const auto* bytes = reinterpret_cast<const char*>(message);
    for (unsigned i = 0; i < message->descriptor->n_fields; ++i) {
      const ProtobufCFieldDescriptor& field = message->descriptor->fields[i];
      if (field.type != PROTOBUF_C_TYPE_MESSAGE) continue;
      const void* member = bytes + field.offset;
      if (field.label == PROTOBUF_C_LABEL_REPEATED) {
        const std::size_t count = *reinterpret_cast<const std::size_t*>(bytes + field.quantifier_offset);
        const auto* items = *static_cast<const ProtobufCMessage* const* const*>(member);
        for (std::size_t item = 0; item < count; ++item) wait(items + item);
        continue;
      }
      const bool one_of = (field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
      const auto chosen =
          one_of ? *reinterpret_cast<const std::uint32_t*>(bytes + field.quantifier_offset) : 0;
      if (!one_of || chosen == field.id) wait(member);
    }
  }
}

std::vector<std::string> calls_in(const PgQuery__Node* expression) {
  std::vector<std::string> calls;
  if (expression == nullptr) return calls;
  for_each_message(&expression->base, [&calls](const ProtobufCMessage* message) {
    if (message->descriptor != &pg_query__func_call__descriptor) return;
    const auto& call = *reinterpret_cast<const PgQuery__FuncCall*>(message);
    std::string name;
    for (std::size_t i = 0; i < call.n_funcname; ++i) {
      if (i == 0 && call.n_funcname > 1 && is_builtin(call.funcname[0])) continue;
      name += (name.empty() ? "" : ".") + text_of(call.funcname[i]);
    }
    calls.push_back(std::move(name));
  });
  return calls;
}

/// `USING column` and `USING column::newtype` say no more than the change of the type itself.
bool is_computed(const PgQuery__Node* expression, const std::string& column, const TypeShape& type) {
  if (expression == nullptr) return false;
  if (expression->node_case == PG_QUERY__NODE__NODE_TYPE_CAST) {
    if (type_of(expression->type_cast->type_name) != type) return true;
    expression = expression->type_cast->arg;
  }
  return column_referred_to(expression) != column;
}

ActionKind kind_of(PgQuery__AlterTableType type) {
  switch (type) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn:
      return ActionKind::AddColumn;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn:
      return ActionKind::DropColumn;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull:
      return ActionKind::SetNotNull;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType:
      return ActionKind::ChangeType;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint:
      return ActionKind::AddConstraint;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint:
      return ActionKind::ValidateConstraint;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint:
      return ActionKind::DropConstraint;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetLogged:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetUnLogged:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetTableSpace:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetAccessMethod:
      return ActionKind::RewriteTable;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition:
      return ActionKind::DetachPartition;
    default:
      return ActionKind::Other;
  }
}

TableAction action_of(const PgQuery__AlterTableCmd& command) {
  TableAction action;
  action.kind = kind_of(command.subtype);
  action.name = text(command.name);
  const PgQuery__Node* def = command.def;
  if (def == nullptr) return action;
  if (def->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF) {
    action.column = column_of(*def->column_def);
    if (action.kind == ActionKind::AddColumn) action.name = action.column->name;
    if (action.kind == ActionKind::ChangeType)
      action.computed = is_computed(def->column_def->raw_default, action.name, action.column->type);
  } else if (def->node_case == PG_QUERY__NODE__NODE_CONSTRAINT) {
    action.constraint = constraint_of(*def->constraint);
    action.name = action.constraint->name;
  } else if (def->node_case == PG_QUERY__NODE__NODE_PARTITION_CMD) {
    action.name = name_of(def->partition_cmd->name).text();
    action.concurrently = def->partition_cmd->concurrent != 0;
  }
  return action;
}

ConstraintKind kind_of(PgQuery__ConstrType type) {
  switch (type) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL:
      return ConstraintKind::NotNull;
    case PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT:
      return ConstraintKind::Default;
    case PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY:
      return ConstraintKind::Identity;
    case PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED:
      return ConstraintKind::Generated;
    case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
      return ConstraintKind::PrimaryKey;
    case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
      return ConstraintKind::Unique;
    case PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION:
      return ConstraintKind::Exclusion;
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
      return ConstraintKind::ForeignKey;
    default:
      return ConstraintKind::Check;
  }
}

}  // namespace

std::string text_of(const PgQuery__Node* node) {
  return node != nullptr && node->node_case == PG_QUERY__NODE__NODE_STRING ? text(node->string->sval)
                                                                           : std::string();
}

ObjectName name_of(const PgQuery__RangeVar* relation) {
  if (relation == nullptr) return {};
  return {text(relation->schemaname), text(relation->relname)};
}

bool is_constraint(const PgQuery__Constraint& constraint) {
  switch (constraint.contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_NULL:
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRABLE:
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_NOT_DEFERRABLE:
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRED:
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_IMMEDIATE:
      return false;
    default:
      return true;
  }
}

ConstraintShape constraint_of(const PgQuery__Constraint& constraint) {
  ConstraintShape shape;
  shape.kind = kind_of(constraint.contype);
  shape.name = text(constraint.conname);
  shape.not_valid = constraint.skip_validation != 0;
  shape.using_index = !text(constraint.indexname).empty();
  if (shape.kind == ConstraintKind::Check) shape.not_null_column = not_null_column(constraint.raw_expr);
  if (shape.kind == ConstraintKind::Default) {
    shape.constant_null = is_null_constant(constraint.raw_expr);
    shape.calls = calls_in(constraint.raw_expr);
  }
  shape.references = name_of(constraint.pktable);
  return shape;
}

ColumnShape column_of(const PgQuery__ColumnDef& column) {
  ColumnShape shape;
  shape.name = text(column.colname);
  shape.type = type_of(column.type_name);
  for (std::size_t i = 0; i < column.n_constraints; ++i) {
    const PgQuery__Node& node = *column.constraints[i];
    if (node.node_case == PG_QUERY__NODE__NODE_CONSTRAINT && is_constraint(*node.constraint))
      shape.constraints.push_back(constraint_of(*node.constraint));
  }
  return shape;
}

AlterTable alter_table_of(const PgQuery__AlterTableStmt& statement) {
  AlterTable alter;
  alter.table = name_of(statement.relation);
  for (std::size_t i = 0; i < statement.n_cmds; ++i) {
    const PgQuery__Node& node = *statement.cmds[i];
    if (node.node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_CMD)
      alter.actions.push_back(action_of(*node.alter_table_cmd));
  }
  return alter;
}

}  // namespace athanor::schema::nodes
