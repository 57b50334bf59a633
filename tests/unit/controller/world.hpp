// A small world around one Reconciler: API objects, ConfigMaps and Secrets in memory, real SQLite databases
// in a folder of their own, and time that stands still until a test moves it.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "adapters/sqlite/sqlite_connector.hpp"
#include "api/migration_environment.hpp"
#include "controller/reconciler.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/fake_event_sink.hpp"
#include "fakes/fake_log.hpp"
#include "fakes/fake_metrics_sink.hpp"
#include "fakes/fake_randomness.hpp"
#include "fakes/fake_resource_client.hpp"
#include "unit/controller/config_maps.hpp"
#include "unit/controller/gated_database.hpp"

namespace athanor::controller {

inline const ports::ObjectKey kStaging{"shop", "staging"};
inline const ports::ObjectKey kProduction{"shop", "production"};

class World {
 public:
  World();
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Adds an environment with a database of its own that reads ConfigMap `revisions`; `change` may have its
  /// spec otherwise.
  void add(const ports::ObjectKey& key, const std::function<void(nlohmann::json& spec)>& change = {});
  /// Changes a spec, which moves the generation.
  void change(const ports::ObjectKey& key, const std::function<void(nlohmann::json& spec)>& change);
  void annotate(const ports::ObjectKey& key, const std::string& name, const std::string& value);
  void remove(const ports::ObjectKey& key) { environments_.erase(key); }
  void take_annotation_off(const ports::ObjectKey& key, const std::string& name);
  /// Another process writes the status, and the watch brings that.
  void meddle(const ports::ObjectKey& key, const std::function<void(nlohmann::json& status)>& change);
  /// The same name, another object.
  void make_anew(const ports::ObjectKey& key, const std::string& uid);

  /// One pass; what it wrote stands in the object's status afterwards.
  runtime::ReconcileResult reconcile(const ports::ObjectKey& key, std::stop_token stop = {},
                                     std::stop_token cancel = {});
  /// As the watch does, when an environment has changed or is gone.
  void interrupt(const ports::ObjectKey& key) { reconciler_->interrupt(key); }
  /// Another process takes over, which knows what stands in the API server only.
  void restart();

  /// As the API server has it.
  [[nodiscard]] api::Status status(const ports::ObjectKey& key) const;
  /// A condition as "Status Reason", for example "True UpToDate"; "absent" if it is.
  [[nodiscard]] std::string condition(const ports::ObjectKey& key, std::string_view type) const;
  [[nodiscard]] std::string message(const ports::ObjectKey& key, std::string_view type) const;
  [[nodiscard]] std::size_t status_writes() const { return client.status_patches().size(); }

  [[nodiscard]] std::filesystem::path database_file(const ports::ObjectKey& key) const;
  /// Asks an environment's database, past the gate. @return cells joined by `|`
  std::vector<std::string> ask(const ports::ObjectKey& key, std::string_view sql);
  [[nodiscard]] std::vector<std::string> version_rows(const ports::ObjectKey& key) {
    return ask(key, "SELECT version_num FROM alembic_version ORDER BY 1");
  }
  /// Tables that revisions made.
  [[nodiscard]] std::vector<std::string> tables(const ports::ObjectKey& key);

  bool watch_lags = false;  ///< while true, what reconcile() writes does not come back
  fakes::FakeClock clock{fakes::FakeClock::Sleep::Blocks};
  fakes::FakeRandomness randomness;
  fakes::FakeResourceClient client;
  ConfigMaps config_maps{client};
  fakes::FakeEventSink events;
  fakes::FakeMetricsSink metrics;
  fakes::FakeLog log;
  Gate gate;

 private:
  struct Folder;

  /// A version as the API server gives one to each change.
  std::string next_version() { return "world-" + std::to_string(++changes_); }

  struct Environment {
    ports::ObjectMeta meta;
    nlohmann::json object;
  };

  std::unique_ptr<Folder> folder_;
  sqlite::SqliteConnector sqlite_;
  GatedConnector connector_{sqlite_, gate};
  std::map<ports::ObjectKey, Environment> environments_;
  std::size_t patches_seen_ = 0;
  std::uint64_t changes_ = 0;
  std::unique_ptr<RevisionSource> revisions_;
  std::unique_ptr<ConfigMapReader> referenced_;
  std::unique_ptr<Reconciler> reconciler_;
};

}  // namespace athanor::controller
