// A schema described without the project's own reader.
#pragma once

#include <filesystem>
#include <string>

#include "support/postgres_server.hpp"

namespace athanor::testing {

/// Debian's newest client of that name (psql, pg_dump): the servers that npm brings come without.
/// @param at_least the major version that it has to know
/// @return empty where there is none
[[nodiscard]] std::filesystem::path newest_client(const std::string& name, int at_least = 0);

/// `pg_dump -s`, lines sorted, without comments and with what stands at a line's end because of the order
/// (commas) taken off. Of Debian's pg_dump, where it is at least as new as the server.
/// @return empty where there is none
[[nodiscard]] std::string sorted_dump(const PostgresServer& server, const std::string& database);

/// Every view of information_schema, a line for each row, sorted, without oids and positions.
[[nodiscard]] std::string sorted_information_schema(const PostgresServer& server,
                                                    const std::string& database);

}  // namespace athanor::testing
