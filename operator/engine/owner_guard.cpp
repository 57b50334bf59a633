#include "engine/owner_guard.hpp"

#include <fmt/format.h>

namespace athanor::engine {

namespace {

bool equal_where_known(std::string_view a, std::string_view b) {
  return a.empty() || b.empty() || a == b;
}

}  // namespace

Ownership ownership_of(const std::optional<Owner>& recorded, const Owner& self, std::string_view take_over) {
  if (!recorded || recorded->name.empty()) return Ownership::Unowned;
  if (!equal_where_known(recorded->server, self.server)) return Ownership::Copy;
  const bool same = recorded->name == self.name && recorded->ns == self.ns &&
                    equal_where_known(recorded->cluster, self.cluster);
  if (same) return Ownership::Ours;
  return take_over == recorded->short_name() ? Ownership::TakenOver : Ownership::Elsewhere;
}

Error owned_elsewhere(const Owner& recorded, const Owner& self, Audience audience) {
  const bool cluster = audience == Audience::Operator;
  return Error{
      ErrorKind::Terminal, "DatabaseOwnedElsewhere",
      fmt::format("this database belongs to the environment {}, and this is {}. If {} points at it "
                  "by mistake, correct {}. If it is meant to take the database over, say so with {} {}.",
                  recorded.describe(), self.describe(), self.short_name(),
                  cluster ? "its database settings" : "its sqlalchemy.url, or --url",
                  cluster ? "the annotation athanor.dev/take-over:" : "--take-over", recorded.short_name())};
}

}  // namespace athanor::engine
