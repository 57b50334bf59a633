#include "adapters/manifests/standalone_cluster.hpp"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "adapters/manifests/folder_monitor.hpp"
#include "adapters/manifests/manifest_client.hpp"
#include "adapters/manifests/manifest_folder.hpp"
#include "adapters/manifests/object_uid.hpp"
#include "adapters/manifests/state_lock.hpp"

namespace athanor::manifests {

namespace {

namespace fs = std::filesystem;

/// For files that are being written as the operator starts; those that go on being so come in later.
constexpr std::chrono::seconds kPatienceAtStart{2};

/// Status files are YAML as well: manifests among them would be read as status, and overwritten by it.
Result<void> check_apart(const StandaloneOptions& options) {
  std::error_code ignored;
  const fs::path manifests = fs::weakly_canonical(options.manifests, ignored);
  const fs::path state = fs::weakly_canonical(options.state, ignored);
  if (!lies_in(manifests, state)) return {};
  return fail(ErrorKind::Terminal, "FoldersOverlap",
              fmt::format("the manifests in {} lie in the state directory {}, which the operator writes YAML "
                          "to; --state-dir names a folder of its own",
                          options.manifests.string(), options.state.string()));
}

std::size_t count(const std::vector<ManifestPtr>& manifests, Kind kind) {
  return static_cast<std::size_t>(std::count_if(manifests.begin(), manifests.end(),
                                                [kind](const auto& each) { return each->kind == kind; }));
}

}  // namespace

struct StandaloneCluster::Parts {
  Parts(const StandaloneOptions& options, const StandalonePorts& ports, std::unique_ptr<StateLock> state_lock)
      : log(ports.log),
        lock(std::move(state_lock)),
        state(options.state, ports.files, ports.log),
        saved_holders(state.load_holders()),
        folder(options.manifests, options.state, ports.files, ports.clock, ports.log, saved_holders),
        store([&randomness = ports.randomness] { return random_uid(randomness); }, state.load()) {}

  Result<void> scan() {
    auto scanned = folder.scan();
    if (!scanned) return fail(scanned.error());
    manifests = *std::move(scanned);
    save_holders();
    for (const ports::ObjectKey& gone : store.replace(manifests)) forget(gone);
    // Removed while no operator ran: to be sure of it, everything has to have been read.
    if (!folder.is_whole()) return {};
    for (const ports::ObjectKey& gone : store.forget_saved()) forget(gone);
    return {};
  }

  /// Before any object takes effect. A failure is told once, and tried again at each scan.
  void save_holders() {
    if (folder.holders() == saved_holders) return;
    const Result<void> saved = state.save_holders(folder.holders());
    if (saved) saved_holders = folder.holders();
    if (!saved && !holders_unsaved) {
      log.write(ports::LogLevel::Warning,
                "which file each object was taken from could not be saved; after a restart now, copies of "
                "objects may not count",
                {{"error", saved.error().message}});
    }
    holders_unsaved = !saved;
  }

  void forget(const ports::ObjectKey& gone) {
    if (auto done = client.forget_status(gone); !done) {
      log.write(ports::LogLevel::Warning, "the status of a deleted environment stays behind",
                {{"namespace", gone.ns}, {"name", gone.name}, {"error", done.error().message}});
    }
  }

  /// The first time: what a file that was written just now says is read when it has come to rest.
  Result<void> scan_at_start(ports::Clock& clock) {
    const ports::MonoTime give_up = clock.now() + kPatienceAtStart;
    auto scanned = scan();
    for (auto again = folder.look_again_in(); scanned && again && clock.now() < give_up;
         again = folder.look_again_in()) {
      clock.sleep_for(*again, {});
      scanned = scan();
    }
    return scanned;
  }

  /// scan(), and one log line when the folder becomes unreadable.
  void scan_and_log() {
    const Result<void> done = scan();
    if (!done && !unreadable)
      log.write(ports::LogLevel::Error, done.error().message + "; what it said before still counts");
    unreadable = !done;
    warn_if_empty();
  }

  void tell_what_is_there() {
    log.write(ports::LogLevel::Info, "read the manifests",
              {{"environments", std::to_string(count(manifests, Kind::Environment))},
               {"config_maps", std::to_string(count(manifests, Kind::ConfigMap))},
               {"secrets", std::to_string(count(manifests, Kind::Secret))}});
    warn_if_empty();
  }

  void warn_if_empty() {
    const bool was_empty = std::exchange(empty, count(manifests, Kind::Environment) == 0);
    if (empty && !was_empty)
      log.write(ports::LogLevel::Warning, "no MigrationEnvironment stands in the manifests: nothing to do");
  }

  ports::Log& log;
  std::unique_ptr<StateLock> lock;
  StateDirectory state;
  Holders saved_holders;
  ManifestFolder folder;
  ObjectStore store;
  ManifestClient client{store, state};
  ManifestWatch environments{store, Kind::Environment};
  ManifestWatch config_maps{store, Kind::ConfigMap};
  FolderMonitor monitor;
  std::vector<ManifestPtr> manifests;  ///< of the last scan
  bool unreadable = false;
  bool holders_unsaved = false;
  bool empty = false;
  std::jthread watcher;  // last: it uses the rest
};

Result<std::unique_ptr<StandaloneCluster>> StandaloneCluster::open(const StandaloneOptions& options,
                                                                   const StandalonePorts& ports) {
  std::error_code error;
  if (!fs::is_directory(options.manifests, error)) {
    return fail(ErrorKind::Terminal, "ManifestsUnreadable",
                fmt::format("{} is no folder; --manifests names a folder of YAML manifests",
                            options.manifests.string()));
  }
  if (auto apart = check_apart(options); !apart) return fail(std::move(apart.error()));
  auto lock = StateLock::take(options.state);
  if (!lock) return fail(std::move(lock.error()));
  auto parts = std::make_unique<Parts>(options, ports, *std::move(lock));
  if (auto probed = parts->state.probe(); !probed) {
    return fail(ErrorKind::Terminal, "StateUnwritable",
                fmt::format("{}; --state-dir names a folder that can be written to", probed.error().message));
  }
  if (auto scanned = parts->scan_at_start(ports.clock); !scanned) {
    return fail(ErrorKind::Terminal, "ManifestsUnreadable", scanned.error().message);
  }
  parts->tell_what_is_there();
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
      if (parts->folder.folders() == watched) parts->monitor.wait(parts->folder.look_again_in(), stop);
    }
  });
}

}  // namespace athanor::manifests
