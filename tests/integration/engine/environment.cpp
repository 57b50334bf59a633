#include "integration/engine/environment.hpp"

#include <atomic>
#include <stdexcept>

#include "adapters/postgres/postgres_connector.hpp"
#include "adapters/sqlite/sqlite_connector.hpp"
#include "support/temp_folder.hpp"

namespace athanor::testing {

namespace {

std::unique_ptr<ports::Database> open(const ports::ConnectionSpec& spec, bool sqlite) {
  postgres::PostgresConnector on_postgres;
  sqlite::SqliteConnector on_sqlite;
  auto database = sqlite ? on_sqlite.connect(spec) : on_postgres.connect(spec);
  if (!database) throw std::runtime_error(database.error().message);
  return std::move(*database);
}

engine::Outcome failed(Error error) {
  engine::Outcome outcome;
  outcome.failure = std::move(error);
  return outcome;
}

}  // namespace

Environment Environment::on_postgres() {
  return on_postgres(PostgresServer::shared().create_database(), "postgres");
}

Environment Environment::on_postgres(const std::string& name, const std::string& user) {
  Environment environment = at_url(PostgresServer::shared().url(name, user));
  environment.database = name;
  return environment;
}

Environment Environment::at_url(const std::string& url) {
  Environment environment;
  environment.spec_.url = url;
  environment.settings.self = Owner{"staging", "shop", "cluster-1", ""};
  environment.settings.by = "operator shop/staging";
  environment.settings.digest = "sha256:0123";
  environment.ledger_table = "athanor.\"public.alembic_version\"";
  return environment;
}

Environment Environment::on_sqlite() {
  static const TempFolder folder;
  static std::atomic<int> made{0};
  Environment environment;
  environment.sqlite_ = true;
  environment.spec_.url = "sqlite:///" + (folder.path() / (std::to_string(++made) + ".db")).string();
  environment.spec_.allow_sqlite = true;
  environment.settings.self = Owner{"staging", "", "", ""};
  environment.settings.by = "alice@laptop";
  environment.ledger_table = "athanor_ledger";
  return environment;
}

engine::Connect Environment::connect() const {
  return [spec = spec_, sqlite = sqlite_,
          seen = interceptor](std::stop_token cancel) -> Result<std::unique_ptr<ports::Database>> {
    if (seen->on_connect) {
      if (auto error = seen->on_connect()) return fail(std::move(*error));
    }
    postgres::PostgresConnector on_postgres;
    sqlite::SqliteConnector on_sqlite;
    auto session = sqlite ? on_sqlite.connect(spec, cancel) : on_postgres.connect(spec, cancel);
    if (!session) return session;
    return std::make_unique<fakes::InterceptedDatabase>(std::move(*session), seen);
  };
}

engine::Migrator Environment::migrator() {
  return engine::Migrator(connect(), settings, *clock_, *randomness_);
}

DatabaseState Environment::state() {
  auto state = migrator().read_state();
  if (!state) throw std::runtime_error(state.error().reason + ": " + state.error().message);
  return std::move(*state);
}

engine::Outcome Environment::upgrade(const RevisionGraph& graph, const std::string& target) {
  auto engine = migrator();
  const auto state = engine.read_state();
  if (!state) return failed(state.error());
  engine::Progress progress;
  return engine.run(graph, upgrade_plan(graph, state->version_rows, target), progress, {}, {});
}

engine::Outcome Environment::downgrade(const RevisionGraph& graph, const std::string& target) {
  auto engine = migrator();
  const auto state = engine.read_state();
  if (!state) return failed(state.error());
  engine::Progress progress;
  return engine.run(graph, downgrade_plan(graph, state->version_rows, target), progress, {}, {});
}

std::vector<std::string> Environment::ask(const std::string& sql) const {
  ports::ConnectionSpec spec = spec_;
  if (!sqlite_) spec.url = PostgresServer::shared().url(database);
  const auto rows = open(spec, sqlite_)->query(sql);
  if (!rows) throw std::runtime_error(sql + ": " + rows.error().message);
  std::vector<std::string> lines;
  for (const ports::Row& row : *rows) {
    std::string line;
    for (const ports::Cell& cell : row) line += (line.empty() ? "" : " ") + cell.value_or("-");
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string Environment::scalar(const std::string& sql) const {
  const auto lines = ask(sql);
  return lines.empty() ? std::string() : lines.front();
}

std::vector<std::string> Environment::ledger() const {
  return ask("SELECT act, revision, state FROM " + ledger_table + " ORDER BY seq");
}

std::string told(const engine::Outcome& outcome) {
  return outcome.failure ? outcome.failure->reason + ": " + outcome.failure->message : "ok";
}

std::vector<std::string> applied(const engine::Outcome& outcome) {
  std::vector<std::string> ids;
  for (const auto& step : outcome.applied) ids.push_back(step.revision);
  return ids;
}

}  // namespace athanor::testing
