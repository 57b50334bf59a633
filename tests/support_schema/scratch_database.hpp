// One database of the shared server for one schema: filled, read into the model, described by others.
#pragma once

#include <string>

#include "schema/model/catalog.hpp"
#include "support/postgres_server.hpp"
#include "support/schema_differences.hpp"

namespace athanor::testing {

/// Made empty, and dropped with the object. The server has the roles reader and "Odd role".
class ScratchDatabase {
 public:
  /// @param sql run at once, as one message
  explicit ScratchDatabase(const std::string& sql = "");
  ~ScratchDatabase();
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;

  static PostgresServer& server();

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Throws std::runtime_error where the reader fails.
  [[nodiscard]] schema::Catalog read() const;
  /// In one transaction. Throws std::runtime_error with the server's message.
  void apply(const std::string& script) const;
  /// What others than the reader say of the schema, its lines sorted: columns that came later stand
  /// elsewhere. Of pg_dump where one is installed that knows the server's version, else of
  /// information_schema.
  [[nodiscard]] std::string second_opinion() const;

 private:
  std::string name_;
};

/// What takes one schema to the other, as a script.
[[nodiscard]] std::string script(const schema::Catalog& from, const schema::Catalog& to);

}  // namespace athanor::testing
