#include "cli/terminal/console.hpp"

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include <sys/ioctl.h>
#include <unistd.h>

namespace athanor::cli {
namespace {

std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::Red:
      return "31";
    case Colour::Green:
      return "32";
    case Colour::Yellow:
      return "33";
    case Colour::Blue:
      return "34";
    case Colour::Dim:
      return "2";
    case Colour::Bold:
      return "1";
  }
  return "0";
}

class ProcessConsole final : public Console {
 public:
  void out(std::string_view text) override { std::cout << text; }
  void err(std::string_view text) override {
    std::cout.flush();  // so that the two keep their order on a terminal
    std::cerr << text << std::flush;
  }
  bool out_is_terminal() const override { return ::isatty(STDOUT_FILENO) == 1; }
  bool err_is_terminal() const override { return ::isatty(STDERR_FILENO) == 1; }

  std::size_t width() const override {
    constexpr std::size_t kUsual = 80;
    ::winsize size{};
    const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : kUsual;
  }

  std::string ask(std::string_view question) override {
    if (::isatty(STDIN_FILENO) != 1) return {};
    err(question);
    std::string answer;
    return std::getline(std::cin, answer) ? answer : std::string();
  }

  bool wants_colour() const override {
    const char* none = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    return (none == nullptr || *none == '\0') && terminal != nullptr && std::string_view(terminal) != "dumb";
  }
};

}  // namespace

std::string Console::coloured(Colour colour, std::string_view text) const {
  if (!wants_colour()) return std::string(text);
  return std::string("\x1b[").append(code_of(colour)).append("m").append(text).append("\x1b[0m");
}

Console& process_console() {
  static ProcessConsole console;
  return console;
}

}  // namespace athanor::cli
