#include "bench/bench_reconcile.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <vector>

#include <nlohmann/json.hpp>

#include "adapters/postgres/postgres_connector.hpp"
#include "adapters/system/system_clock.hpp"
#include "adapters/system/system_randomness.hpp"
#include "bench/revision_folder.hpp"
#include "controller/reconciler.hpp"
#include "fakes/fake_event_sink.hpp"
#include "fakes/fake_log.hpp"
#include "fakes/fake_metrics_sink.hpp"
#include "fakes/fake_resource_client.hpp"

namespace athanor::bench {
namespace {

const ports::ObjectKey kKey{"shop", "bench"};

/// One environment and one ConfigMap, and everything around a Reconciler but the database in memory.
class Bench {
 public:
  Bench(const std::string& url, ports::StringMap files) {
    nlohmann::json object;
    object["spec"]["database"]["urlFrom"]["secretKeyRef"] = {{"name", "login"}, {"key", "uri"}};
    object["spec"]["revisions"]["configMaps"] = {{{"name", "revisions"}}};
    environment_.meta.key = kKey;
    environment_.meta.uid = "uid-of-bench";
    environment_.meta.generation = 1;
    environment_.json = object.dump();
    ports::Secret login;
    login.meta.key = {"shop", "login"};
    login.data["uri"] = url;
    client_.put(std::move(login));
    ports::ConfigMap config_map;
    config_map.meta.key = {"shop", "revisions"};
    config_map.meta.uid = "uid-of-revisions";
    config_map.meta.resource_version = "1";
    config_map.data = std::move(files);
    config_map_ = config_map.meta;
    client_.put(std::move(config_map));
  }

  /// @return milliseconds
  double pass() {
    const auto start = std::chrono::steady_clock::now();
    const auto result = reconciler_.reconcile(kKey, {}, {});
    const auto took = std::chrono::steady_clock::now() - start;
    const auto complaints = log_.lines_with("not where it should be");
    if (result.failed || !complaints.empty()) {
      throw std::runtime_error("the environment is not Ready: " +
                               (complaints.empty() ? "" : complaints.back().field("error")));
    }
    return std::chrono::duration<double, std::milli>(took).count();
  }
  [[nodiscard]] std::size_t status_writes() const { return client_.status_patches().size(); }
  [[nodiscard]] int config_map_reads() const { return client_.calls("config_map"); }

 private:
  ports::WatchedObject environment_;
  ports::ObjectMeta config_map_;
  fakes::FakeResourceClient client_;
  fakes::FakeEventSink events_;
  fakes::FakeMetricsSink metrics_;
  fakes::FakeLog log_;
  system::SystemClock clock_;
  system::SystemRandomness randomness_;
  postgres::PostgresConnector connector_;
  controller::RevisionSource revisions_{
      client_, [this](const std::string&) { return std::vector<ports::ObjectMeta>{config_map_}; }};
  controller::ConfigMapReader referenced_{client_, [](const ports::ObjectKey&) { return std::nullopt; }};
  controller::Reconciler reconciler_{{{client_, connector_, clock_, randomness_, revisions_, referenced_},
                                      events_,
                                      metrics_,
                                      log_,
                                      [this](const ports::ObjectKey&) {
                                        return std::make_shared<const ports::WatchedObject>(environment_);
                                      }},
                                     {"bench-cluster", false}};
};

}  // namespace

std::string reconcile(const std::string& url, const std::filesystem::path& folder, int passes) {
  ports::StringMap files = read_files(folder);
  const std::size_t revisions = files.size();
  Bench bench(url, std::move(files));
  const double first = bench.pass();
  const auto writes = bench.status_writes();
  const auto reads = bench.config_map_reads();
  std::vector<double> times;
  for (int i = 0; i < passes; ++i) times.push_back(bench.pass());
  return nlohmann::json{{"revisions", revisions},
                        {"first_ms", first},
                        {"passes_ms", times},
                        {"status_writes", bench.status_writes() - writes},
                        {"config_map_reads", bench.config_map_reads() - reads}}
      .dump();
}

}  // namespace athanor::bench
