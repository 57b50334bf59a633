// One line per act. Never a DSN, a password or a revision's SQL.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace athanor::ports {

enum class LogLevel { Debug, Info, Warning, Error };

using LogFields = std::vector<std::pair<std::string_view, std::string>>;

class Log {
 public:
  virtual ~Log() = default;
  /// Thread-safe. @param fields in the order to print them, for example {"namespace", "shop"}, {"revision",
  /// id}
  virtual void write(LogLevel level, std::string_view message, const LogFields& fields = {}) = 0;
};

}  // namespace athanor::ports
