#include <algorithm>
#include <utility>

#include "schema/statement_rules.hpp"
#include "schema/type_change.hpp"
#include "schema/volatility.hpp"

namespace athanor::schema {
namespace {

constexpr std::string_view kRewritten =
    " is written anew under an ACCESS EXCLUSIVE lock: nobody reads or writes it meanwhile. ";

bool is_serial(const TypeShape& type) {
  return type.name.ends_with("serial") || (type.name.size() == 7 && type.name.starts_with("serial"));
}

/// One ALTER TABLE on a table that was there before.
class Actions {
 public:
  Actions(const ObjectName& table, const Surroundings& around, const Report& report)
      : table_(table), around_(around), report_(report) {}

  void check(const TableAction& action) const {
    switch (action.kind) {
      case ActionKind::AddColumn:
        return added_column(*action.column);
      case ActionKind::DropColumn:
        return dropped_column(action.name);
      case ActionKind::SetNotNull:
        return set_not_null(action.name);
      case ActionKind::ChangeType:
        return changed_type(action);
      case ActionKind::AddConstraint:
        return added_constraint(*action.constraint, false);
      case ActionKind::ValidateConstraint:
        return validated(action.name);
      case ActionKind::RewriteTable:
        return tell(rules::kTableRewrite, table_.text() + std::string(kRewritten) +
                                              "Do it while the table is small or little used.");
      case ActionKind::DetachPartition:
        return detached(action);
      case ActionKind::DropConstraint:
      case ActionKind::Other:
        return;
    }
  }

 private:
  [[nodiscard]] std::string column_text(const std::string& column) const {
    return table_.text() + "." + column;
  }

  void added_column(const ColumnShape& column) const {
    const ConstraintShape* value = column.find(ConstraintKind::Default);
    const bool filled = is_serial(column.type) || column.find(ConstraintKind::Identity) != nullptr ||
                        column.find(ConstraintKind::Generated) != nullptr;
    const bool has_value = filled || (value != nullptr && !value->constant_null);
    const bool not_null =
        column.find(ConstraintKind::NotNull) != nullptr || column.find(ConstraintKind::PrimaryKey) != nullptr;
    if (not_null && !has_value) {
      tell(rules::kAddColumnNotNull,
           "This fails if " + table_.text() + " has a row, since " + column.name +
               " would be null in it. Give it a DEFAULT, or add it nullable, fill it, and SET "
               "NOT NULL in a later revision.");
    }
    if (filled) {
      const std::string_view what = is_serial(column.type)                             ? "serial"
                                    : column.find(ConstraintKind::Identity) != nullptr ? "identity"
                                                                                       : "stored generated";
      tell(rules::kAddColumnRewrites, "For a column that is " + std::string(what) + " " + table_.text() +
                                          std::string(kRewritten) +
                                          "Add a plain column, fill it in batches, then make it so.");
    } else if (value != nullptr) {
      check_default(column.name, *value);
    }
    for (const auto& constraint : column.constraints) {
      // A foreign key on nulls alone isn't checked (PostgreSQL's transformFKConstraints).
      const bool of_nulls = constraint.kind == ConstraintKind::ForeignKey && !has_value;
      if (!of_nulls) added_constraint(constraint, true);
    }
  }

  void check_default(const std::string& column, const ConstraintShape& value) const {
    const auto call = std::find_if(value.calls.begin(), value.calls.end(), [](const std::string& one) {
      return volatility_of(one) != Volatility::Fixed;
    });
    if (call == value.calls.end()) return;
    const std::string cause = volatility_of(*call) == Volatility::Volatile
                                  ? *call + "() gives each row a value of its own: "
                                  : "Unless " + *call + "() is STABLE or IMMUTABLE, ";
    tell(rules::kAddColumnRewrites,
         cause + table_.text() + std::string(kRewritten) + "Add " + column +
             " without a default, SET DEFAULT, then fill the old rows in batches.");
  }

  void dropped_column(const std::string& column) const {
    if (around_.tables.is_new_column(table_, column)) return;
    tell(rules::kDropColumn,
         "The values of " + column_text(column) +
             " go, and an application that still names it fails. Ship code that doesn't first.");
  }

