#include "cli/commands/mistyped.hpp"

#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/words.hpp"

namespace athanor::cli {
namespace {

bool takes_value(const CLI::Option& option) {
  return option.get_items_expected_max() > 0;
}

/// "--url", or "-x" where there is nothing longer.
std::string name_of(const CLI::Option& option) {
  return option.get_lnames().empty() ? "-" + option.get_snames().front() : "--" + option.get_lnames().front();
}

void add_option_names(const CLI::App& app, std::vector<std::string>& names) {
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) names.push_back(name_of(*option));
  }
  for (const CLI::App* group : app.get_subcommands({})) {
    if (group->get_name().empty()) add_option_names(*group, names);
  }
}

std::string unknown_option(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  add_option_names(app, names);
  const std::string near = closest_word(word, names);
  return fmt::format(
      "{} has no option {}; {}", app.get_name(), word,
      near.empty() ? "it has: " + join_words(names, names.size()) : "did you mean " + near + "?");
}

std::string unknown_command(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (!command->get_group().empty()) names.push_back(command->get_name());
  }
  const std::string near = closest_word(word, names);
  return fmt::format("\"{}\" is no command; {}there is: {}", word,
                     near.empty() ? "" : fmt::format("did you mean {}? Else ", near),
                     join_words(names, names.size()));
}

/// `-1` and `+2` are targets; so is `-`, which is standard input too.
bool is_option(std::string_view word) {
  return word.size() > 1 && word.front() == '-' && (word[1] < '0' || word[1] > '9');
}

/// Goes along the words as the parser will.
class Reader {
 public:
  Reader(const CLI::App& app, std::vector<std::string> words) : app_(&app), words_(std::move(words)) {}

  WordsLook read() {
    for (; at_ < words_.size() && words_[at_] != "--"; ++at_) {
      const std::string& word = words_[at_];
      if (word.starts_with("--")) {
        long_option(word);
      } else if (is_option(word)) {
        short_options(word);
      } else if (!in_command_) {
        command(word);
      }
    }
    return std::move(look_);
  }

 private:
  void complain(std::string text) {
    if (look_.wrong.empty()) look_.wrong = std::move(text);
  }

  void command(const std::string& word) {
    in_command_ = true;
    for (const CLI::App* command : app_->get_subcommands({})) {
      if (command->get_name() != word) continue;
      app_ = command;
      return;
    }
    complain(unknown_command(*app_, word));
  }

  void long_option(const std::string& word) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const CLI::Option* option = app_->get_option_no_throw(name);
    // Once the command is unknown, so are its options.
    if (option == nullptr) return complain(unknown_option(*app_, name));
    if (equals == std::string::npos) return use(*option, {}, false);
    if (equals + 1 == word.size() && takes_value(*option) && option->get_items_expected_min() > 0)
      return complain(fmt::format("{} is given no value; leave it out, or say which", name));
    use(*option, word.substr(equals + 1), true);
  }

  /// `-iv` is two flags, and `-nstaging` has its value with it.
  void short_options(const std::string& word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const std::string name{'-', word[i]};
      const CLI::Option* option = app_->get_option_no_throw(name);
      if (option == nullptr) return complain(unknown_option(*app_, i == 1 ? word : name));
      const bool has_rest = i + 1 < word.size();
      const std::size_t value = i + 1 + (has_rest && word[i + 1] == '=' ? 1 : 0);
      use(*option, has_rest ? word.substr(value) : "", has_rest);
      if (takes_value(*option)) return;
    }
  }

  void use(const CLI::Option& option, std::string value, bool is_attached) {
    if (!is_attached && takes_value(option) && option.get_items_expected_min() > 0) {
      if (++at_ < words_.size()) value = words_[at_];
    }
    // kubectl's own way to say it is -o json.
    const bool is_output = option.check_lname("output") && option.get_type_name() == "json";
    if (option.check_lname("json") || (is_output && value == "json")) look_.json = true;
  }

  const CLI::App* app_;
  const std::vector<std::string> words_;
  std::size_t at_ = 0;
  bool in_command_ = false;
  WordsLook look_;
};

}  // namespace

WordsLook look_at_words(const CLI::App& app, int argc, const char* const* argv) {
  return Reader(app, {argv + 1, argv + argc}).read();
}

}  // namespace athanor::cli
