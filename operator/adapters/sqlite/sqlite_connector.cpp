#include "adapters/sqlite/sqlite_connector.hpp"

#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "adapters/sqlite/sqlite_database.hpp"
#include "adapters/sqlite/sqlite_url.hpp"

namespace athanor::sqlite {

Result<std::unique_ptr<ports::Database>> SqliteConnector::connect(const ports::ConnectionSpec& spec,
                                                                  std::stop_token /*cancel*/) {
  auto file = database_file(spec);
  if (!file) return fail(std::move(file.error()));
  const std::filesystem::path folder = std::filesystem::path(*file).parent_path();
  std::error_code ignored;
  if (*file != kMemory && !folder.empty() && !std::filesystem::is_directory(folder, ignored)) {
    return fail(
        ErrorKind::Transient, "DatabaseMissing",
        fmt::format("The folder {} of the SQLite database does not exist; a relative path counts from the "
                    "working directory.",
                    folder.string()));
  }
  auto database = SqliteDatabase::open(*file, spec.audience());
  if (!database) return fail(std::move(database.error()));
  return std::unique_ptr<ports::Database>(std::move(*database));
}

}  // namespace athanor::sqlite
