// One revision: what a revision file says (design section 5).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace athanor {

enum class TransactionMode {
  On,   ///< the revision is one transaction
  Off,  ///< statement by statement, for CREATE INDEX CONCURRENTLY and its kind
};

enum class Direction { Upgrade, Downgrade };

/// The SQL of one direction, as it stands in the file.
struct SqlSection {
  std::string sql;
  std::size_t first_line = 1;  ///< line of the file on which `sql` begins, 1-based
  std::string checksum;  ///< 64 hex digits of SHA-256 over the statements, comments and white space folded

  bool operator==(const SqlSection&) const = default;
};

struct Revision {
  std::string id;
  std::vector<std::string> down_revisions;  ///< none for a base, two or more for a merge
  std::vector<std::string> branch_labels;
  std::vector<std::string> depends_on;
  std::string create_date;  ///< as written
  std::string message;
  TransactionMode transaction = TransactionMode::On;
  SqlSection upgrade;
  std::optional<SqlSection> downgrade;  ///< absent: irreversible; empty: nothing needs undoing
  std::string source;                   ///< for people: a path, or "ConfigMap shop/revisions key 1_users.sql"

  bool operator==(const Revision&) const = default;
};

}  // namespace athanor
