// Options whose value is one of some words.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace athanor::cli {

/// Refuses any other word, with those that there are, or with the one that was probably meant.
[[nodiscard]] CLI::Validator one_of(std::vector<std::string> words);

}  // namespace athanor::cli
