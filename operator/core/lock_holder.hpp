// Who has the lock that somebody waits for.
#pragma once

#include <string>

namespace athanor {

/// The session that holds the lock on a version table. What the asking role may not see is empty.
struct LockHolder {
  std::string application{};  ///< as it named itself, for example "athanor upgrade (alice@laptop)"
  std::string user{};         ///< login role
  std::string client{};       ///< network address; empty too for a socket of the same machine
  int pid = 0;                ///< of its server process
  std::string since{};        ///< RFC 3339: when it connected, by the server's clock
  bool of_file = false;       ///< SQLite: another process has the file locked, and nothing tells which

  /// For a sentence: "athanor upgrade (alice@laptop) as shop from 10.0.0.7, connected since … (server process
  /// 4711)", or "another session" where nothing is known; "another process" for a file.
  [[nodiscard]] std::string describe() const;

  bool operator==(const LockHolder&) const = default;
};

}  // namespace athanor
