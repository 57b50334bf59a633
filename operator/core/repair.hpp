// What a person may set right in the ledger, worked out before anything is written: `athanor repair`. No side
// effects.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/history.hpp"
#include "core/result.hpp"
#include "core/revision_graph.hpp"
#include "core/sql_script.hpp"

namespace athanor {

/// An applied revision whose file was changed since, and is to count as what was run.
struct Acceptance {
  std::string revision;
  std::string source;      ///< of the file
  std::string recorded;    ///< checksum of the upgrade section that was run, as the ledger has it
  std::string checksum;    ///< of the file's: what the ledger will have
  std::string applied_at;  ///< RFC 3339
};

/// @return Terminal `UnknownRevision` if the set does not have it; Terminal `NothingToRepair` if it is not
/// applied, the ledger does not know what was run, or its file is what was run
[[nodiscard]] Result<Acceptance> plan_acceptance(const RevisionGraph& graph, const DatabaseState& database,
                                                 const std::string& revision);

enum class StatementVerdict {
  Done,     ///< it is in the database: the run goes on behind it
  NotDone,  ///< it is not: the run goes on with it, and its text may be changed
};

/// The statement at which a `transaction: off` revision was interrupted, and what is to be known of it.
struct StatementMark {
  std::string revision;
  Direction direction = Direction::Upgrade;
  StatementVerdict verdict = StatementVerdict::NotDone;
  std::size_t statements_done = 0;  ///< before the mark; the statement is the one behind them
  std::size_t statements = 0;       ///< of the section; 0: the file is not the one that was begun
  std::string text;                 ///< of the statement; empty where the file is not the one that was begun
  std::size_t line = 0;             ///< of the file; 0 likewise
};

/// @param statements of the section that is run, as this database splits it
/// @return Terminal `NothingToRepair` if no run is open, another revision's is, or nothing is in doubt (all
/// statements are in; or it is known that the next is not, which is no error for NotDone); Terminal
/// `UnknownRevision`, `InterruptedRevisionEdited` if the file of a statement to be marked as done is not
/// there or not the one that was begun
[[nodiscard]] Result<StatementMark> plan_mark(const RevisionGraph& graph, const DatabaseState& database,
                                              const std::vector<Statement>& statements,
                                              const std::string& revision, StatementVerdict verdict);

/// The section that an interrupted run is in the midst of; null if the set does not have it.
[[nodiscard]] const SqlSection* interrupted_section(const RevisionGraph& graph, const InterruptedRun& run);

}  // namespace athanor
