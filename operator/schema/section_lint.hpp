// The statements of one revision, judged one after another.
#pragma once

#include <vector>

#include "core/revision.hpp"
#include "schema/ignores.hpp"
#include "schema/known_tables.hpp"
#include "schema/lint.hpp"

namespace athanor::schema {

/// Findings in both sections, without those that an ignore silences, and with those about the ignores
/// themselves. Of a downgrade section only what keeps it from running at all is told.
/// @param tables as the revision's ancestors have left them; follows its upgrade
[[nodiscard]] std::vector<Finding> lint_sections(const Revision& revision, const LintOptions& options,
                                                 KnownTables& tables);

/// Findings about ignores that silence nothing.
[[nodiscard]] std::vector<Finding> check_ignores(const std::vector<Ignore>& ignores,
                                                 const Revision& revision);

}  // namespace athanor::schema
