#include "cli/commands/advice.hpp"

#include <cctype>

#include "api/database_url.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

constexpr std::string_view kProgram = "athanor ";
constexpr std::string_view kPlugin = "kubectl ";

/// `kubectl athanor`, `kubectl-athanor` and `/usr/bin/athanor` are other programs, or typed in full.
bool begins_a_command(std::string_view before) {
  if (before.empty()) return true;
  const auto last = static_cast<unsigned char>(before.back());
  const bool inside_a_word =
      std::isalnum(last) != 0 || std::string_view("-_./").find(before.back()) != std::string_view::npos;
  return !inside_a_word && !before.ends_with(kPlugin);
}

std::string_view first_word(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (std::islower(static_cast<unsigned char>(text[end])) != 0 || text[end] == '-'))
    ++end;
  return text.substr(0, end);
}

}  // namespace

std::string Advice::complete(std::string_view text) const {
  std::string completed;
  for (std::size_t at = text.find(kProgram); at != std::string_view::npos; at = text.find(kProgram)) {
    const bool is_command = begins_a_command(text.substr(0, at));
    completed += text.substr(0, at + kProgram.size());
    text.remove_prefix(at + kProgram.size());
    const std::string_view name = first_word(text);
    const auto found = options_.find(name);
    // `athanor upgrade (alice@laptop)` is how a session names itself to the server.
    const bool is_session = text.substr(name.size()).starts_with(" (");
    if (is_command && !is_session && found != options_.end() && !found->second.empty())
      completed += found->second + " ";
  }
  return completed.append(text);
}

std::string project_options(const ProjectRequest& typed, const ProjectRequest& usual) {
  std::string options;
  if (typed.config != usual.config) options += "-c " + shell_word(typed.config);
  if (typed.section != usual.section) {
    options += (options.empty() ? "-n " : " -n ") + shell_word(typed.section);
  }
  return options;
}

std::string url_option(const ProjectRequest& typed) {
  if (typed.url.empty()) return {};
  return "--url " + (api::url_has_password(typed.url) ? "URL" : shell_word(typed.url));
}

}  // namespace athanor::cli
