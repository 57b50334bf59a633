#include "cli/commands/lint_output.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands/json_text.hpp"
#include "schema/finding_text.hpp"

namespace athanor::cli {
namespace {

using nlohmann::ordered_json;
using schema::Finding;
using schema::Severity;

std::string findings_json(std::span<const Finding> findings) {
  auto listed = ordered_json::array();
  for (const Finding& finding : findings) {
    listed.push_back(
        {{"rule", finding.rule},
         {"severity", to_string(finding.severity)},
         {"revision", finding.revision.empty() ? ordered_json() : ordered_json(finding.revision)},
         {"file", finding.file},
         {"line", finding.line},
         {"message", finding.message}});
  }
  return json_text(listed) + "\n";
}

std::string rules_json() {
  auto listed = ordered_json::array();
  for (const schema::RuleInfo& rule : schema::all_rules()) {
    listed.push_back({{"name", rule.name},
                      {"severity", to_string(rule.severity)},
                      {"summary", rule.summary},
                      {"why", rule.why},
                      {"sqlite", rule.sqlite}});
  }
  return json_text(listed) + "\n";
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

std::string findings_output(std::span<const Finding> findings, LintFormat format) {
  if (format == LintFormat::Json) return findings_json(findings);
  std::string out;
  for (const Finding& finding : findings) {
    out += format == LintFormat::Github ? schema::github_annotation(finding) : schema::finding_line(finding);
    out += "\n";
  }
  return out;
}

std::string rules_output(LintFormat format) {
  switch (format) {
    case LintFormat::Json:
      return rules_json();
    case LintFormat::Markdown:
      return schema::rules_markdown();
    case LintFormat::Text:
    case LintFormat::Github:
      break;
  }
  return schema::rules_text();
}

std::string lint_summary(std::span<const Finding> findings, std::size_t files) {
  std::string parts;
  for (const Severity severity : {Severity::Error, Severity::Warning, Severity::Info}) {
    const auto count = static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(),
                      [severity](const Finding& one) { return one.severity == severity; }));
    if (count == 0) continue;
    const std::string part = severity == Severity::Info ? fmt::format("{} for information", count)
                                                        : counted(count, to_string(severity));
    parts += (parts.empty() ? "" : ", ") + part;
  }
  return counted(files, "file") + ": " + (parts.empty() ? "nothing found" : parts);
}

bool has_error(std::span<const Finding> findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.severity == Severity::Error; });
}

}  // namespace athanor::cli
