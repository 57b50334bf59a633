// Real databases behind a gate: a test can close it, look at every statement, and act while one runs.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ports/database.hpp"

namespace athanor::controller {

/// What a gate does, shared by it and its sessions.
struct Gate {
  std::optional<Error> closed;                           ///< every connect() fails so
  std::function<void()> on_connect;                      ///< called before a session is opened
  std::function<void(const Statement&)> before_execute;  ///< called on the thread that runs the statement
  std::optional<Error> unrecordable;                     ///< every row for the ledger fails so
  int connects = 0;                                      ///< failed ones included
  std::vector<std::string> executed;                     ///< statements of revisions, in order
  std::vector<ports::ConnectionSpec> specs;              ///< what was connected to
};

class GatedDatabase : public ports::Database {
 public:
  GatedDatabase(std::unique_ptr<ports::Database> real, Gate& gate) : real_(std::move(real)), gate_(gate) {}

  [[nodiscard]] ports::Dialect dialect() const override { return real_->dialect(); }
  [[nodiscard]] const ports::ServerFacts& facts() const override { return real_->facts(); }
  [[nodiscard]] std::string quote(std::string_view text) const override { return real_->quote(text); }
  [[nodiscard]] std::string quote_name(std::string_view name) const override {
    return real_->quote_name(name);
  }
  [[nodiscard]] Result<std::vector<Statement>> split(std::string_view sql,
                                                     std::size_t first_line) const override {
    return real_->split(sql, first_line);
  }
  [[nodiscard]] Result<ports::Rows> query(std::string_view sql) override { return real_->query(sql); }
  [[nodiscard]] Result<std::optional<ports::Rows>> begin(const ports::TransactionOptions& options,
                                                         std::string_view first_query) override {
    return real_->begin(options, first_query);
  }
  [[nodiscard]] Result<void> execute(const Statement& statement) override {
    gate_.executed.push_back(statement.text);
    if (gate_.before_execute) gate_.before_execute(statement);
    return real_->execute(statement);
  }
  [[nodiscard]] Result<ports::Rows> conclude(std::string_view sql) override {
    if (gate_.unrecordable) return fail(*gate_.unrecordable);
    return real_->conclude(sql);
  }
  [[nodiscard]] Result<void> commit() override { return real_->commit(); }
  void rollback() override { real_->rollback(); }
  [[nodiscard]] Result<bool> try_session_lock(const ports::TransactionOptions& options) override {
    return real_->try_session_lock(options);
  }
  void end_session_lock() override { real_->end_session_lock(); }
  [[nodiscard]] Result<LockHolder> lock_holder(std::string_view lock_key) override {
    return real_->lock_holder(lock_key);
  }
  void cancel() noexcept override { real_->cancel(); }

 private:
  std::unique_ptr<ports::Database> real_;
  Gate& gate_;
};

class GatedConnector : public ports::DatabaseConnector {
 public:
  GatedConnector(ports::DatabaseConnector& real, Gate& gate) : real_(real), gate_(gate) {}

  [[nodiscard]] Result<std::unique_ptr<ports::Database>> connect(const ports::ConnectionSpec& spec,
                                                                 std::stop_token cancel = {}) override {
    ++gate_.connects;
    gate_.specs.push_back(spec);
    if (gate_.on_connect) gate_.on_connect();
    if (gate_.closed) return fail(*gate_.closed);
    auto database = real_.connect(spec, std::move(cancel));
    if (!database) return database;
    return std::make_unique<GatedDatabase>(std::move(*database), gate_);
  }

 private:
  ports::DatabaseConnector& real_;
  Gate& gate_;
};

}  // namespace athanor::controller
