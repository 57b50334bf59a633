// The engine and the controller, to be measured against others by bench.py.
//
//   athanor_bench apply URL FOLDER              applies a folder of revisions
//   athanor_bench reconcile URL FOLDER PASSES   reconciles an environment that is up to date, PASSES times
//   athanor_bench plan REVISIONS PASSES         builds and plans one chain, PASSES times
//
// Each prints one JSON object.
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "bench/bench_apply.hpp"
#include "bench/bench_plan.hpp"
#include "bench/bench_reconcile.hpp"

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  try {
    if (words.size() == 3 && words[0] == "apply") {
      std::cout << athanor::bench::apply(words[1], words[2]) << '\n';
      return 0;
    }
    if (words.size() == 4 && words[0] == "reconcile") {
      std::cout << athanor::bench::reconcile(words[1], words[2], std::stoi(words[3])) << '\n';
      return 0;
    }
    if (words.size() == 3 && words[0] == "plan") {
      std::cout << athanor::bench::plan(std::stoul(words[1]), std::stoi(words[2])) << '\n';
      return 0;
    }
  } catch (const std::exception& error) {
    std::cerr << "athanor_bench: " << error.what() << '\n';
    return 1;
  }
  std::cerr
      << "usage: athanor_bench apply URL FOLDER | reconcile URL FOLDER PASSES | plan REVISIONS PASSES\n";
  return 2;
}
