#include "adapters/manifests/standalone_cluster.hpp"

#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "adapters/manifests/folder_monitor.hpp"
#include "adapters/manifests/manifest_client.hpp"
#include "adapters/manifests/manifest_folder.hpp"

namespace athanor::manifests {

struct StandaloneCluster::Parts {
  Parts(const StandaloneOptions& options, ports::Filesystem& filesystem, ports::Log& log_sink)
      : log(log_sink),
        folder(options.manifests, options.state, filesystem, log_sink),
        state(options.state, filesystem, log_sink),
        store(state.load()) {}

  /// @return false if the folder can't be read
  Result<void> scan() {
    auto manifests = folder.scan();
    if (!manifests) return fail(manifests.error());
    for (const ports::ObjectKey& gone : store.replace(*manifests)) {
      if (auto done = client.forget_status(gone); !done) {
        log.write(ports::LogLevel::Warning, "the status of a deleted environment stays behind",
                  {{"namespace", gone.ns}, {"name", gone.name}, {"error", done.error().message}});
      }
    }
    return {};
  }

  /// scan(), and one log line when the folder becomes unreadable.
  void scan_and_log() {
    const Result<void> done = scan();
    if (!done && !unreadable) log.write(ports::LogLevel::Error, done.error().message);
    unreadable = !done;
  }

  ports::Log& log;
  ManifestFolder folder;
  StateDirectory state;
  ObjectStore store;
  ManifestClient client{store, state};
  ManifestWatch environments{store, Kind::Environment};
  ManifestWatch config_maps{store, Kind::ConfigMap};
  FolderMonitor monitor;
  bool unreadable = false;
  std::jthread watcher;  // last: it uses the rest
};

Result<std::unique_ptr<StandaloneCluster>> StandaloneCluster::open(const StandaloneOptions& options,
                                                                   ports::Filesystem& filesystem,
                                                                   ports::Log& log) {
  std::error_code error;
  if (!std::filesystem::is_directory(options.manifests, error)) {
    return fail(ErrorKind::Terminal, "ManifestsUnreadable",
                fmt::format("{} is no folder; --manifests names a folder of YAML manifests",
                            options.manifests.string()));
  }
  auto parts = std::make_unique<Parts>(options, filesystem, log);
  if (auto probed = parts->state.probe(); !probed) {
    return fail(ErrorKind::Terminal, "StateUnwritable",
                fmt::format("{}; --state-dir names a folder that can be written to", probed.error().message));
  }
  if (auto scanned = parts->scan(); !scanned) {
    return fail(ErrorKind::Terminal, "ManifestsUnreadable", scanned.error().message);
  }
  return std::unique_ptr<StandaloneCluster>(new StandaloneCluster(std::move(parts)));
}

StandaloneCluster::StandaloneCluster(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

StandaloneCluster::~StandaloneCluster() = default;

ports::WatchSource& StandaloneCluster::environments() {
  return parts_->environments;
}

ports::WatchSource& StandaloneCluster::config_maps() {
  return parts_->config_maps;
}

ports::ResourceClient& StandaloneCluster::client() {
  return parts_->client;
}

void StandaloneCluster::scan() {
  parts_->scan_and_log();
}

void StandaloneCluster::start() {
  parts_->watcher = std::jthread([parts = parts_.get()](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      // Watched first and read then: what changes in between is seen by the next round. A folder that the
      // reading found only now is watched, and read, once more.
      const auto watched = parts->folder.folders();
      parts->monitor.watch(watched);
      parts->scan_and_log();
      if (parts->folder.folders() == watched) parts->monitor.wait(stop);
    }
  });
}

}  // namespace athanor::manifests
