// A database whose calls a test sees and makes fail, in front of a real or a scripted one. Header only.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ports/database.hpp"

namespace athanor::fakes {

enum class Call {
  Query,
  Begin,
  Execute,
  Conclude,
  Commit,
  Rollback,
  SessionLock,
  EndSessionLock,
  LockHolder
};

/// What happens around every call. Shared by all sessions of a test, so that a reconnect is seen too.
struct Interceptor {
  /// An error is returned in place of making the call.
  std::function<std::optional<Error>(Call, std::string_view sql)> before;
  /// An error replaces the reply of a call that was made.
  std::function<std::optional<Error>(Call, std::string_view sql)> after;
  /// An error is returned in place of a new session; asked by whoever opens one.
  std::function<std::optional<Error>()> on_connect;
  std::vector<Call> calls;

  [[nodiscard]] std::size_t count(Call call) const {
    std::size_t made = 0;
    for (const Call each : calls) made += each == call ? 1 : 0;
    return made;
  }
};

class InterceptedDatabase : public ports::Database {
 public:
  InterceptedDatabase(std::unique_ptr<ports::Database> inner, std::shared_ptr<Interceptor> interceptor)
      : inner_(std::move(inner)), interceptor_(std::move(interceptor)) {}

  [[nodiscard]] ports::Dialect dialect() const override { return inner_->dialect(); }
  [[nodiscard]] const ports::ServerFacts& facts() const override { return inner_->facts(); }
  [[nodiscard]] std::string quote(std::string_view text) const override { return inner_->quote(text); }
  [[nodiscard]] std::string quote_name(std::string_view name) const override {
    return inner_->quote_name(name);
  }
  [[nodiscard]] Result<std::vector<Statement>> split(std::string_view sql,
                                                     std::size_t first_line) const override {
    return inner_->split(sql, first_line);
  }
  [[nodiscard]] Result<ports::Rows> query(std::string_view sql) override {
    return around<ports::Rows>(Call::Query, sql, [&] { return inner_->query(sql); });
  }
  [[nodiscard]] Result<ports::Rows> query_and_rollback(std::string_view sql) override {
    auto rows = around<ports::Rows>(Call::Query, sql, [&] { return inner_->query_and_rollback(sql); });
    rollback();
    return rows;
  }
  [[nodiscard]] Result<std::optional<ports::Rows>> begin(const ports::TransactionOptions& options,
                                                         std::string_view first_query) override {
    return around<std::optional<ports::Rows>>(Call::Begin, first_query,
                                              [&] { return inner_->begin(options, first_query); });
  }
  [[nodiscard]] Result<void> execute(const Statement& statement) override {
    return around<void>(Call::Execute, statement.text, [&] { return inner_->execute(statement); });
  }
  [[nodiscard]] Result<ports::Rows> conclude(std::string_view sql) override {
    return around<ports::Rows>(Call::Conclude, sql, [&] { return inner_->conclude(sql); });
  }
  [[nodiscard]] Result<void> commit() override {
    return around<void>(Call::Commit, {}, [&] { return inner_->commit(); });
  }
  void rollback() override {
    interceptor_->calls.push_back(Call::Rollback);
    inner_->rollback();
  }
  [[nodiscard]] Result<bool> try_session_lock(const ports::TransactionOptions& options) override {
    return around<bool>(Call::SessionLock, {}, [&] { return inner_->try_session_lock(options); });
  }
  void end_session_lock() override {
    interceptor_->calls.push_back(Call::EndSessionLock);
    inner_->end_session_lock();
  }
  [[nodiscard]] Result<LockHolder> lock_holder(std::string_view lock_key) override {
    return around<LockHolder>(Call::LockHolder, lock_key, [&] { return inner_->lock_holder(lock_key); });
  }
  void cancel() noexcept override { inner_->cancel(); }

 private:
  template <class T, class Make>
  Result<T> around(Call call, std::string_view sql, Make make) {
    interceptor_->calls.push_back(call);
    if (interceptor_->before) {
      if (auto error = interceptor_->before(call, sql)) return fail(std::move(*error));
    }
    auto reply = make();
    if (interceptor_->after) {
      if (auto error = interceptor_->after(call, sql)) return fail(std::move(*error));
    }
    return reply;
  }

  std::unique_ptr<ports::Database> inner_;
  std::shared_ptr<Interceptor> interceptor_;
};

}  // namespace athanor::fakes
