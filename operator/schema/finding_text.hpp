// Findings and rules as text. No side effects.
#pragma once

#include <string>

#include "schema/lint.hpp"

namespace athanor::schema {

/// `file:line: severity: message [rule]`, which editors and people can follow.
[[nodiscard]] std::string finding_line(const Finding& finding);

/// A workflow command of GitHub Actions, which puts the finding beside the line in a pull request:
/// `::warning file=…,line=…,title=rule::message`. What would end a part of it is escaped.
[[nodiscard]] std::string github_annotation(const Finding& finding);

/// The list of rules for a terminal: name, severity, and what is found.
[[nodiscard]] std::string rules_text();

/// docs/lint.md.
[[nodiscard]] std::string rules_markdown();

}  // namespace athanor::schema
