#include "adapters/postgres/postgres_connector.hpp"

#include <chrono>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "adapters/postgres/connection_plan.hpp"
#include "adapters/postgres/handshake.hpp"
#include "adapters/postgres/postgres_database.hpp"
#include "api/database_url.hpp"

namespace athanor::postgres {
namespace {

Result<std::unique_ptr<ports::Database>> open_session(const ConnectionPlan& plan, const Patience& patience,
                                                      const Lookup& lookup, const std::stop_token& cancel) {
  const auto end = std::chrono::steady_clock::now() + plan.limit;
  auto connection = open_connection(plan, lookup, end, cancel);
  if (!connection) return fail(std::move(connection.error()));
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  auto database = PostgresDatabase::on(std::move(*connection), left, patience, plan.audience, cancel);
  if (!database) return fail(std::move(database.error()));
  return std::unique_ptr<ports::Database>(std::move(*database));
}

}  // namespace

PostgresConnector::PostgresConnector(const Patience& patience, Lookup lookup)
    : patience_(patience), lookup_(std::move(lookup)) {}

Result<std::unique_ptr<ports::Database>> PostgresConnector::connect(const ports::ConnectionSpec& spec,
                                                                    std::stop_token cancel) {
  const api::DatabaseScheme scheme = api::database_scheme(spec.url);
  if (scheme != api::DatabaseScheme::PostgreSql && scheme != api::DatabaseScheme::None) {
    return fail(
        ErrorKind::Terminal, "DatabaseSchemeNotAllowed",
        fmt::format(
            "The database URL's scheme is not one of postgresql://, postgres:// and postgresql+driver://{}.",
            spec.allow_sqlite ? ", nor sqlite:/// before the path of a file" : ""));
  }
  auto plan = plan_connection(spec);
  if (!plan) return fail(std::move(plan.error()));
  try {
    return open_session(*plan, patience_, lookup_, cancel);
  } catch (const std::system_error& error) {
    return fail(ErrorKind::Transient, "DatabaseUnreachable",
                fmt::format("No connection can be waited for: {}", error.what()));
  }
}

}  // namespace athanor::postgres
