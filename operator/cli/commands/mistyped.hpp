// What a command line says that no option table has, told from the words alone.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace athanor::cli {

struct WordsLook {
  std::string wrong;  ///< what to tell who mistyped something; empty: nothing is
  bool json = false;  ///< errors are wanted as JSON
};

/// Asked before the parse, which would say no more than that something else is missing, and take the next
/// word for the value that `--url=` has not.
[[nodiscard]] WordsLook look_at_words(const CLI::App& app, int argc, const char* const* argv);

}  // namespace athanor::cli
