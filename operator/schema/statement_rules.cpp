#include "schema/statement_rules.hpp"

#include <algorithm>

#include "core/destructive.hpp"
#include "core/words.hpp"

namespace athanor::schema {
namespace {

/// Calls the rule that fits the shape.
class Checker {
 public:
  Checker(const Surroundings& around, const Report& report) : around_(around), report_(report) {}

  void operator()(const OtherStatement& /*statement*/) const {}
  void operator()(const CreateTable& /*create*/) const {}
  void operator()(const AlterTable& alter) const { check_alter_table(alter, around_, report_); }

  void operator()(const CreateIndex& create) const {
    // On a partitioned table ONLY makes an index without entries.
    if (create.concurrently || create.only || around_.tables.is_new(create.table)) return;
    tell(rules::kCreateIndex, "No row of " + create.table.text() +
                                  " can be written while this index is built (SHARE lock). Write CREATE "
                                  "INDEX CONCURRENTLY, in a revision with `-- transaction: off`.");
  }

  void operator()(const Reindex& reindex) const {
    const bool made_here =
        reindex.is_index ? around_.tables.is_new_index(reindex.of.name) : around_.tables.is_new(reindex.of);
    if (reindex.concurrently || made_here) return;
    const std::string what = reindex.of.name.empty() ? "every table of it" : reindex.of.text();
    tell(rules::kReindex, "Writes wait, and reads through the index too, while " + what +
                              " is indexed anew. Write REINDEX ... CONCURRENTLY, in a revision with "
                              "`-- transaction: off`.");
  }

  void operator()(const DropObjects& drop) const {
    switch (drop.what) {
      case Dropped::Table:
        return dropped_tables(drop);
      case Dropped::Index:
        return dropped_indexes(drop);
      case Dropped::Schema:
        return tell(rules::kDropSchema,
                    "Schema " + listed(drop.names) +
                        (drop.cascade ? " goes with everything in it, and no downgrade brings "
                                        "that back."
                                      : " goes, and no downgrade brings back what was in it."));
      case Dropped::Database:
        return tell(rules::kDropDatabase,
                    "Database " + listed(drop.names) +
                        " goes for good. A revision changes its own database only: drop others "
                        "by hand.");
      case Dropped::Other:
        return;
    }
  }

  void operator()(const Rename& rename) const {
    if (rename.what == Renamed::Schema)
      return tell(rules::kRenameSchema,
                  "The running application finds no table of " + rename.from + " any more.");
    if (around_.tables.is_new(rename.table)) return;
    if (rename.what == Renamed::Table) {
      return tell(rules::kRenameTable,
                  "The running application fails at its next query of " + rename.from +
                      ". Create a view of that name in this revision, or move over to a new "
                      "table step by step.");
    }
    if (around_.tables.is_new_column(rename.table, rename.from)) return;
    tell(rules::kRenameColumn,
         "The running application fails at its next query of " + rename.table.text() + "." + rename.from +
             ". Add a column, write both, move over, and drop the old one in a later revision.");
  }

  void operator()(const MoveTable& move) const {
    if (around_.tables.is_new(move.table)) return;
    tell(rules::kRenameTable, "The running application may not find " + move.table.text() + " in schema " +
                                  move.to + ". Create a view in its old place in this revision.");
  }

  void operator()(const Truncate& truncate) const {
    std::vector<ObjectName> old;
    std::copy_if(truncate.tables.begin(), truncate.tables.end(), std::back_inserter(old),
                 [this](const ObjectName& table) { return !around_.tables.is_new(table); });
    if (old.empty()) return;
    if (truncate.cascade) {
      return tell(rules::kTruncateCascade,
                  "Every row of " + listed(old) +
                      " goes, and of every table that refers to it by then. Name the tables "
                      "in place of CASCADE.");
    }
    tell(rules::kTruncate, "Every row of " + listed(old) + " goes, under an ACCESS EXCLUSIVE lock.");
  }

  void operator()(const RewriteTable& rewrite) const {
    const bool all_new = !rewrite.tables.empty() && std::all_of(rewrite.tables.begin(), rewrite.tables.end(),
                                                                [this](const ObjectName& table) {
                                                                  return around_.tables.is_new(table);
                                                                });
    if (all_new) return;
    tell(rules::kTableRewrite, rewrite.command + " writes " +
                                   (rewrite.tables.empty() ? "every table" : listed(rewrite.tables)) +
                                   " anew under an ACCESS EXCLUSIVE lock: nobody reads or writes meanwhile.");
  }

