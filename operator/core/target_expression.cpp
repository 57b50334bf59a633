#include "core/target_expression.hpp"

#include <charconv>
#include <limits>

namespace athanor {
namespace {

tl::unexpected<Error> invalid(std::string message) {
  return fail(ErrorKind::Terminal, "InvalidTarget", std::move(message));
}

/// @param text a sign and digits
int to_steps(std::string_view text) {
  int count = 0;
  const auto parsed = std::from_chars(text.data() + 1, text.data() + text.size(), count);
  if (parsed.ec != std::errc()) count = std::numeric_limits<int>::max();
  return text.front() == '-' ? -count : count;
}

}  // namespace

Result<TargetExpression> parse_target(const RevisionGraph& graph, std::string_view expression) {
  const std::string quoted = "\"" + std::string(expression) + "\"";
  if (expression.empty()) {
    return invalid("The target is empty. Write head, heads, base, a revision's id, label@head, +1 or -1.");
  }
  if (expression.find(':') != std::string_view::npos) {
    return invalid("The target " + quoted +
                   " is a range. A range from:to is for --sql and for history -r only.");
  }
  const std::size_t at = expression.find('@');
  TargetExpression parts;
  if (at != std::string_view::npos) parts.label = std::string(expression.substr(0, at));
  const std::string_view rest = at == std::string_view::npos ? expression : expression.substr(at + 1);
  if ((at != std::string_view::npos && parts.label.empty()) || rest.empty() ||
      rest.find('@') != std::string_view::npos) {
    return invalid("The target " + quoted +
                   " is malformed. Write label@head, label@id, label@+1 or label@-1.");
  }
  parts.symbol = std::string(rest);
  const std::size_t sign = rest.find_last_of("+-");
  const bool counts = sign != std::string_view::npos && sign + 1 < rest.size() &&
                      rest.find_first_not_of("0123456789", sign + 1) == std::string_view::npos;
  if (!counts || graph.find(rest) || graph.find_label(rest)) return parts;
  parts.symbol = std::string(rest.substr(0, sign));
  parts.steps = to_steps(rest.substr(sign));
  return parts;
}

}  // namespace athanor