  void set_not_null(const std::string& column) const {
    if (around_.tables.is_proven_not_null(table_, column)) return;
    tell(rules::kSetNotNull,
         "All of " + table_.text() + " is read under an ACCESS EXCLUSIVE lock. Add CHECK (" + column +
             " IS NOT NULL) NOT VALID, VALIDATE it in a later revision, then SET NOT NULL, which "
             "trusts a valid check, and drop the check.");
  }

  void changed_type(const TableAction& action) const {
    const TypeShape& type = action.column->type;
    const auto from = around_.tables.type_of(table_, action.name);
    const TypeChange change = judge_type_change(from, type, action.computed);
    if (change == TypeChange::Harmless) return;
    const std::string way_out =
        "Add a column of the new type, fill it in batches, and move the application over.";
    if (change == TypeChange::Rewrites) {
      const std::string old =
          from && !action.computed ? "From " + from->text() + " to " + type.text() + ", " : std::string();
      return tell(rules::kColumnType, old + table_.text() + std::string(kRewritten) + way_out);
    }
    // These are what a harmless change mostly ends in.
    const bool likely_harmless = type.modifiers.empty() && !type.array &&
                                 (type.name == "text" || type.name == "varchar" || type.name == "numeric");
    report_(rules::kColumnType,
            "The history doesn't tell the type that " + column_text(action.name) +
                " has. Unless it is stored as " + type.text() + " already, " + table_.text() +
                std::string(kRewritten) + way_out,
            likely_harmless ? std::optional(Severity::Info) : std::nullopt);
  }

  /// @param with_column it comes with a column that is being added
  void added_constraint(const ConstraintShape& constraint, bool with_column) const {
    const std::string later = with_column
                                  ? "Add the column first, then the constraint NOT VALID, and VALIDATE "
                                    "CONSTRAINT in a later revision."
                                  : "Add it NOT VALID, and VALIDATE CONSTRAINT in a later revision.";
    switch (constraint.kind) {
      case ConstraintKind::ForeignKey:
        if (constraint.not_valid) return;
        return tell(rules::kForeignKey,
                    "No row of " + table_.text() + " or " + constraint.references.text() +
                        " can be written (SHARE ROW EXCLUSIVE lock) while each row is checked. " + later);
      case ConstraintKind::Check:
        if (constraint.not_valid) return;
        return tell(rules::kCheck,
                    "All of " + table_.text() + " is read under an ACCESS EXCLUSIVE lock. " + later);
      case ConstraintKind::Unique:
      case ConstraintKind::PrimaryKey:
        if (constraint.using_index) return;
        return tell(rules::kUnique,
                    "Nobody reads or writes " + table_.text() +
                        " (ACCESS EXCLUSIVE lock) while the index is built. CREATE UNIQUE INDEX "
                        "CONCURRENTLY in a revision with `-- transaction: off` first, then ADD "
                        "CONSTRAINT ... USING INDEX.");
      case ConstraintKind::Exclusion:
        return tell(rules::kExclusion,
                    "Nobody reads or writes " + table_.text() +
                        " (ACCESS EXCLUSIVE lock) while the index is built, and there is no "
                        "concurrent way. Do it while the table is small or little used.");
      case ConstraintKind::NotNull:
      case ConstraintKind::Default:
      case ConstraintKind::Identity:
      case ConstraintKind::Generated:
        return;
    }
  }

  void validated(const std::string& constraint) const {
    if (!around_.in_transaction || !around_.tables.is_new_constraint(table_, constraint)) return;
    tell(rules::kValidate,
         "The lock of adding " + constraint +
             " is held while each row is checked: NOT VALID has gained nothing. Validate it in a "
             "later revision.");
  }

  void detached(const TableAction& action) const {
    if (action.concurrently) return;
    tell(rules::kDetach,
         "An ACCESS EXCLUSIVE lock on " + table_.text() +
             " waits for every running query, and all new ones wait behind it. Write DETACH PARTITION " +
             action.name + " CONCURRENTLY, in a revision with `-- transaction: off`.");
  }

  void tell(std::string_view rule, std::string message) const {
    report_(rule, std::move(message), std::nullopt);
  }

  const ObjectName& table_;
  const Surroundings& around_;
  const Report& report_;
};

}  // namespace

void check_alter_table(const AlterTable& alter, const Surroundings& around, const Report& report) {
  if (around.tables.is_new(alter.table)) return;
  const Actions actions(alter.table, around, report);
  for (const TableAction& action : alter.actions) actions.check(action);
}

}  // namespace athanor::schema
