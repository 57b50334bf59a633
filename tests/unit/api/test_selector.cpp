#include <gtest/gtest.h>

#include "api/codec.hpp"

namespace athanor::api {
namespace {

using LabelMap = std::map<std::string, std::string, std::less<>>;

struct Case {
  std::string name;
  LabelSelector selector;
  LabelMap labels;
  bool selected;
};

class Selects : public testing::TestWithParam<Case> {};

TEST_P(Selects, FollowsKubernetes) {
  EXPECT_EQ(selects(GetParam().selector, GetParam().labels), GetParam().selected);
}

LabelSelector expression(std::string op, std::vector<std::string> values) {
  return {{}, {{"tier", std::move(op), std::move(values)}}};
}

INSTANTIATE_TEST_SUITE_P(
    Selectors, Selects,
    testing::Values(
        Case{"an_empty_selector_selects_nothing", {}, {{"app", "shop"}}, false},
        Case{"every_label_must_match", {{{"app", "shop"}, {"env", "x"}}, {}}, {{"app", "shop"}}, false},
        Case{"more_labels_than_asked_for", {{{"app", "shop"}}, {}}, {{"app", "shop"}, {"b", "c"}}, true},
        Case{"another_value", {{{"app", "shop"}}, {}}, {{"app", "till"}}, false},
        Case{"in_the_list", expression("In", {"a", "b"}), {{"tier", "b"}}, true},
        Case{"not_in_the_list", expression("In", {"a", "b"}), {{"tier", "c"}}, false},
        Case{"In_needs_the_label", expression("In", {"a"}), {}, false},
        Case{"NotIn_takes_other_values", expression("NotIn", {"a"}), {{"tier", "b"}}, true},
        Case{"NotIn_takes_an_absent_label", expression("NotIn", {"a"}), {}, true},
        Case{"NotIn_refuses_a_listed_value", expression("NotIn", {"a"}), {{"tier", "a"}}, false},
        Case{"Exists_takes_any_value", expression("Exists", {}), {{"tier", ""}}, true},
        Case{"Exists_needs_the_label", expression("Exists", {}), {}, false},
        Case{"DoesNotExist_refuses_the_label", expression("DoesNotExist", {}), {{"tier", "a"}}, false},
        Case{"DoesNotExist_takes_its_absence", expression("DoesNotExist", {}), {{"x", "y"}}, true},
        Case{"labels_and_expressions_must_both_hold",
             {{{"app", "shop"}}, {{"tier", "Exists", {}}}},
             {{"app", "shop"}},
             false},
        Case{"an_unknown_operator_selects_nothing", expression("Like", {"a"}), {{"tier", "a"}}, false}),
    [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace athanor::api
