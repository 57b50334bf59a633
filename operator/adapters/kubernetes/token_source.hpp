// The bearer token, which a kubelet or a person may replace at any time.
#pragma once

#include <chrono>
#include <filesystem>
#include <mutex>
#include <string>

#include "core/result.hpp"
#include "ports/clock.hpp"
#include "ports/filesystem.hpp"

namespace athanor::kubernetes {

/// Where a token comes from; both empty: requests carry none (client certificates do without).
struct TokenSettings {
  std::string token;           ///< fixed; used where the file can't be read yet
  std::filesystem::path file;  ///< read again; goes first

  bool operator==(const TokenSettings&) const = default;
};

/// Reads the token's file again once a minute (service account tokens are rotated in place), and when told
/// that the server refused the last one. Thread-safe.
class TokenSource {
 public:
  static constexpr std::chrono::minutes kReadAgainAfter{1};

  /// @param files, clock must outlive the source
  TokenSource(TokenSettings settings, const ports::Filesystem& files, const ports::Clock& clock)
      : settings_(std::move(settings)), files_(files), clock_(clock), token_(settings_.token) {}

  /// The token, without white space around it; empty if there is none. A file that can't be read leaves the
  /// token that was read before in use.
  /// @return Transient `FileMissing` or `FileUnreadable` if there is a file and no token was ever read;
  ///   Transient `Unauthorized` for a file that holds none
  [[nodiscard]] Result<std::string> token();

  /// Reads the file again now, since the server refused `refused`.
  /// @return true if there is another token to try
  [[nodiscard]] bool refresh(const std::string& refused);

 private:
  /// REQUIRES: mutex_ held.
  [[nodiscard]] Result<void> read();

  const TokenSettings settings_;
  const ports::Filesystem& files_;
  const ports::Clock& clock_;
  std::mutex mutex_;
  std::string token_;
  bool was_read_ = false;
  ports::MonoTime read_at_{};
};

}  // namespace athanor::kubernetes
