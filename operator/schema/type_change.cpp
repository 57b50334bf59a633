#include "schema/type_change.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace athanor::schema {
namespace {

/// Temporal types keep microseconds: six digits.
constexpr int kMostDigits = 6;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Same type, other length.
bool lets_all_through(const TypeShape& from, const TypeShape& to) {
  if (to.modifiers.empty()) return true;
  if (is_one_of(to.name, {"timestamp", "timestamptz", "time", "timetz"})) {
    const int digits = from.modifiers.empty() ? kMostDigits : from.modifiers[0];
    return to.modifiers[0] >= std::min(digits, kMostDigits);
  }
  if (from.modifiers.empty()) return false;
  if (is_one_of(to.name, {"varchar", "varbit"})) return to.modifiers[0] >= from.modifiers[0];
  if (to.name == "numeric") {
    const auto scale = [](const TypeShape& type) {
      return type.modifiers.size() > 1 ? type.modifiers[1] : 0;
    };
    return scale(to) == scale(from) && to.modifiers[0] >= from.modifiers[0];
  }
  return false;
}

/// Types whose values are those of another, bit for bit.
bool same_bits(const TypeShape& from, const TypeShape& to) {
  using Pair = std::pair<std::string_view, std::string_view>;
  static constexpr std::array kPairs = {Pair{"varchar", "text"}, Pair{"text", "varchar"},
                                        Pair{"cidr", "inet"}, Pair{"bit", "varbit"}, Pair{"xml", "text"}};
  return to.modifiers.empty() &&
         std::find(kPairs.begin(), kPairs.end(), Pair(from.name, to.name)) != kPairs.end();
}

}  // namespace

TypeChange judge_type_change(const std::optional<TypeShape>& from, const TypeShape& to, bool computed) {
  if (computed) return TypeChange::Rewrites;
  if (!from) return TypeChange::Unknown;
  if (*from == to) return TypeChange::Harmless;
  const bool keeps = !from->array && !to.array &&
                     (from->name == to.name ? lets_all_through(*from, to) : same_bits(*from, to));
  return keeps ? TypeChange::Harmless : TypeChange::Rewrites;
}

}  // namespace athanor::schema
