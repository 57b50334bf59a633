// Newline-delimited JSON out of pieces that end anywhere.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace athanor::kubernetes {

/// An object of the API server is at most 1.5 MiB (etcd's limit); JSON escapes and managedFields can make a
/// line several times longer.
inline constexpr std::size_t kMaxWatchLineBytes = std::size_t{16} * 1024 * 1024;

/// Return false to take no more lines.
using LineHandler = std::function<bool(std::string_view line)>;

/// Cuts a stream of bytes into lines. Lines come without their line end; empty ones are left out.
class LineDecoder {
 public:
  explicit LineDecoder(std::size_t max_line_bytes = kMaxWatchLineBytes) : max_line_bytes_(max_line_bytes) {}

  /// Hands every line that is complete now to `on_line`. What stands after the last line end is kept for the
  /// next piece; a stream that ends there was cut off, and its last, half line is dropped.
  /// @return false as soon as `on_line` said so; Transient `ApiUnavailable` for a line that is too long
  [[nodiscard]] Result<bool> feed(std::string_view piece, const LineHandler& on_line);

 private:
  [[nodiscard]] Result<bool> complete_line(std::string_view end, const LineHandler& on_line);
  [[nodiscard]] Result<void> keep(std::string_view rest);

  std::size_t max_line_bytes_;
  std::string begun_;
};

}  // namespace athanor::kubernetes
