#include "schema/finding_text.hpp"

#include <algorithm>
#include <string_view>

namespace athanor::schema {
namespace {

/// What a workflow command's message may not hold as it is; a property may hold less.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '%':
        out += "%25";
        break;
      case '\r':
        out += "%0D";
        break;
      case '\n':
        out += "%0A";
        break;
      case ':':
        out += property ? "%3A" : ":";
        break;
      case ',':
        out += property ? "%2C" : ",";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string_view github_level(Severity severity) {
  return severity == Severity::Info ? "notice" : to_string(severity);
}

constexpr std::string_view kMarkdownHead = R"(# What `athanor lint` finds

<!-- Printed by `athanor lint --rules --format markdown`: change operator/schema/lint_rules.cpp, not this page. -->

`athanor lint` reads every revision of the project with PostgreSQL's own parser and tells, with file and line, what
would fail, what would lock or rewrite a table that is in use, and what would destroy data. Nothing is run, and no
database is asked. It exits with 1 if there is an error, and with 0 otherwise.

Tables and columns that a revision makes itself may be locked, changed and dropped by it as it likes. The history is
followed: `ALTER COLUMN ... TYPE` is judged by the type that earlier revisions gave the column, and `SET NOT NULL` by
whether they proved it. Of a downgrade section only what keeps it from running is told. For projects on SQLite only the
rules marked so are looked at.

## Silencing a finding

    -- athanor:ignore create-index-not-concurrent the table has ten rows
    CREATE INDEX countries_name ON countries (name);

The comment names one rule and gives a reason, and silences that rule for the statement below it, or the one on whose
line it stands. Above the first section marker it is about the whole revision. Without a reason, or for a rule that does
not exist, it silences nothing and is itself found; so is one that silences nothing. `--exclude RULE` leaves a rule out
altogether, and `--only RULE` all others.

## Rules

)";

constexpr std::string_view kMarkdownTail = R"(
## What it does not see

What functions and `DO` blocks do, and what a view, trigger or partition makes of a statement; statements that
PostgreSQL 15's grammar does not know (`not-parsed`); how large a table is, and whether anybody uses it. A domain counts
as a type of its own. Where several branches of the history change the same table, they are followed one after another.
)";

}  // namespace

std::string finding_line(const Finding& finding) {
  return finding.file + ":" + std::to_string(finding.line) + ": " + std::string(to_string(finding.severity)) +
         ": " + finding.message + " [" + finding.rule + "]";
}

std::string github_annotation(const Finding& finding) {
  return "::" + std::string(github_level(finding.severity)) + " file=" + escaped(finding.file, true) +
         ",line=" + std::to_string(finding.line) + ",title=" + escaped(finding.rule, true) +
         "::" + escaped(finding.message, false);
}

std::string rules_text() {
  std::size_t width = 0;
  for (const RuleInfo& rule : all_rules()) width = std::max(width, rule.name.size());
  std::string text;
  for (const RuleInfo& rule : all_rules()) {
    std::string name(rule.name);
    name.resize(width, ' ');
    std::string severity(to_string(rule.severity));
    severity.resize(to_string(Severity::Warning).size(), ' ');
    text.append(name).append("  ").append(severity).append("  ").append(rule.summary).append("\n");
  }
  return text;
}

std::string rules_markdown() {
  std::string text(kMarkdownHead);
  text +=
      "| rule | severity | SQLite | what is found | what happens, and the safe way "
      "|\n|---|---|---|---|---|\n";
  for (const RuleInfo& rule : all_rules()) {
    text.append("| `").append(rule.name).append("` | ").append(to_string(rule.severity)).append(" | ");
    text.append(rule.sqlite ? "yes" : "").append(" | ").append(rule.summary).append(" | ").append(rule.why);
    text += " |\n";
  }
  return text.append(kMarkdownTail);
}

}  // namespace athanor::schema
