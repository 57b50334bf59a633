// Where commands write: data on standard output, all else on standard error.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace athanor::cli {

enum class Colour { Red, Green, Yellow, Blue, Dim, Bold };

class Console {
 public:
  virtual ~Console() = default;

  /// To standard output, as it is.
  virtual void out(std::string_view text) = 0;
  /// To standard error, as it is.
  virtual void err(std::string_view text) = 0;

  /// Standard output is a terminal.
  [[nodiscard]] virtual bool out_is_terminal() const = 0;
  /// Standard error is one: progress bars may be drawn.
  [[nodiscard]] virtual bool err_is_terminal() const = 0;
  /// Columns of the terminal; 80 where that is not known.
  [[nodiscard]] virtual std::size_t width() const = 0;
  /// Asks a question on the terminal. @return the answer's line; "" without a terminal or at the end of input
  [[nodiscard]] virtual std::string ask(std::string_view question) = 0;

  void line(std::string_view text) { out(std::string(text) + "\n"); }
  /// A line for people, to standard error.
  virtual void note(std::string_view text) { err(std::string(text) + "\n"); }

  /// Whether terminals get colours at all.
  [[nodiscard]] virtual bool wants_colour() const { return true; }

  /// `text` in a colour where standard output is a terminal, and as it is elsewhere.
  [[nodiscard]] std::string paint(Colour colour, std::string_view text) const {
    return out_is_terminal() ? coloured(colour, text) : std::string(text);
  }
  /// The same for standard error.
  [[nodiscard]] std::string paint_err(Colour colour, std::string_view text) const {
    return err_is_terminal() ? coloured(colour, text) : std::string(text);
  }

 private:
  [[nodiscard]] std::string coloured(Colour colour, std::string_view text) const;
};

/// The process's own. Colour only on a terminal, and not where NO_COLOR is set or TERM is dumb.
[[nodiscard]] Console& process_console();

}  // namespace athanor::cli
