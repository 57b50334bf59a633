#include "adapters/sqlite/sqlite_file.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "adapters/sqlite/sqlite_errors.hpp"
#include "adapters/sqlite/sqlite_url.hpp"

namespace athanor::sqlite {

void SqliteFile::Closer::operator()(sqlite3* connection) const noexcept {
  sqlite3_close_v2(connection);
}

Result<bool> SqliteFile::open(const std::string& file, int flags) {
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &connection,
                                   flags | SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, nullptr);
  opened_.emplace_back(connection);
  if (code != SQLITE_OK) {
    Error error = last_error(connection, {}, {});
    error.message = fmt::format("The database file {}: {}", file, error.message);
    return fail(std::move(error));
  }
  sqlite3_extended_result_codes(connection, 1);
  connection_ = connection;
  return true;
}

Result<bool> SqliteFile::meet() {
  if (connection_ != nullptr && absent_.empty()) return false;
  if (file_ == kMemory) return open(file_, SQLITE_OPEN_CREATE);
  if (file_.starts_with(kSharedMemory)) return open(file_, SQLITE_OPEN_CREATE | SQLITE_OPEN_URI);
  std::error_code error;
  // A path that may not be looked at is the library's to judge.
  if (std::filesystem::status(file_, error).type() != std::filesystem::file_type::not_found) {
    auto opened = open(file_, 0);
    if (opened) absent_.clear();
    return opened;
  }
  if (connection_ != nullptr) return false;
  absent_ = std::filesystem::absolute(file_, error).lexically_normal().string();
  return open(std::string(kMemory), SQLITE_OPEN_CREATE);
}

Result<bool> SqliteFile::make() {
  if (absent_.empty()) return false;
  auto opened = open(file_, SQLITE_OPEN_CREATE);
  if (opened) absent_.clear();
  return opened;
}

}  // namespace athanor::sqlite
