// Tables keyed by sentences: a case's sentence as the name that GoogleTest prints.
#pragma once

#include <cctype>
#include <string>

#include <gtest/gtest.h>

namespace athanor {

/// For INSTANTIATE_TEST_SUITE_P: the case's `sentence`, with what a name may not hold as underscores.
template <class Case>
std::string sentence_name(const ::testing::TestParamInfo<Case>& info) {
  std::string name = info.param.sentence;
  for (char& letter : name) {
    if (std::isalnum(static_cast<unsigned char>(letter)) == 0) letter = '_';
  }
  return name;
}

}  // namespace athanor
