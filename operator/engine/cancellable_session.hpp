// The session that a cancel has to reach, whichever it is when the cancel comes.
#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>

#include "ports/database.hpp"

namespace athanor::engine {

class CancellableSession {
 public:
  /// @param cancel what cancel() is called for; may have been requested already
  void hold(std::unique_ptr<ports::Database> database, const std::stop_token& cancel) {
    const std::lock_guard lock(mutex_);
    database_ = std::move(database);
    if (cancel.stop_requested()) database_->cancel();
  }
  void drop() {
    const std::lock_guard lock(mutex_);
    database_.reset();
  }
  /// From any thread.
  void cancel() {
    const std::lock_guard lock(mutex_);
    if (database_) database_->cancel();
  }

  // For the thread that holds and drops.
  explicit operator bool() const { return database_ != nullptr; }
  ports::Database* operator->() const { return database_.get(); }
  ports::Database& operator*() const { return *database_; }

 private:
  std::mutex mutex_;
  std::unique_ptr<ports::Database> database_;
};

}  // namespace athanor::engine
