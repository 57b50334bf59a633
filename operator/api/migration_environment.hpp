// The MigrationEnvironment custom resource as values (design section 8; crds/ has the schema).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/conditions.hpp"
#include "core/foreign_history.hpp"

namespace athanor::api {

inline constexpr std::string_view kGroup = "athanor.dev";
inline constexpr std::string_view kVersion = "v1alpha1";
inline constexpr std::string_view kKind = "MigrationEnvironment";
inline constexpr std::string_view kPlural = "migrationenvironments";
inline constexpr std::string_view kReconcileAtAnnotation = "athanor.dev/reconcile-at";
inline constexpr std::string_view kTakeOverAnnotation = "athanor.dev/take-over";

struct KeyRef {
  std::string name;
  std::string key;
  bool operator==(const KeyRef&) const = default;
};

/// A value, or where it stands; exactly one is set.
struct ValueSource {
  std::optional<std::string> value;
  std::optional<KeyRef> secret;
  std::optional<KeyRef> config_map;
  bool operator==(const ValueSource&) const = default;
};

enum class TlsMode { Disable, Require, VerifyCa, VerifyFull };

struct TlsSpec {
  std::optional<TlsMode> mode;
  std::optional<ValueSource> root_cert;
  bool operator==(const TlsSpec&) const = default;
};

struct DatabaseSpec {
  std::optional<std::string> url;  ///< without a password
  std::optional<KeyRef> url_from;  ///< urlFrom.secretKeyRef
  std::map<std::string, ValueSource>
      connection;  ///< host, port, dbname, user, password, sslmode, sslrootcert
  std::string schema;
  std::string role;
  TlsSpec tls;
  bool operator==(const DatabaseSpec&) const = default;
};

struct LabelSelector {
  struct Requirement {
    std::string key;
    std::string op;  ///< In, NotIn, Exists, DoesNotExist
    std::vector<std::string> values;
    bool operator==(const Requirement&) const = default;
  };
  std::map<std::string, std::string> match_labels;
  std::vector<Requirement> match_expressions;
  bool operator==(const LabelSelector&) const = default;
};

struct RevisionsSpec {
  std::vector<std::string> config_maps;
  std::optional<LabelSelector> config_map_selector;
  std::string digest;  ///< empty: any
  bool operator==(const RevisionsSpec&) const = default;
};

struct PolicySpec {
  enum class Downgrade { Deny, Allow };
  enum class EditedRevision { Fail, Warn };
  Downgrade downgrade = Downgrade::Deny;
  EditedRevision edited_revision = EditedRevision::Fail;
  std::chrono::milliseconds lock_timeout{5000};
  std::chrono::milliseconds statement_timeout{0};
  bool operator==(const PolicySpec&) const = default;
};

/// Another migration tool, whose table says where the database stands.
struct AdoptSpec {
  MigrationTool from = MigrationTool::GolangMigrate;
  std::string table;  ///< `table` or `schema.table`; empty: where the tool puts it by default
  bool operator==(const AdoptSpec&) const = default;
};

struct Spec {
  bool suspend = false;
  DatabaseSpec database;
  RevisionsSpec revisions;
  std::string target = "heads";
  std::string version_table = "alembic_version";
  std::string version_table_schema;
  std::optional<AdoptSpec> adopt;
  PolicySpec policy;
  std::chrono::milliseconds drift_interval{5 * 60 * 1000};
  bool operator==(const Spec&) const = default;
};

struct AppliedStatus {
  std::string revision;
  std::string direction;  ///< upgrade or downgrade
  std::string time;       ///< RFC 3339
  std::int64_t duration_ms = 0;
  bool operator==(const AppliedStatus&) const = default;
};

struct FailureStatus {
  std::string reason;
  std::string message;
  std::string revision;
  std::string file;
  std::int64_t line = 0;
  std::string sqlstate;
  std::string inputs_hash;  ///< of the inputs it failed for: until they change it isn't tried again
  std::string first_time;   ///< RFC 3339: since when it has failed for this reason
  bool operator==(const FailureStatus&) const = default;
};

struct DriftStatus {
  std::string last_check;  ///< RFC 3339: the last time that the outcome of the check changed
  std::string reason;
  std::vector<std::string> revisions;  ///< unknown or edited ones, the first few
  std::int64_t count = 0;
  bool operator==(const DriftStatus&) const = default;
};

inline constexpr std::size_t kMaxPendingListed = 20;
inline constexpr std::size_t kMaxHistory = 20;
/// Of current, target and drifted revisions; longer lists are cut.
inline constexpr std::size_t kMaxRevisionsListed = 64;
/// Messages in a status are cut at so many bytes: etcd takes 1.5 MiB for a whole object.
inline constexpr std::size_t kMaxMessageBytes = 8 * 1024;

/// What the operator last found. In JSON `current` and `target` stand beside the lists: the ids joined with
/// commas and cut, for the columns of `kubectl get`; encode_status_patch() derives them.
struct Status {
  std::int64_t observed_generation = -1;
  std::string observed_digest;
  std::vector<std::string> current_revisions;
  std::vector<std::string> target_revisions;
  std::vector<std::string> pending_revisions;  ///< the first kMaxPendingListed
  std::optional<std::int64_t> pending_count;   ///< nullopt: not known (no revisions or no database read yet)
  /// Statements in all pending revisions that destroy what no downgrade brings back; nullopt: nothing is
  /// pending, or that is not known.
  std::optional<std::int64_t> pending_destructive_statements;
  std::optional<AppliedStatus> last_applied;
  std::vector<AppliedStatus> history;  ///< newest first, at most kMaxHistory
  std::optional<DriftStatus> drift;
  std::optional<FailureStatus> failure;
  /// The last run that failed for good. It outlives other failures (an outage), so that what is known to fail
  /// is not run again until its inputs change.
  std::optional<FailureStatus> failed_run;
  std::string last_handled_reconcile_at;  ///< the annotation's value that was last acted on
  /// The value of the annotation take-over that a database was taken over by: it is not acted on again.
  std::string last_handled_take_over;
  std::vector<Condition> conditions;
  bool operator==(const Status&) const = default;
};

}  // namespace athanor::api
