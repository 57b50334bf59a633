// What is said of a `transaction: off` revision that can't go on, and how a person can let it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/audience.hpp"
#include "core/result.hpp"
#include "core/sql_script.hpp"
#include "engine/bare_statement.hpp"
#include "engine/step_work.hpp"

namespace athanor::engine {

/// Where a run stands.
struct RunStanding {
  const StepWork& work;
  std::string ledger;  ///< qualified and quoted
  std::int64_t seq = 0;
  std::size_t done = 0;  ///< statements
  Audience audience = Audience::Operator;
};

/// An error of the database, said of the statement that it happened in.
[[nodiscard]] Error statement_failed(Error error, const Statement& statement, const RunStanding& run);

/// Terminal `InterruptedStatement`: a person has to look whether the statement is in.
[[nodiscard]] Error undecided(const Statement& statement, const BareStatement& bare, const RunStanding& run);

/// Terminal `InterruptedStatement` for a DETACH PARTITION ... CONCURRENTLY that failed between its halves.
[[nodiscard]] Error half_detached(Error cause, const Statement& statement, const BareStatement& bare,
                                  const RunStanding& run);

/// Terminal `TemporaryTableLost`: what `statement` made went with the session that was interrupted.
[[nodiscard]] Error temporary_lost(const Statement& statement, const RunStanding& run);

/// An error of the protocol's own bookkeeping between statements.
[[nodiscard]] Error bookkeeping_failed(Error error, const RunStanding& run);

}  // namespace athanor::engine
