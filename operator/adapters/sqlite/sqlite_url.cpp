#include "adapters/sqlite/sqlite_url.hpp"

#include "api/database_url.hpp"

namespace athanor::sqlite {
namespace {

tl::unexpected<Error> invalid(std::string message) {
  return fail(ErrorKind::Terminal, "InvalidDatabaseUrl", std::move(message));
}

}  // namespace

Result<std::string> database_file(const ports::ConnectionSpec& spec) {
  if (!spec.allow_sqlite) {
    return fail(
        ErrorKind::Terminal, "DatabaseSchemeNotAllowed",
        "SQLite databases are for the command line and the standalone mode: an operator in a cluster takes "
        "postgresql:// URLs only.");
  }
  if (!spec.memory.empty()) return std::string(kSharedMemory) + spec.memory + "?mode=memory&cache=shared";
  const std::string_view url = spec.url;
  const std::size_t slashes = url.find("://");
  if (api::database_scheme(url) != api::DatabaseScheme::Sqlite || slashes == std::string_view::npos) {
    return invalid("An SQLite URL is sqlite:///relative/path.db or sqlite:////absolute/path.db.");
  }
  std::string_view rest = url.substr(slashes + 3);
  rest = rest.substr(0, rest.find('?'));
  if (!rest.empty() && rest.front() != '/') {
    return invalid(
        "An SQLite URL names no host: it has three slashes before a relative path, four before an absolute "
        "one.");
  }
  if (!rest.empty()) rest.remove_prefix(1);
  const std::string file(rest.empty() ? kMemory : rest);
  if (file.starts_with(kSharedMemory))
    return invalid("SQLite's own file: URIs are not supported: write the path as it is.");
  if (file.find('\0') != std::string::npos) return invalid("The database URL has a zero byte.");
  if (file == kMemory && spec.operator_rules) {
    return invalid("A database in memory is gone with the session: name a file, sqlite:///path.db.");
  }
  return file;
}

}  // namespace athanor::sqlite
