#include "cli/log_output.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace athanor::cli {
namespace {

std::string_view word(ports::LogLevel level) {
  switch (level) {
    case ports::LogLevel::Debug:
      return "debug";
    case ports::LogLevel::Info:
      return "info";
    case ports::LogLevel::Warning:
      return "warning";
    case ports::LogLevel::Error:
      return "error";
  }
  return "info";
}

/// Text is quoted only where it would not read as one word; line ends and what else steers a terminal never
/// get through.
std::string as_text(const std::string& value) {
  const bool plain = !value.empty() && std::ranges::none_of(value, [](unsigned char c) {
    return c <= ' ' || c == 0x7f || c == '"' || c == '=';
  });
  return plain ? value : nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

class StderrLog : public ports::Log {
 public:
  StderrLog(LogFormat format, ports::LogLevel least, const ports::Clock& clock)
      : format_(format),
        least_(least),
        clock_(clock),
        sink_(std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    sink_->set_pattern("%v");
  }

  void write(ports::LogLevel level, std::string_view message, const ports::LogFields& fields) override {
    if (level < least_) return;
    const auto now = std::chrono::floor<std::chrono::milliseconds>(clock_.wall_now());
    const auto millis = now.time_since_epoch().count() % 1000;
    const std::string time =
        fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", std::chrono::floor<std::chrono::seconds>(now), millis);
    const std::string line = format_line(format_, time, level, message, fields);
    sink_->log(spdlog::details::log_msg("", spdlog::level::info, line));
    sink_->flush();
  }

 private:
  LogFormat format_;
  ports::LogLevel least_;
  const ports::Clock& clock_;
  std::shared_ptr<spdlog::sinks::stderr_sink_mt> sink_;
};

}  // namespace

std::string format_line(LogFormat format, const std::string& time, ports::LogLevel level,
                        std::string_view message, const ports::LogFields& fields) {
  if (format == LogFormat::Json) {
    nlohmann::ordered_json line{{"time", time}, {"level", word(level)}, {"msg", message}};
    for (const auto& [name, value] : fields) line[std::string(name)] = value;
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }
  std::string line = fmt::format("{} {:<7} {}", time, word(level), message);
  for (const auto& [name, value] : fields) line += fmt::format(" {}={}", name, as_text(value));
  return line;
}

std::unique_ptr<ports::Log> make_log(LogFormat format, ports::LogLevel least, const ports::Clock& clock) {
  return std::make_unique<StderrLog>(format, least, clock);
}

}  // namespace athanor::cli
