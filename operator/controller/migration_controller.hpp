// The controller of MigrationEnvironments: watches wired to the reconciler.
#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "api/familiar_object.hpp"
#include "controller/config_map_reader.hpp"
#include "controller/environment_index.hpp"
#include "controller/reconciler.hpp"
#include "controller/revision_source.hpp"
#include "ports/database.hpp"
#include "ports/watch_source.hpp"
#include "runtime/manager.hpp"
#include "runtime/store.hpp"

namespace athanor::controller {

/// What to watch in one namespace, or in all. The sources must outlive the controller.
struct WatchedNamespace {
  std::string ns;  ///< empty: all
  ports::WatchSource& environments;
  ports::WatchSource& config_maps;  ///< metadata only
};

class MigrationController {
 public:
  MigrationController(const runtime::ManagerOptions& options, const runtime::ManagerDeps& deps,
                      ports::DatabaseConnector& connector, const std::vector<WatchedNamespace>& namespaces,
                      bool standalone);

  /// Blocks until `stop` is requested or the lease is lost. Once. @return what main() returns
  [[nodiscard]] int run(const std::stop_token& stop);

  /// For /readyz.
  [[nodiscard]] bool ready() const { return manager_.ready(); }

 private:
  [[nodiscard]] std::vector<ports::ObjectKey> on_environment(const runtime::ObjectPtr& before,
                                                             const runtime::ObjectPtr& after);
  [[nodiscard]] std::vector<ports::ObjectKey> on_config_map(const runtime::ObjectPtr& before,
                                                            const runtime::ObjectPtr& after) const;
  /// The reconciler, made once the cluster's identity is known: an owner must not be recorded without it.
  [[nodiscard]] Result<Reconciler*> reconciler();

  runtime::ManagerDeps deps_;
  ports::DatabaseConnector& connector_;
  bool standalone_;
  runtime::Store environments_{api::kFamiliarObject};
  runtime::Store config_maps_;
  EnvironmentIndex index_;
  RevisionSource revisions_;
  ConfigMapReader referenced_;
  std::mutex mutex_;
  std::unique_ptr<Reconciler> reconciler_;
  runtime::Manager manager_;  ///< last: its threads use all of the above
};

}  // namespace athanor::controller
