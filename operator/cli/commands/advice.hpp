// Commands that messages advise, made to work where they are pasted.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "cli/project/project.hpp"
#include "cli/terminal/console.hpp"

namespace athanor::cli {

/// The rooms behind the command line advise `athanor stamp base` and know of no options. Whoever typed
/// `-n staging` means that environment in what comes next as well.
class Advice {
 public:
  /// What each command is told again, by its name: "-n staging".
  using Options = std::map<std::string, std::string, std::less<>>;

  /// Completes nothing.
  Advice() = default;
  explicit Advice(Options options) : options_(std::move(options)) {}

  /// The text with a command's options behind each `athanor` that the command's name follows.
  [[nodiscard]] std::string complete(std::string_view text) const;

 private:
  Options options_;
};

/// "-c FILE -n SECTION", of what differs from the project that is meant without options; quoted for a shell.
[[nodiscard]] std::string project_options(const ProjectRequest& typed, const ProjectRequest& usual);

/// "--url …"; empty where none was typed. A URL with a password is not repeated: it stays the word URL.
[[nodiscard]] std::string url_option(const ProjectRequest& typed);

/// Another console, whose notes advise whole commands.
class AdvisingConsole final : public Console {
 public:
  /// @param console, advice outlive this
  AdvisingConsole(Console& console, const Advice& advice) : console_(console), advice_(advice) {}

  void out(std::string_view text) override { console_.out(text); }
  void err(std::string_view text) override { console_.err(text); }
  void note(std::string_view text) override { console_.note(advice_.complete(text)); }
  [[nodiscard]] bool out_is_terminal() const override { return console_.out_is_terminal(); }
  [[nodiscard]] bool err_is_terminal() const override { return console_.err_is_terminal(); }
  [[nodiscard]] std::size_t width() const override { return console_.width(); }
  [[nodiscard]] std::string ask(std::string_view question) override { return console_.ask(question); }
  [[nodiscard]] bool wants_colour() const override { return console_.wants_colour(); }

 private:
  Console& console_;
  const Advice& advice_;
};

}  // namespace athanor::cli
