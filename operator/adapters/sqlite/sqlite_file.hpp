// The connection with a file that may not be there yet.
//
// SQLite makes a file that isn't there as soon as it is opened, and whoever only looks is to leave nothing
// behind. So until something is written, an empty database in memory stands in for the file.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"

struct sqlite3;

namespace athanor::sqlite {

class SqliteFile {
 public:
  /// @param file a path, kMemory, or what begins with kSharedMemory
  explicit SqliteFile(std::string file) : file_(std::move(file)) {}

  /// Connects with the file if it is there by now, and otherwise with what stands in for it.
  /// @return whether connection() is another one than before; as last_error()
  [[nodiscard]] Result<bool> meet();
  /// Connects with the file, which is made if it isn't there.
  /// @return as meet()
  [[nodiscard]] Result<bool> make();

  /// Null before the first meet(). May be read from any thread, and stays open until the end.
  [[nodiscard]] sqlite3* connection() const { return connection_; }
  /// The absolute path, as long as the file isn't there; empty from then on.
  [[nodiscard]] const std::string& absent() const { return absent_; }

 private:
  struct Closer {
    void operator()(sqlite3* connection) const noexcept;
  };

  [[nodiscard]] Result<bool> open(const std::string& file, int flags);

  std::string file_;
  std::string absent_;
  std::vector<std::unique_ptr<sqlite3, Closer>> opened_;
  std::atomic<sqlite3*> connection_ = nullptr;  ///< the one of `opened_` that is used
};

}  // namespace athanor::sqlite
