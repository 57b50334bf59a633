#include "engine/scratch_database.hpp"

#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace athanor::engine {
namespace {

// The name has the second of its making by the server's clock. A session of ours stays as long as it is used.
constexpr std::string_view kLeftBehind =
    "SELECT pg_catalog.quote_ident(d.datname) FROM pg_catalog.pg_database d "
    "WHERE d.datname ~ '^athanor_scratch_[0-9]+_[0-9a-f]{12}$' "
    "AND pg_catalog.split_part(d.datname, '_', 3)::bigint < extract(epoch FROM now())::bigint - 3600 "
    "AND pg_catalog.pg_has_role(d.datdba, 'USAGE') "
    "AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)";

/// What makes a database like the one that is connected to, name and locale; the columns for other providers
/// of locales came with PostgreSQL 15 and 17.
std::string properties_sql(int server_version) {
  const std::string_view provider = server_version >= 150000 ? "d.datlocprovider" : "'c'";
  const std::string_view locale = server_version >= 170000   ? "d.datlocale"
                                  : server_version >= 150000 ? "d.daticulocale"
                                                             : "NULL";
  return fmt::format(
      "SELECT extract(epoch FROM now())::bigint, pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, "
      "d.datctype, {}, {} FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()",
      provider, locale);
}

std::string locale_clause(const ports::Database& database, const ports::Row& properties) {
  const std::string provider = properties[4].value_or("c");
  const std::string locale = database.quote(properties[5].value_or(""));
  if (provider == "i") return " LOCALE_PROVIDER icu ICU_LOCALE " + locale;
  if (provider == "b") return " LOCALE_PROVIDER builtin BUILTIN_LOCALE " + locale;
  return "";
}

Error not_made(Error error, const ports::ServerFacts& facts) {
  if (error.site.sqlstate == "42501") {
    return {
        ErrorKind::Terminal, "PermissionDenied",
        fmt::format("the role {0} may not create databases on this server, and a scratch database is "
                    "needed to see what the SQL makes. Have a superuser run: ALTER ROLE \"{0}\" CREATEDB; "
                    "or name another server, or another role, with --dev-url URL.",
                    facts.user),
        std::move(error.site)};
  }
  error.message = "a scratch database can't be created: " + error.message;
  return error;
}

void drop_left_behind(ports::Database& database) {
  const auto names = database.query(kLeftBehind);
  if (!names) return;
  // Another process may be quicker.
  for (const ports::Row& row : *names)
    (void)database.query("DROP DATABASE IF EXISTS " + row.at(0).value_or(""));
}

Result<std::string> create(ports::Database& database, ports::Randomness& randomness) {
  const auto rows = database.query(properties_sql(database.facts().version));
  if (!rows) return fail(rows.error());
  const ports::Row& properties = rows->at(0);
  constexpr std::uint64_t kTwelveDigits = 0xFFFF'FFFF'FFFF;
  std::string name = fmt::format("athanor_scratch_{}_{:012x}", properties[0].value_or("0"),
                                 randomness.bits() & kTwelveDigits);
  const auto made = database.query(
      fmt::format("CREATE DATABASE {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}{}", name,
                  database.quote(properties[1].value_or("")), database.quote(properties[2].value_or("")),
                  database.quote(properties[3].value_or("")), locale_clause(database, properties)));
  if (!made) return fail(not_made(made.error(), database.facts()));
  return name;
}

}  // namespace

ScratchDatabase::ScratchDatabase(std::unique_ptr<ports::Database> keeper, ports::ConnectionSpec spec,
                                 std::string name)
    : keeper_(std::move(keeper)), spec_(std::move(spec)), name_(std::move(name)) {}

ScratchDatabase::~ScratchDatabase() {
  if (!name_.empty()) (void)keeper_->query("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
}

Result<std::unique_ptr<ScratchDatabase>> ScratchDatabase::make(ports::DatabaseConnector& connector,
                                                               const ports::ConnectionSpec& server,
                                                               ports::Randomness& randomness,
                                                               const std::stop_token& cancel) {
  ports::ConnectionSpec spec = server;
  if (server.is_sqlite()) spec.memory = fmt::format("athanor-scratch-{:016x}", randomness.bits());
  auto keeper = connector.connect(spec, cancel);
  if (!keeper) return fail(std::move(keeper.error()));
  std::string name;
  if (!server.is_sqlite()) {
    drop_left_behind(**keeper);
    auto made = create(**keeper, randomness);
    if (!made) return fail(std::move(made.error()));
    name = std::move(*made);
    spec.parameters["dbname"] = name;
  }
  return std::unique_ptr<ScratchDatabase>(
      new ScratchDatabase(std::move(*keeper), std::move(spec), std::move(name)));
}

}  // namespace athanor::engine
