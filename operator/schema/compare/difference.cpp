#include "schema/compare/difference.hpp"

#include <utility>

namespace athanor::schema {

std::vector<Fact> changed_facts(const Object& before, const Object& after) {
  std::vector<Fact> changed;
  auto left = before.facts.begin();
  auto right = after.facts.begin();
  while (left != before.facts.end() || right != after.facts.end()) {
    if (right == after.facts.end() || (left != before.facts.end() && left->first < right->first)) {
      changed.push_back(left++->first);
    } else if (left == before.facts.end() || right->first < left->first) {
      changed.push_back(right++->first);
    } else {
      if (left->second != right->second) changed.push_back(left->first);
      ++left;
      ++right;
    }
  }
  return changed;
}

std::vector<Difference> compare(const Catalog& before, const Catalog& after) {
  std::vector<Difference> differences;
  auto left = before.begin();
  auto right = after.begin();
  while (left != before.end() || right != after.end()) {
    if (right == after.end() || (left != before.end() && left->first < right->first)) {
      differences.push_back({&left++->second, nullptr, {}});
    } else if (left == before.end() || right->first < left->first) {
      differences.push_back({nullptr, &right++->second, {}});
    } else {
      auto facts = changed_facts(left->second, right->second);
      if (!facts.empty()) differences.push_back({&left->second, &right->second, std::move(facts)});
      ++left;
      ++right;
    }
  }
  return differences;
}

}  // namespace athanor::schema
