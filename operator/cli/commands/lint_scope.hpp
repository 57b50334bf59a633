// Which of a project's findings `athanor lint` was asked for.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "schema/lint.hpp"

namespace athanor::cli {

/// Keeps the findings in what the words name, each a file (`versions/3f2a_x.sql`), a revision, or a range
/// `a:b` of what would be applied from a to b (`:b` from base, `a:` to the heads). A rule is judged by the
/// whole history, whatever is asked for. Findings about the set itself (no revision, graph errors) go with
/// revisions and ranges, since those depend on it.
/// @param files everything that was looked at
/// @return Terminal `NotARevisionFile`, `InvalidTarget`, `UnknownRevision` and their kind
[[nodiscard]] Result<std::vector<schema::Finding>> narrow(std::vector<schema::Finding> findings,
                                                          std::span<const schema::RevisionText> files,
                                                          std::span<const std::string> words);

}  // namespace athanor::cli
