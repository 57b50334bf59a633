// One operator per state directory.
#pragma once

#include <filesystem>
#include <memory>

#include "core/result.hpp"

namespace athanor::manifests {

/// Holds STATE/.lock for as long as it lives; the kernel lets go of it however the process ends. No child
/// inherits it.
class StateLock {
 public:
  /// Makes the folder if it isn't there.
  /// @return Terminal `StateInUse`, naming the process that holds it; Terminal `StateUnwritable`
  [[nodiscard]] static Result<std::unique_ptr<StateLock>> take(const std::filesystem::path& state);
  ~StateLock();
  StateLock(const StateLock&) = delete;
  StateLock& operator=(const StateLock&) = delete;

 private:
  explicit StateLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace athanor::manifests
