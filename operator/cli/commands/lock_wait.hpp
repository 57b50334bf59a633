// What is told while a short act waits for another migration's end.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "cli/terminal/console.hpp"
#include "cli/terminal/progress_bar.hpp"
#include "core/lock_holder.hpp"
#include "core/result.hpp"
#include "engine/migrator.hpp"

namespace athanor::cli {

/// "Another migration holds the lock …", for a line of its own.
[[nodiscard]] inline std::string lock_wait_text(const LockHolder& holder) {
  if (holder.of_file) return "Another process has the database file locked. Waiting for its end.";
  return fmt::format("Another migration holds the lock on this database: {}. Waiting for its end.",
                     holder.describe());
}

/// Why a try failed that is followed by another, for a line of its own.
/// @param where what it begins with: "Revision 3f2a: "
[[nodiscard]] inline std::string trying_again_text(const Error& error, std::string_view where,
                                                   std::chrono::milliseconds wait) {
  const bool in_doubt = error.kind == ErrorKind::InDoubt;
  std::string_view why = "the database refused it for now";
  if (in_doubt) {
    why = "the connection was lost before the reply to COMMIT came";
  } else if (error.reason == "LockTimeout") {
    why = "a lock that is needed is held by another session, and was not got within the lock timeout";
  } else if (error.reason == "Deadlock") {
    why = "it met another session in a deadlock";
  }
  return fmt::format("{}{}. {} in {}.", where, why,
                     in_doubt ? "Looking what became of it" : "Rolled back; trying again",
                     duration_text(wait));
}

class LockWait final : public engine::Progress {
 public:
  explicit LockWait(Console& console) : console_(console) {}
  void waiting_for_lock(const LockHolder& holder) override { console_.note(lock_wait_text(holder)); }
  void trying_again(const Error& error, std::chrono::milliseconds wait) override {
    console_.note(trying_again_text(error, "The database: ", wait));
  }

 private:
  Console& console_;
};

}  // namespace athanor::cli
