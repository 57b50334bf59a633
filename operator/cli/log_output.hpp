// ports::Log on standard error: readable lines, or JSON.
#pragma once

#include <memory>
#include <string>

#include "ports/clock.hpp"
#include "ports/log.hpp"

namespace athanor::cli {

enum class LogFormat { Text, Json };

/// @param least lines below this level are dropped
[[nodiscard]] std::unique_ptr<ports::Log> make_log(LogFormat format, ports::LogLevel least,
                                                   const ports::Clock& clock);

/// One line, without its line end. @param time RFC 3339
[[nodiscard]] std::string format_line(LogFormat format, const std::string& time, ports::LogLevel level,
                                      std::string_view message, const ports::LogFields& fields);

}  // namespace athanor::cli
