// A log that remembers its lines. Header only; safe to use from several threads.
#pragma once

#include <algorithm>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ports/log.hpp"

namespace athanor::fakes {

class FakeLog : public ports::Log {
 public:
  struct Line {
    ports::LogLevel level = ports::LogLevel::Info;
    std::string message;
    std::vector<std::pair<std::string, std::string>> fields;

    /// The value of a field; empty if the line hasn't got it.
    [[nodiscard]] std::string field(std::string_view name) const {
      const auto place = std::ranges::find(fields, name, [](const auto& entry) { return entry.first; });
      return place == fields.end() ? "" : place->second;
    }
  };

  void write(ports::LogLevel level, std::string_view message, const ports::LogFields& fields) override {
    const std::lock_guard lock(mutex_);
    lines_.push_back({level, std::string(message), {fields.begin(), fields.end()}});
  }

  [[nodiscard]] std::vector<Line> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

  /// Lines whose message contains `part`.
  [[nodiscard]] std::vector<Line> lines_with(std::string_view part) const {
    std::vector<Line> found;
    for (Line& line : lines()) {
      if (line.message.find(part) != std::string::npos) found.push_back(std::move(line));
    }
    return found;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Line> lines_;
};

}  // namespace athanor::fakes
