// What lint has to know of a statement, without PostgreSQL's parse tree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace athanor::schema {

/// A name as the parser reads it: unquoted ones in lower case, quotes gone.
struct ObjectName {
  std::string schema;  ///< empty: wherever search_path leads
  std::string name;

  /// `schema.name` or `name`.
  [[nodiscard]] std::string text() const { return schema.empty() ? name : schema + "." + name; }
  bool operator==(const ObjectName&) const = default;
};

struct TypeShape {
  std::string name;  ///< the parser's: int4 for integer, bpchar for char; pg_catalog's without their schema
  std::vector<int> modifiers;  ///< (10, 2) of numeric(10, 2)
  bool array = false;

  [[nodiscard]] std::string text() const;
  bool operator==(const TypeShape&) const = default;
};

enum class ConstraintKind {
  NotNull,
  Default,
  Identity,
  Generated,
  Check,
  PrimaryKey,
  Unique,
  Exclusion,
  ForeignKey
};

struct ConstraintShape {
  ConstraintKind kind = ConstraintKind::Check;
  std::string name;  ///< empty: the server picks it
  bool not_valid = false;
  bool using_index = false;
  bool constant_null = false;      ///< DEFAULT NULL
  std::string not_null_column;     ///< of CHECK (column IS NOT NULL)
  ObjectName references;           ///< of a foreign key
  std::vector<std::string> calls;  ///< functions called in a default, without pg_catalog

  bool operator==(const ConstraintShape&) const = default;
};

struct ColumnShape {
  std::string name;
  TypeShape type;
  std::vector<ConstraintShape> constraints;

  [[nodiscard]] const ConstraintShape* find(ConstraintKind kind) const;
};

enum class ActionKind {
  AddColumn,
  DropColumn,
  SetNotNull,
  ChangeType,
  AddConstraint,
  ValidateConstraint,
  DropConstraint,
  RewriteTable,  ///< SET LOGGED, UNLOGGED, TABLESPACE, ACCESS METHOD
  DetachPartition,
  Other,
};

/// One action of ALTER TABLE.
struct TableAction {
  ActionKind kind = ActionKind::Other;
  std::string name;                           ///< of the column, constraint or partition
  std::optional<ColumnShape> column;          ///< AddColumn; ChangeType: its new type
  std::optional<ConstraintShape> constraint;  ///< AddConstraint
  bool computed = false;                      ///< ChangeType: USING says more than the column itself
  bool concurrently = false;                  ///< DetachPartition
};

struct CreateTable {
  ObjectName table;
  std::vector<ColumnShape> columns;
  std::vector<ConstraintShape> constraints;
};
struct CreateIndex {
  ObjectName table;
  std::string name;
  bool concurrently = false;
  bool only = false;  ///< ON ONLY: of a partitioned table and no partition
};
enum class Dropped { Table, Index, Schema, Database, Other };
struct DropObjects {
  Dropped what = Dropped::Other;
  std::vector<ObjectName> names;
  bool cascade = false;
  bool concurrently = false;
};
struct AlterTable {
  ObjectName table;
  std::vector<TableAction> actions;
};
enum class Renamed { Table, Column, Schema };
struct Rename {
  Renamed what = Renamed::Table;
  ObjectName table;  ///< of a table or column
  std::string from;
  std::string to;
};
/// ALTER TABLE ... SET SCHEMA
struct MoveTable {
  ObjectName table;
  std::string to;
};
struct Truncate {
  std::vector<ObjectName> tables;
  bool cascade = false;
};
struct Reindex {
  ObjectName of;          ///< empty name: a whole schema or database
  bool is_index = false;  ///< `of` is an index, not a table
  bool concurrently = false;
};
/// CLUSTER, VACUUM FULL
struct RewriteTable {
  std::string command;
  std::vector<ObjectName> tables;  ///< empty: all of them
};
struct RefreshView {
  ObjectName view;
  bool concurrently = false;
};
/// UPDATE or DELETE
struct ChangeRows {
  ObjectName table;
  std::vector<std::string> columns;  ///< that UPDATE sets
  bool deletes = false;
};
/// Nothing that a rule looks at.
struct OtherStatement {};

using StatementShape = std::variant<OtherStatement, CreateTable, CreateIndex, DropObjects, AlterTable, Rename,
                                    MoveTable, Truncate, Reindex, RewriteTable, RefreshView, ChangeRows>;

}  // namespace athanor::schema
