#include "schema/lint_rules.hpp"

#include <algorithm>
#include <array>

namespace athanor::schema {
namespace {

constexpr bool kBoth = true;
constexpr bool kPostgres = false;
constexpr auto kError = Severity::Error;
constexpr auto kWarning = Severity::Warning;
constexpr auto kInfo = Severity::Info;

// clang-format off
constexpr std::array kRules = {
    RuleInfo{rules::kInvalidFile, kError, "a file that cannot be read as a revision",
             "athanor and the operator refuse the whole set of revisions for it. The message says what to mend.", kBoth},
    RuleInfo{rules::kGraphError, kError, "revisions that make no graph: a missing parent, a cycle, an id or label twice",
             "No plan can be made: upgrade, downgrade and the operator stop here.", kBoth},
    RuleInfo{rules::kMultipleHeads, kWarning, "several heads",
             "`athanor upgrade head` refuses, and two branches may change the same table in either order. "
             "`athanor merge heads` joins them. Heads of which each has a label of its own are meant to stay: they are told "
             "for information only.", kBoth},
    RuleInfo{rules::kIdTooLong, kError, "an id that is longer than the version column",
             "PostgreSQL can't write the version row: the revision is refused there. alembic_version holds 32 characters; "
             "`--id-width` names another width. SQLite enforces none, under Alembic neither: for its projects this is a "
             "warning.", kBoth},
    RuleInfo{rules::kMissingDowngrade, kWarning, "no downgrade section",
             "The revision cannot be undone, by nobody. Write `-- athanor:downgrade` with what undoes it, with nothing "
             "below where nothing needs undoing, or silence this where it is meant.", kBoth},
    RuleInfo{rules::kInvalidSql, kError, "SQL that cannot be cut into statements",
             "An open quote or comment, a command of psql, or on SQLite what reaches another file (ATTACH, DETACH, "
             "VACUUM INTO): the revision is refused before it begins.", kBoth},
    RuleInfo{rules::kNotParsed, kWarning, "a statement that PostgreSQL 15's grammar does not know",
             "Either a mistake, which fails when it is applied, or syntax of a later PostgreSQL. The rules below can't "
             "see what it does. For a statement that is too long or too deep to be parsed this is information only.",
             kPostgres},
    RuleInfo{rules::kTransactionControl, kError, "BEGIN, COMMIT, ROLLBACK, SAVEPOINT and their kind",
             "athanor runs each revision in a transaction of its own, and writes the version row in it: the statement "
             "is refused, with `-- transaction: off` too. Remove it.", kBoth},
    RuleInfo{rules::kCopyStream, kError, "COPY ... FROM STDIN or TO STDOUT",
             "There is nobody to send the rows: the statement is refused. Write the rows as INSERT.", kPostgres},
    RuleInfo{rules::kNeedsTransactionOff, kError, "a statement that cannot run in a transaction, in a revision that is one",
             "It is refused (CREATE INDEX CONCURRENTLY, VACUUM, ALTER SYSTEM, ...). Put `-- transaction: off` "
             "in the head of a revision that has this statement alone.", kPostgres},
    RuleInfo{rules::kUnnamedIndex, kError, "CREATE INDEX CONCURRENTLY without a name",
             "If it were interrupted, what it left behind could not be told from another index: it is refused. Give the "
             "index a name.", kPostgres},
    RuleInfo{rules::kCreateIndex, kWarning, "CREATE INDEX without CONCURRENTLY on a table that exists",
             "A SHARE lock stops every write to the table until the index is built. CREATE INDEX CONCURRENTLY in a "
             "revision with `-- transaction: off` lets them through.", kPostgres},
    RuleInfo{rules::kDropIndex, kWarning, "DROP INDEX without CONCURRENTLY",
             "An ACCESS EXCLUSIVE lock on the table waits for every running query, and every new query waits behind "
             "it. DROP INDEX CONCURRENTLY in a revision with `-- transaction: off` doesn't.", kPostgres},
    RuleInfo{rules::kReindex, kWarning, "REINDEX without CONCURRENTLY",
             "Writes to the table stop until the index is built, and reads that would use it. REINDEX ... CONCURRENTLY "
             "in a revision with `-- transaction: off` lets them through.", kPostgres},
    RuleInfo{rules::kAddColumnNotNull, kError, "a column added as NOT NULL without a default",
             "It fails if the table has a single row. Give it a default, or add it nullable, fill it, and make it NOT "
             "NULL later.", kPostgres},
    RuleInfo{rules::kAddColumnRewrites, kWarning, "a column added with a volatile default, as serial, identity or stored generated",
             "Every row gets a value of its own: the table and its indexes are written anew under an ACCESS EXCLUSIVE "
             "lock, and nobody reads or writes it meanwhile. Add the column without, set the default, then fill it in "
             "batches.", kPostgres},
    RuleInfo{rules::kSetNotNull, kWarning, "SET NOT NULL without a proof",
             "The whole table is read under an ACCESS EXCLUSIVE lock. Add CHECK (column IS NOT NULL) NOT VALID, VALIDATE "
             "it in a later revision, then SET NOT NULL, which trusts it, then drop the check.", kPostgres},
    RuleInfo{rules::kForeignKey, kWarning, "a foreign key on a table that exists, without NOT VALID",
             "Both tables are locked against writes (SHARE ROW EXCLUSIVE) while every row is checked. Add it NOT VALID, "
             "and VALIDATE CONSTRAINT in a later revision.", kPostgres},
    RuleInfo{rules::kCheck, kWarning, "a CHECK on a table that exists, without NOT VALID",
             "The whole table is read under an ACCESS EXCLUSIVE lock. Add it NOT VALID, and VALIDATE CONSTRAINT in a "
             "later revision.", kPostgres},
    RuleInfo{rules::kValidate, kWarning, "VALIDATE CONSTRAINT in the transaction that adds it",
             "The lock of adding it is held while every row is checked, as without NOT VALID. Validate in a revision "
             "of its own.", kPostgres},
    RuleInfo{rules::kUnique, kWarning, "a unique constraint or primary key on a table that exists, without USING INDEX",
             "Its index is built under an ACCESS EXCLUSIVE lock. Build a unique index CONCURRENTLY first (with "
             "`-- transaction: off`), then ADD CONSTRAINT ... USING INDEX.", kPostgres},
    RuleInfo{rules::kExclusion, kWarning, "an exclusion constraint on a table that exists",
             "Its index is built under an ACCESS EXCLUSIVE lock, and there is no concurrent way. Do it while the "
             "table is small or little used.", kPostgres},
    RuleInfo{rules::kColumnType, kWarning, "a column's type changed in a way that writes the table anew",
             "The table and its indexes are written anew under an ACCESS EXCLUSIVE lock. Harmless are a longer varchar "
             "or varbit, varchar to text, a numeric of more digits with the same scale, more digits of a second. "
             "Otherwise add a new column, fill it in batches, and move the application over.", kPostgres},
    RuleInfo{rules::kTableRewrite, kWarning, "VACUUM FULL, CLUSTER, SET LOGGED, SET TABLESPACE and their kind",
             "The table is written anew under an ACCESS EXCLUSIVE lock: nobody reads or writes it meanwhile.", kPostgres},
    RuleInfo{rules::kRefresh, kWarning, "REFRESH MATERIALIZED VIEW without CONCURRENTLY",
             "Nobody reads the view until it is filled. With a unique index on it, REFRESH ... CONCURRENTLY lets "
             "readers through.", kPostgres},
    RuleInfo{rules::kDetach, kWarning, "DETACH PARTITION without CONCURRENTLY",
             "An ACCESS EXCLUSIVE lock on the partitioned table waits for every running query, and every new one waits "
             "behind it. PostgreSQL 14 and later have DETACH PARTITION ... CONCURRENTLY (with `-- transaction: off`).",
             kPostgres},
    RuleInfo{rules::kBackfill, kWarning, "UPDATE or DELETE on a table that the same transaction altered",
             "ALTER TABLE's lock is held while the rows are changed. Change them in a revision of its own, in batches.",
             kPostgres},
    RuleInfo{rules::kRenameTable, kWarning, "a table or view renamed or moved",
             "The application that runs fails at the next query. Rename, and put a view in the old name's place in the "
             "same revision, or make a new table and move over.", kBoth},
    RuleInfo{rules::kRenameColumn, kWarning, "a column renamed",
             "The application that runs fails at the next query. Add a new column, write both, move over, drop the old "
             "one.", kBoth},
    RuleInfo{rules::kRenameSchema, kWarning, "a schema renamed",
             "The application that runs finds none of its tables any more.", kPostgres},
    RuleInfo{rules::kDropTable, kWarning, "a table dropped",
             "Its rows are gone, and a downgrade brings back an empty one. See that nothing uses it any more.", kBoth},
    RuleInfo{rules::kDropColumn, kWarning, "a column dropped",
             "Its values are gone, and the application that runs fails if it names the column. Ship code that doesn't "
             "first.", kBoth},
    RuleInfo{rules::kDropSchema, kError, "a schema dropped", "All that is in it is gone, with CASCADE, and no downgrade brings it back.",
             kPostgres},
    RuleInfo{rules::kDropDatabase, kError, "a database dropped", "A revision has no business with databases other than its own, which "
             "cannot be dropped from within.", kPostgres},
    RuleInfo{rules::kTruncate, kWarning, "TRUNCATE", "All rows are gone, under an ACCESS EXCLUSIVE lock, and no downgrade brings them "
             "back.", kPostgres},
    RuleInfo{rules::kTruncateCascade, kError, "TRUNCATE ... CASCADE",
             "Every table that refers to it is emptied as well, whichever those are by then. Name the tables.", kPostgres},
    RuleInfo{rules::kDestroysData, kWarning, "another statement that destroys data",
             "DELETE or UPDATE without WHERE, DROP SEQUENCE, DROP OWNED, DROP TYPE ... CASCADE: no downgrade brings "
             "back what was there.", kBoth},
    RuleInfo{rules::kBadIgnore, kWarning, "an `athanor:ignore` without a reason, or for no rule of this list",
             "It silences nothing. Write `-- athanor:ignore RULE reason`.", kBoth},
    RuleInfo{rules::kUnusedIgnore, kInfo, "an `athanor:ignore` that silences nothing",
             "What it was written for is gone: remove it, or it will hide the next one.", kBoth},
};
// clang-format on

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Info:
      return "info";
  }
  return "info";
}

std::span<const RuleInfo> all_rules() {
  return kRules;
}

const RuleInfo* find_rule(std::string_view name) {
  const auto found =
      std::find_if(kRules.begin(), kRules.end(), [name](const RuleInfo& rule) { return rule.name == name; });
  return found == kRules.end() ? nullptr : &*found;
}

}  // namespace athanor::schema
