// What Prometheus' own checker thinks of a scrape.
#pragma once

#include <array>
#include <cstdio>
#include <string>

#include "support/temp_folder.hpp"

namespace athanor::prometheus_metrics {

/// The output of `promtool check metrics`; empty if there is nothing to say.
inline std::string promtool_complaints(const std::string& scraped) {
  const athanor::testing::TempFolder folder;
  const std::string file = folder.write("scrape", scraped);
  const std::string command = std::string(ATHANOR_PROMTOOL) + " check metrics < " + file + " 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return "promtool cannot be run";
  std::string output;
  std::array<char, 4096> piece;
  while (::fgets(piece.data(), piece.size(), pipe) != nullptr) output += piece.data();
  const int status = ::pclose(pipe);
  if (status != 0 && output.empty()) output = "promtool failed without a word";
  return output;
}

}  // namespace athanor::prometheus_metrics
