// Every rule of lint: what `athanor lint --rules` and docs/lint.md are printed from.
#pragma once

#include <span>
#include <string_view>

namespace athanor::schema {

enum class Severity { Error, Warning, Info };

/// error, warning, info
[[nodiscard]] std::string_view to_string(Severity severity);

struct RuleInfo {
  std::string_view name;  ///< kebab-case
  Severity severity = Severity::Warning;
  std::string_view summary;  ///< what is found
  std::string_view why;      ///< what happens, and the safe way
  bool sqlite = false;       ///< holds for SQLite as well
};

namespace rules {
inline constexpr std::string_view kInvalidFile = "invalid-revision-file";
inline constexpr std::string_view kGraphError = "graph-error";
inline constexpr std::string_view kMultipleHeads = "multiple-heads";
inline constexpr std::string_view kIdTooLong = "id-too-long";
inline constexpr std::string_view kMissingDowngrade = "missing-downgrade";
inline constexpr std::string_view kInvalidSql = "invalid-sql";
inline constexpr std::string_view kNotParsed = "not-parsed";
inline constexpr std::string_view kTransactionControl = "transaction-control";
inline constexpr std::string_view kCopyStream = "copy-stream";
inline constexpr std::string_view kNeedsTransactionOff = "needs-transaction-off";
inline constexpr std::string_view kUnnamedIndex = "unnamed-concurrent-index";
inline constexpr std::string_view kCreateIndex = "create-index-not-concurrent";
inline constexpr std::string_view kDropIndex = "drop-index-not-concurrent";
inline constexpr std::string_view kReindex = "reindex-not-concurrent";
inline constexpr std::string_view kAddColumnNotNull = "add-column-not-null";
inline constexpr std::string_view kAddColumnRewrites = "add-column-rewrites";
inline constexpr std::string_view kSetNotNull = "set-not-null";
inline constexpr std::string_view kForeignKey = "foreign-key-without-not-valid";
inline constexpr std::string_view kCheck = "check-without-not-valid";
inline constexpr std::string_view kValidate = "validate-in-same-transaction";
inline constexpr std::string_view kUnique = "unique-without-index";
inline constexpr std::string_view kExclusion = "exclusion-constraint";
inline constexpr std::string_view kColumnType = "column-type-rewrites";
inline constexpr std::string_view kTableRewrite = "table-rewrite";
inline constexpr std::string_view kRefresh = "refresh-not-concurrent";
inline constexpr std::string_view kDetach = "detach-not-concurrent";
inline constexpr std::string_view kBackfill = "backfill-under-lock";
inline constexpr std::string_view kRenameTable = "rename-table";
inline constexpr std::string_view kRenameColumn = "rename-column";
inline constexpr std::string_view kRenameSchema = "rename-schema";
inline constexpr std::string_view kDropTable = "drop-table";
inline constexpr std::string_view kDropColumn = "drop-column";
inline constexpr std::string_view kDropSchema = "drop-schema";
inline constexpr std::string_view kDropDatabase = "drop-database";
inline constexpr std::string_view kTruncate = "truncate";
inline constexpr std::string_view kTruncateCascade = "truncate-cascade";
inline constexpr std::string_view kDestroysData = "destroys-data";
inline constexpr std::string_view kBadIgnore = "bad-ignore";
inline constexpr std::string_view kUnusedIgnore = "unused-ignore";
}  // namespace rules

/// In the order in which they are shown.
[[nodiscard]] std::span<const RuleInfo> all_rules();
/// @return null for a name that is no rule's
[[nodiscard]] const RuleInfo* find_rule(std::string_view name);

}  // namespace athanor::schema
