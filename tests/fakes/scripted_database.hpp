// A database that answers as a test says, and writes down what it was asked. Header only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ports/database.hpp"

namespace athanor::fakes {

/// The answers. Shared by all sessions of a test. What isn't set answers with success and no rows.
struct Script {
  ports::Dialect dialect = ports::Dialect::PostgreSql;
  ports::ServerFacts facts{150000, "1/2", "tester", "test", false, false};
  std::function<Result<ports::Rows>(std::string_view sql)> on_query;
  std::function<Result<std::optional<ports::Rows>>(const ports::TransactionOptions&, std::string_view sql)>
      on_begin;
  std::function<Result<void>(const Statement&)> on_execute;
  std::function<Result<ports::Rows>(std::string_view sql)> on_conclude;
  std::function<Result<void>()> on_commit;
  std::function<Result<bool>(const ports::TransactionOptions&)> on_session_lock;
  std::function<Result<LockHolder>()> on_lock_holder;

  std::vector<std::string> calls;  ///< "begin", "execute SELECT 1", "commit", ...
  int sessions = 0;                ///< how many were opened
  int cancels = 0;
};

class ScriptedDatabase : public ports::Database {
 public:
  explicit ScriptedDatabase(std::shared_ptr<Script> script) : script_(std::move(script)) {
    ++script_->sessions;
  }

  [[nodiscard]] ports::Dialect dialect() const override { return script_->dialect; }
  [[nodiscard]] const ports::ServerFacts& facts() const override { return script_->facts; }
  [[nodiscard]] std::string quote(std::string_view text) const override { return doubled(text, '\''); }
  [[nodiscard]] std::string quote_name(std::string_view name) const override { return doubled(name, '"'); }
  [[nodiscard]] Result<std::vector<Statement>> split(std::string_view sql,
                                                     std::size_t first_line) const override {
    return split_postgres(sql, first_line);
  }
  [[nodiscard]] Result<ports::Rows> query(std::string_view sql) override {
    script_->calls.emplace_back("query");
    return script_->on_query ? script_->on_query(sql) : ports::Rows{};
  }
  [[nodiscard]] Result<std::optional<ports::Rows>> begin(const ports::TransactionOptions& options,
                                                         std::string_view first_query) override {
    script_->calls.emplace_back(options.lock_key.empty() ? "begin without lock" : "begin");
    return script_->on_begin ? script_->on_begin(options, first_query)
                             : std::optional<ports::Rows>(ports::Rows{});
  }
  [[nodiscard]] Result<void> execute(const Statement& statement) override {
    script_->calls.push_back("execute " + statement.text);
    return script_->on_execute ? script_->on_execute(statement) : Result<void>{};
  }
  [[nodiscard]] Result<ports::Rows> conclude(std::string_view sql) override {
    script_->calls.emplace_back("conclude");
    return script_->on_conclude ? script_->on_conclude(sql) : ports::Rows{};
  }
  [[nodiscard]] Result<void> commit() override {
    script_->calls.emplace_back("commit");
    return script_->on_commit ? script_->on_commit() : Result<void>{};
  }
  void rollback() override { script_->calls.emplace_back("rollback"); }
  [[nodiscard]] Result<bool> try_session_lock(const ports::TransactionOptions& options) override {
    script_->calls.emplace_back("session lock");
    return script_->on_session_lock ? script_->on_session_lock(options) : true;
  }
  void end_session_lock() override { script_->calls.emplace_back("end session lock"); }
  [[nodiscard]] Result<LockHolder> lock_holder(std::string_view /*lock_key*/) override {
    script_->calls.emplace_back("lock holder");
    return script_->on_lock_holder ? script_->on_lock_holder() : LockHolder{};
  }
  void cancel() noexcept override { ++script_->cancels; }

 private:
  static std::string doubled(std::string_view text, char quote) {
    std::string quoted(1, quote);
    for (const char c : text) quoted += c == quote ? std::string(2, quote) : std::string(1, c);
    return quoted + quote;
  }

  std::shared_ptr<Script> script_;
};

}  // namespace athanor::fakes
