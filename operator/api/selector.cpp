// Which labels a selector takes.
#include <algorithm>

#include "api/codec.hpp"

namespace athanor::api {
namespace {

using LabelMap = std::map<std::string, std::string, std::less<>>;

bool holds(const LabelSelector::Requirement& requirement, const LabelMap& labels) {
  const auto label = labels.find(requirement.key);
  const bool listed = label != labels.end() && std::find(requirement.values.begin(), requirement.values.end(),
                                                         label->second) != requirement.values.end();
  if (requirement.op == "In") return listed;
  if (requirement.op == "NotIn") return !listed;
  if (requirement.op == "Exists") return label != labels.end();
  if (requirement.op == "DoesNotExist") return label == labels.end();
  return false;  // decode_spec() lets no other operator through
}

}  // namespace

bool selects(const LabelSelector& selector, const LabelMap& labels) {
  if (selector.match_labels.empty() && selector.match_expressions.empty()) return false;
  const bool labels_match =
      std::all_of(selector.match_labels.begin(), selector.match_labels.end(), [&labels](const auto& wanted) {
        const auto label = labels.find(wanted.first);
        return label != labels.end() && label->second == wanted.second;
      });
  return labels_match &&
         std::all_of(selector.match_expressions.begin(), selector.match_expressions.end(),
                     [&labels](const auto& requirement) { return holds(requirement, labels); });
}

}  // namespace athanor::api
