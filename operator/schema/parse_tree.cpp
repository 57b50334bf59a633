#include "schema/parse_tree.hpp"

#include <memory>
#include <string_view>

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#include "schema/nesting.hpp"
#include "schema/parse_tree_nodes.hpp"

namespace athanor::schema {
namespace {

using nodes::name_of;
using nodes::text_of;

StatementShape create_table_of(const PgQuery__CreateStmt& statement) {
  CreateTable create;
  create.table = name_of(statement.relation);
  for (std::size_t i = 0; i < statement.n_table_elts; ++i) {
    const PgQuery__Node& node = *statement.table_elts[i];
    if (node.node_case == PG_QUERY__NODE__NODE_COLUMN_DEF)
      create.columns.push_back(nodes::column_of(*node.column_def));
    if (node.node_case == PG_QUERY__NODE__NODE_CONSTRAINT)
      create.constraints.push_back(nodes::constraint_of(*node.constraint));
  }
  return create;
}

StatementShape create_index_of(const PgQuery__IndexStmt& statement) {
  const bool only = statement.relation != nullptr && statement.relation->inh == 0;
  return CreateIndex{name_of(statement.relation), statement.idxname == nullptr ? "" : statement.idxname,
                     statement.concurrent != 0, only};
}

/// `schema.name` of a List, `name` of a String.
ObjectName dropped_name(const PgQuery__Node& node) {
  if (node.node_case != PG_QUERY__NODE__NODE_LIST) return {"", text_of(&node)};
  const PgQuery__List& parts = *node.list;
  ObjectName name;
  if (parts.n_items > 0) name.name = text_of(parts.items[parts.n_items - 1]);
  if (parts.n_items > 1) name.schema = text_of(parts.items[parts.n_items - 2]);
  return name;
}

StatementShape drop_of(const PgQuery__DropStmt& statement) {
  DropObjects drop;
  drop.what = statement.remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE    ? Dropped::Table
              : statement.remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX  ? Dropped::Index
              : statement.remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA ? Dropped::Schema
                                                                              : Dropped::Other;
  for (std::size_t i = 0; i < statement.n_objects; ++i) {
    drop.names.push_back(dropped_name(*statement.objects[i]));
  }
  drop.cascade = statement.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
  drop.concurrently = statement.concurrent != 0;
  return drop;
}

StatementShape rename_of(const PgQuery__RenameStmt& statement) {
  Rename rename{Renamed::Table, name_of(statement.relation),
                statement.subname == nullptr ? "" : statement.subname,
                statement.newname == nullptr ? "" : statement.newname};
  switch (statement.rename_type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
    case PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW:
      rename.from = rename.table.text();
      return rename;
    case PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN:
      rename.what = Renamed::Column;
      return rename;
    case PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
      rename.what = Renamed::Schema;
      return rename;
    default:
      return OtherStatement{};
  }
}

StatementShape move_of(const PgQuery__AlterObjectSchemaStmt& statement) {
  const bool relation = statement.object_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE ||
                        statement.object_type == PG_QUERY__OBJECT_TYPE__OBJECT_VIEW ||
                        statement.object_type == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW;
  if (!relation) return OtherStatement{};
  return MoveTable{name_of(statement.relation), statement.newschema};
}

StatementShape truncate_of(const PgQuery__TruncateStmt& statement) {
  Truncate truncate;
  for (std::size_t i = 0; i < statement.n_relations; ++i) {
    const PgQuery__Node& node = *statement.relations[i];
    if (node.node_case == PG_QUERY__NODE__NODE_RANGE_VAR) truncate.tables.push_back(name_of(node.range_var));
  }
  truncate.cascade = statement.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
  return truncate;
}

/// Whether a list of options has `name`, and not as off.
bool has_option(PgQuery__Node** options, std::size_t count, std::string_view name) {
  for (std::size_t i = 0; i < count; ++i) {
    if (options[i]->node_case != PG_QUERY__NODE__NODE_DEF_ELEM) continue;
    const PgQuery__DefElem& option = *options[i]->def_elem;
    if (option.defname != name) continue;
    const std::string value = text_of(option.arg);
    return value != "false" && value != "off";
  }
  return false;
}

StatementShape reindex_of(const PgQuery__ReindexStmt& statement) {
  return Reindex{name_of(statement.relation),
                 statement.kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_INDEX,
                 has_option(statement.params, statement.n_params, "concurrently")};
}

StatementShape vacuum_of(const PgQuery__VacuumStmt& statement) {
  if (statement.is_vacuumcmd == 0 || !has_option(statement.options, statement.n_options, "full"))
    return OtherStatement{};
  RewriteTable rewrite{"VACUUM FULL", {}};
  for (std::size_t i = 0; i < statement.n_rels; ++i) {
    const PgQuery__Node& node = *statement.rels[i];
    if (node.node_case == PG_QUERY__NODE__NODE_VACUUM_RELATION)
      rewrite.tables.push_back(name_of(node.vacuum_relation->relation));
  }
  return rewrite;
}

StatementShape cluster_of(const PgQuery__ClusterStmt& statement) {
  RewriteTable rewrite{"CLUSTER", {}};
  if (statement.relation != nullptr) rewrite.tables.push_back(name_of(statement.relation));
  return rewrite;
}

StatementShape select_of(const PgQuery__SelectStmt& statement) {
  if (statement.into_clause == nullptr) return OtherStatement{};
  return CreateTable{name_of(statement.into_clause->rel), {}, {}};
}

StatementShape update_of(const PgQuery__UpdateStmt& statement) {
  ChangeRows change{name_of(statement.relation), {}, false};
  for (std::size_t i = 0; i < statement.n_target_list; ++i) {
    const PgQuery__Node& node = *statement.target_list[i];
    if (node.node_case == PG_QUERY__NODE__NODE_RES_TARGET) change.columns.emplace_back(node.res_target->name);
  }
  return change;
}

StatementShape shape_of(const PgQuery__Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT:
      return create_table_of(*node.create_stmt);
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT:
      return CreateTable{name_of(node.create_table_as_stmt->into->rel), {}, {}};
    case PG_QUERY__NODE__NODE_SELECT_STMT:
      return select_of(*node.select_stmt);
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
      return update_of(*node.update_stmt);
    case PG_QUERY__NODE__NODE_DELETE_STMT:
      return ChangeRows{name_of(node.delete_stmt->relation), {}, true};
    case PG_QUERY__NODE__NODE_INDEX_STMT:
      return create_index_of(*node.index_stmt);
    case PG_QUERY__NODE__NODE_DROP_STMT:
      return drop_of(*node.drop_stmt);
    case PG_QUERY__NODE__NODE_DROPDB_STMT:
      return DropObjects{Dropped::Database, {{"", node.dropdb_stmt->dbname}}, false, false};
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
      return node.alter_table_stmt->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE
                 ? StatementShape(nodes::alter_table_of(*node.alter_table_stmt))
                 : OtherStatement{};
    case PG_QUERY__NODE__NODE_RENAME_STMT:
      return rename_of(*node.rename_stmt);
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT:
      return move_of(*node.alter_object_schema_stmt);
    case PG_QUERY__NODE__NODE_TRUNCATE_STMT:
      return truncate_of(*node.truncate_stmt);
    case PG_QUERY__NODE__NODE_REINDEX_STMT:
      return reindex_of(*node.reindex_stmt);
    case PG_QUERY__NODE__NODE_VACUUM_STMT:
      return vacuum_of(*node.vacuum_stmt);
    case PG_QUERY__NODE__NODE_CLUSTER_STMT:
      return cluster_of(*node.cluster_stmt);
    case PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT:
      return RefreshView{name_of(node.refresh_mat_view_stmt->relation),
                         node.refresh_mat_view_stmt->concurrent != 0};
    default:
      return OtherStatement{};
  }
}

tl::unexpected<NotParsed> too_large(std::string why) {
  return tl::unexpected(NotParsed{std::move(why), true});
}

}  // namespace

