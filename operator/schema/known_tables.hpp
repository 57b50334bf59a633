// What a history tells of tables: which the revision at hand made, the types of columns, proven NOT NULLs.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "schema/statement_shape.hpp"

namespace athanor::schema {

/// Follows the upgrade sections of a history, parents first. Branches are followed one after another, so that
/// two which make the same table otherwise are taken as one. A name without a schema is taken for the same as
/// one with.
class KnownTables {
 public:
  /// @param upgrade all statements of the revision to follow now
  void begin_revision(std::span<const StatementShape> upgrade);
  /// Told of each statement after it was judged.
  void follow(const StatementShape& statement);

  /// Made in this revision: nobody uses it yet, and it is empty or nearly.
  [[nodiscard]] bool is_new(const ObjectName& table) const;
  [[nodiscard]] bool is_new_index(const std::string& index) const;
  [[nodiscard]] bool is_new_column(const ObjectName& table, const std::string& column) const;
  /// This revision drops it to put a table that it made in its place.
  [[nodiscard]] bool is_replaced(const ObjectName& table) const;
  /// This revision has altered it, and so locked it to the end of its transaction.
  [[nodiscard]] bool is_altered(const ObjectName& table) const;
  /// This revision has added the constraint as NOT VALID.
  [[nodiscard]] bool is_new_constraint(const ObjectName& table, const std::string& constraint) const;

  [[nodiscard]] std::optional<TypeShape> type_of(const ObjectName& table, const std::string& column) const;
  /// A valid CHECK (column IS NOT NULL) stands on it.
  [[nodiscard]] bool is_proven_not_null(const ObjectName& table, const std::string& column) const;

 private:
  struct Check {
    std::string column;
    bool valid = false;
  };
  struct Table {
    std::string schema;
    std::map<std::string, TypeShape> columns;
    std::map<std::string, Check> checks;  ///< of the form CHECK (column IS NOT NULL), by name
  };
  struct Revision {
    std::vector<ObjectName> tables, replaced, altered;
    std::set<std::string> indexes;
    std::set<std::pair<std::string, std::string>> columns, constraints;  ///< by table
  };

  [[nodiscard]] const Table* find(const ObjectName& table) const;
  Table& table(const ObjectName& table);
  void add_column(Table& table, const ColumnShape& column);
  static void add_check(Table& table, const ConstraintShape& constraint, const std::string& otherwise);
  void follow_action(const ObjectName& name, const TableAction& action);

  void take(const OtherStatement& /*statement*/) {}
  void take(const CreateTable& create);
  void take(const CreateIndex& create);
  void take(const DropObjects& drop);
  void take(const AlterTable& alter);
  void take(const Rename& rename);
  void take(const MoveTable& move);
  void take(const Truncate& /*statement*/) {}
  void take(const Reindex& /*statement*/) {}
  void take(const RewriteTable& /*statement*/) {}
  void take(const RefreshView& /*statement*/) {}
  void take(const ChangeRows& /*statement*/) {}

  std::map<std::string, std::vector<Table>> tables_;  ///< by name without schema
  Revision revision_;
};

}  // namespace athanor::schema