  void operator()(const RefreshView& refresh) const {
    if (refresh.concurrently || around_.tables.is_new(refresh.view)) return;
    tell(rules::kRefresh,
         "Nobody reads " + refresh.view.text() +
             " until it is filled again. Write REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a "
             "unique index on it.");
  }

  void operator()(const ChangeRows& change) const {
    if (!around_.in_transaction || !around_.tables.is_altered(change.table)) return;
    tell(rules::kBackfill,
         "This transaction has altered " + change.table.text() +
             ", and holds that lock until all these rows are changed. Change them in a later "
             "revision, in batches.");
  }

 private:
  static std::string listed(const std::vector<ObjectName>& names) {
    std::vector<std::string> words;
    words.reserve(names.size());
    for (const ObjectName& name : names) words.push_back(name.text());
    return join_words(words);
  }

  void dropped_tables(const DropObjects& drop) const {
    std::vector<ObjectName> lost;
    std::copy_if(drop.names.begin(), drop.names.end(), std::back_inserter(lost),
                 [this](const ObjectName& table) {
                   return !around_.tables.is_new(table) && !around_.tables.is_replaced(table);
                 });
    if (lost.empty()) return;
    tell(rules::kDropTable,
         "The rows of " + listed(lost) +
             " go, a downgrade brings back an empty table at best, and an application that still "
             "queries it fails.");
  }

  void dropped_indexes(const DropObjects& drop) const {
    const bool made_here = std::all_of(drop.names.begin(), drop.names.end(), [this](const ObjectName& index) {
      return around_.tables.is_new_index(index.name);
    });
    if (drop.concurrently || made_here) return;
    tell(rules::kDropIndex,
         "An ACCESS EXCLUSIVE lock on the table of " + listed(drop.names) +
             " waits for every running query, and all new ones wait behind it. Write DROP INDEX "
             "CONCURRENTLY, in a revision with `-- transaction: off`.");
  }

  void tell(std::string_view rule, std::string message) const {
    report_(rule, std::move(message), std::nullopt);
  }

  const Surroundings& around_;
  const Report& report_;
};

/// Whether rules of their own speak of what the statement destroys.
bool has_own_rule(const StatementShape& shape) {
  if (const auto* drop = std::get_if<DropObjects>(&shape)) return drop->what != Dropped::Other;
  return std::holds_alternative<AlterTable>(shape) || std::holds_alternative<Truncate>(shape);
}

/// Rows that only this revision has put there.
bool changes_new_rows_only(const StatementShape& shape, const KnownTables& tables) {
  const auto* change = std::get_if<ChangeRows>(&shape);
  if (change == nullptr) return false;
  if (tables.is_new(change->table)) return true;
  return !change->deletes &&
         std::all_of(change->columns.begin(), change->columns.end(),
                     [&](const std::string& column) { return tables.is_new_column(change->table, column); });
}

}  // namespace

void check_kind(const Statement& statement, const StatementShape& shape, bool in_transaction,
                const Report& report) {
  const auto* index = std::get_if<CreateIndex>(&shape);
  if (index != nullptr && index->concurrently && index->name.empty()) {
    report(rules::kUnnamedIndex,
           "If this is interrupted, what it leaves behind cannot be told from another index, so that it is "
           "refused. "
           "Give the index a name.",
           std::nullopt);
  }
  switch (statement.kind) {
    case StatementClass::TransactionControl:
      return report(
          rules::kTransactionControl,
          "athanor opens and commits the transaction of a revision itself, and refuses this statement. "
          "Remove it.",
          std::nullopt);
    case StatementClass::CopyStream:
      return report(
          rules::kCopyStream,
          "Nobody is there to send or take the rows: this statement is refused. Write them as INSERT "
          "(pg_dump --inserts).",
          std::nullopt);
    case StatementClass::Bare:
      if (!in_transaction) return;
      return report(rules::kNeedsTransactionOff,
                    "This statement cannot run in a transaction, and is refused in one. Put `-- transaction: "
                    "off` in the head of "
                    "this file, and other statements into another revision.",
                    std::nullopt);
    case StatementClass::Plain:
    case StatementClass::Rows:
      return;
  }
}

void check_shape(const StatementShape& shape, const Surroundings& around, const Report& report) {
  std::visit(Checker(around, report), shape);
}

void check_destruction(const Statement& statement, const StatementShape& shape, const Surroundings& around,
                       const Report& report) {
  if (has_own_rule(shape) || changes_new_rows_only(shape, around.tables)) return;
  const auto effect = destructive_effect(statement);
  if (!effect) return;
  report(rules::kDestroysData, "This statement " + *effect + ", and no downgrade brings that back.",
         std::nullopt);
}

}  // namespace athanor::schema
