#include "adapters/postgres/settings.hpp"

#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include "adapters/postgres/quoting.hpp"
#include "core/digest.hpp"

namespace athanor::postgres {
namespace {

/// A client that was killed is noticed so soon in the midst of a statement, which is then rolled back.
constexpr int kClientCheckMs = 500;

}  // namespace

std::vector<std::string> settings(const ports::TransactionOptions& options, Scope scope, bool checks_client) {
  const std::string_view set = scope == Scope::Transaction ? "SET LOCAL" : "SET SESSION";
  std::vector<std::string> result;
  if (!options.role.empty()) {
    result.push_back(fmt::format("{} ROLE {}", set, quote_identifier(options.role)));
  }
  if (!options.search_path.empty()) {
    result.push_back(fmt::format("{} search_path = {}", set, quote_identifier(options.search_path)));
  }
  result.push_back(fmt::format("{} lock_timeout = {}", set, options.lock_timeout.count()));
  result.push_back(fmt::format("{} statement_timeout = {}", set, options.statement_timeout.count()));
  // Revisions were split by the rules of the standard: a backslash in a string is no escape.
  result.push_back(fmt::format("{} standard_conforming_strings = on", set));
  // Notices are read by nobody: a flood of them stays on the server.
  result.push_back(fmt::format("{} client_min_messages = error", set));
  if (checks_client)
    result.push_back(fmt::format("{} client_connection_check_interval = {}", set, kClientCheckMs));
  return result;
}

std::vector<std::string> reset() {
  // RESET ALL leaves role and session authorization alone.
  return {"RESET ALL", "RESET SESSION AUTHORIZATION", "RESET ROLE"};
}

std::vector<std::string> reset_locally() {
  return {"SET LOCAL SESSION AUTHORIZATION DEFAULT", "SET LOCAL role TO DEFAULT",
          "SET LOCAL search_path TO DEFAULT"};
}

std::string join_statements(const std::vector<std::string>& statements) {
  return fmt::format("{}", fmt::join(statements, "; "));
}

std::string lock_key(std::string_view name) {
  const std::string hex = sha256_hex(name).substr(0, 16);
  std::uint64_t bits = 0;
  std::from_chars(hex.data(), hex.data() + hex.size(), bits, 16);
  return std::to_string(static_cast<std::int64_t>(bits));
}

}  // namespace athanor::postgres