tl::expected<StatementShape, NotParsed> parse_statement(std::string_view text) {
  if (text.size() > kMaxParsedBytes)
    return too_large("it has " + std::to_string(text.size() / 1024) + " KiB");
  if (nesting_bound(text) > kMaxNesting) return too_large("it nests too deeply");
  const auto free_result = [](PgQueryProtobufParseResult* result) {
    pg_query_free_protobuf_parse_result(*result);
    delete result;
  };
  const std::unique_ptr<PgQueryProtobufParseResult, decltype(free_result)> result(
      new PgQueryProtobufParseResult(pg_query_parse_protobuf(std::string(text).c_str())), free_result);
  if (result->error != nullptr) return tl::unexpected(NotParsed{result->error->message, false});
  const auto free_tree = [](PgQuery__ParseResult* tree) {
    pg_query__parse_result__free_unpacked(tree, nullptr);
  };
  const std::unique_ptr<PgQuery__ParseResult, decltype(free_tree)> tree(
      pg_query__parse_result__unpack(nullptr, result->parse_tree.len,
                                     reinterpret_cast<const std::uint8_t*>(result->parse_tree.data)),
      free_tree);
  if (tree == nullptr) return tl::unexpected(NotParsed{"the parser's answer cannot be read", false});
  if (tree->n_stmts == 0 || tree->stmts[0]->stmt == nullptr) return OtherStatement{};
  return shape_of(*tree->stmts[0]->stmt);
}

}  // namespace athanor::schema
