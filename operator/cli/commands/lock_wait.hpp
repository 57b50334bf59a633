// What is told while a short act waits for another migration's end.
#pragma once

#include <fmt/format.h>

#include "cli/terminal/console.hpp"
#include "core/lock_holder.hpp"
#include "engine/migrator.hpp"

namespace athanor::cli {

/// "Another migration holds the lock …", for a line of its own.
[[nodiscard]] inline std::string lock_wait_text(const LockHolder& holder) {
  return fmt::format("Another migration holds the lock on this database: {}. Waiting for its end.",
                     holder.describe());
}

class LockWait final : public engine::Progress {
 public:
  explicit LockWait(Console& console) : console_(console) {}
  void waiting_for_lock(const LockHolder& holder) override { console_.note(lock_wait_text(holder)); }

 private:
  Console& console_;
};

}  // namespace athanor::cli
