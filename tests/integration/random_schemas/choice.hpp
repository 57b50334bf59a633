// Chance that stays the same where it should: each object draws by its own name.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace athanor::testing {

/// The choices about one object.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  /// From 0 to below `end`.
  int below(int end) { return static_cast<int>(random_() % static_cast<std::uint64_t>(end)); }
  bool chance(int percent) { return below(100) < percent; }
  std::string one_of(const std::vector<std::string>& choices) {
    return choices[static_cast<std::size_t>(below(static_cast<int>(choices.size())))];
  }

 private:
  std::mt19937_64 random_;
};

/// Which seed an object draws from: a schema is changed by giving some objects another one.
struct Seeds {
  std::uint32_t base = 0;
  std::uint32_t other = 0;
  int changed_percent = 0;  ///< of the objects, which draw from the other seed

  [[nodiscard]] Draw of(std::string_view object) const {
    std::uint64_t name = 14695981039346656037U;  // FNV-1a
    for (const char c : object) name = (name ^ static_cast<unsigned char>(c)) * 1099511628211U;
    Draw which(name ^ (std::uint64_t{other} << 32));
    return Draw(name + 0x9E3779B97F4A7C15U * (which.chance(changed_percent) ? other : base));
  }
};

}  // namespace athanor::testing
