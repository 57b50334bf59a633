#include "adapters/postgres/postgres_connector.hpp"

#include <string_view>
#include <utility>

#include "adapters/postgres/connection_plan.hpp"
#include "adapters/postgres/handshake.hpp"
#include "adapters/postgres/postgres_database.hpp"

namespace athanor::postgres {

Result<std::unique_ptr<ports::Database>> PostgresConnector::connect(const ports::ConnectionSpec& spec) {
  if (spec.url.find("://") != std::string::npos && !is_postgres_url(spec.url) &&
      spec.url.find('=') > spec.url.find("://")) {
    return fail(
        ErrorKind::Terminal, "DatabaseSchemeNotAllowed",
        "The database URL's scheme is not one of postgresql://, postgres:// and postgresql+driver://.");
  }
  auto plan = plan_connection(spec);
  if (!plan) return fail(std::move(plan.error()));
  auto connection = open_connection(*plan);
  if (!connection) return fail(std::move(connection.error()));
  auto database = PostgresDatabase::on(std::move(*connection));
  if (!database) return fail(std::move(database.error()));
  return std::unique_ptr<ports::Database>(std::move(*database));
}

}  // namespace athanor::postgres
