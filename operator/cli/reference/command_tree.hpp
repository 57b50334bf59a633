// The option table as plain values: what the documentation and the shells' completion are made from.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace athanor::cli {

/// An option, a flag or a positional.
struct OptionEntry {
  std::vector<std::string> names;  ///< with their dashes, short ones first; a positional has one, without
  /// What stands for the value: "FILE", "text|json"; empty for a flag.
  std::string value;
  std::string text;
  std::string group;
  bool required = false;
  bool repeated = false;  ///< takes any number of values

  [[nodiscard]] bool is_flag() const { return value.empty(); }
};

struct CommandEntry {
  std::string name;
  std::string summary;
  std::string footer;  ///< notes and examples, as --help prints them
  std::vector<OptionEntry> options;
  std::vector<OptionEntry> positionals;
  std::vector<CommandEntry> commands;
};

/// Reads the table of a program. What is hidden (CLI11: a group without a name) is left out.
[[nodiscard]] CommandEntry command_tree(const CLI::App& app);

/// What completion can offer for a value, told from the word that stands for it.
enum class ValueKind {
  Other,     ///< only the person knows
  Words,     ///< one of the words that `|` separates
  File,      ///< FILE
  Folder,    ///< DIR, DIRECTORY
  Section,   ///< SECTION: one of the ini file's
  Revision,  ///< REVISION, TARGET
};

[[nodiscard]] ValueKind kind_of(const OptionEntry& option);

/// "text|json" as "text json", for a shell.
[[nodiscard]] std::string listed_words(const OptionEntry& option);

/// The command whose --json lists the ids that completion offers.
[[nodiscard]] std::string revision_lister(const CommandEntry& program);

}  // namespace athanor::cli
