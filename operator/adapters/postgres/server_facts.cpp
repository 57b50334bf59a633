#include "adapters/postgres/server_facts.hpp"

#include <charconv>

#include <fmt/format.h>

namespace athanor::postgres {
namespace {

/// First version with client_connection_check_interval.
constexpr int kHasClientCheck = 140000;

}  // namespace

// client_connection_check_interval works where the server's system can tell a closed connection without
// reading from it; where it can't, setting it is an error.
std::string facts_sql(bool with_identity) {
  return fmt::format(
      "SELECT pg_catalog.current_setting('server_version_num'), pg_catalog.pg_backend_pid(), session_user, "
      "pg_catalog.current_database(), pg_catalog.pg_is_in_recovery() OR "
      "pg_catalog.current_setting('default_transaction_read_only')::bool, "
      "pg_catalog.strpos(pg_catalog.lower(pg_catalog.version()), 'linux') > 0, {}",
      with_identity
          ? "(SELECT system_identifier FROM pg_catalog.pg_control_system())::text || '/' || "
            "(SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())::text"
          : "NULL");
}

SessionFacts parse_facts(const ports::Row& row, int backend_pid) {
  SessionFacts facts;
  facts.server.version = to_int(*row[0]);
  facts.server.pooled = to_int(*row[1]) != backend_pid;
  facts.server.user = *row[2];
  facts.server.database = *row[3];
  facts.server.read_only = row[4] == "t";
  facts.server.identity = row[6].value_or("");
  facts.checks_client = facts.server.version >= kHasClientCheck && row[5] == "t";
  return facts;
}

int to_int(const std::string& text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace athanor::postgres
