// The databases that the contract is tried on.
#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ports/database.hpp"

namespace athanor::testing {

/// One kind of database, with what a contract test has to know of it.
class Backend {
 public:
  virtual ~Backend() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual ports::Dialect dialect() const = 0;
  [[nodiscard]] virtual ports::DatabaseConnector& connector() = 0;
  /// A new, empty database.
  [[nodiscard]] virtual ports::ConnectionSpec fresh_database() = 0;
};

[[nodiscard]] const std::vector<Backend*>& backends();

/// Opens a session, or fails the test and throws.
[[nodiscard]] std::unique_ptr<ports::Database> open(ports::DatabaseConnector& connector,
                                                    const ports::ConnectionSpec& spec);

/// A session as the PostgreSQL adapter gives it, on the shared server.
[[nodiscard]] ports::ConnectionSpec postgres_spec(const std::string& url);
[[nodiscard]] std::unique_ptr<ports::Database> open_postgres(const std::string& url);

[[nodiscard]] ports::ConnectionSpec sqlite_spec(const std::filesystem::path& file);

/// One statement, classified as the adapter's split() does.
[[nodiscard]] Statement statement(const ports::Database& database, std::string_view sql);

/// Rows as text, for comparing: cells by `|`, rows by `;`, NULL as `null`.
[[nodiscard]] std::string text_of(const ports::Rows& rows);

/// Values of a Result, or the error as a test failure.
template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().reason + ": " + result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace athanor::testing
