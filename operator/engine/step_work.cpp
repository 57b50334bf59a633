#include "engine/step_work.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "core/id_width.hpp"
#include "engine/bare_statement.hpp"

namespace athanor::engine {

namespace {

tl::unexpected<Error> refuse(const Revision& revision, std::size_t line, std::string reason,
                             std::string_view message) {
  return fail(ErrorKind::Terminal, std::move(reason),
              fmt::format("{}{} Nothing of the revision was run.", error_prefix(revision, line), message),
              ErrorSite{revision.id, revision.source, line, {}});
}

Result<void> check_statement(const Revision& revision, const Statement& statement) {
  switch (statement.kind) {
    case StatementClass::TransactionControl:
      return refuse(
          revision, statement.line, "TransactionControl",
          "a revision may not begin, commit or roll back a transaction: Athanor puts it into one of "
          "its own. Take the statement out.");
    case StatementClass::CopyStream:
      return refuse(revision, statement.line, "CopyStream",
                    "COPY FROM STDIN and COPY TO STDOUT need a stream, and a revision has none. Use INSERT "
                    "(pg_dump --inserts writes it).");
    case StatementClass::Bare:
      break;
    case StatementClass::Plain:
    case StatementClass::Rows:
      return {};
  }
  if (revision.transaction == TransactionMode::On) {
    return refuse(revision, statement.line, "NeedsTransactionOff",
                  "this statement can't run inside a transaction. Put it into a revision of its own with "
                  "`-- transaction: off` in its head.");
  }
  const BareStatement bare = read_bare(statement);
  if (bare.kind == BareKind::CreateIndex && bare.index.empty()) {
    return refuse(revision, statement.line, "UnnamedIndex",
                  "CREATE INDEX CONCURRENTLY without a name could not be told from another index if it were "
                  "interrupted. Give the index a name.");
  }
  return {};
}

void trim_sentence(std::string& message) {
  while (message.ends_with('.') || message.ends_with(' ')) message.pop_back();
}

// What tokens could not tell beforehand (a partitioned table, what a procedure does), the server does.
void add_way_out(Error& error, const Revision& revision) {
  std::string_view way_out;
  if (error.site.sqlstate == kNotInATransaction && revision.transaction == TransactionMode::On) {
    error.reason = "NeedsTransactionOff";
    way_out = "Put the statement into a revision of its own with `-- transaction: off` in its head";
  } else if (error.site.sqlstate == "2D000") {
    error.reason = "TransactionControl";
    way_out =
        "A procedure that commits or rolls back can't be called from a revision: Athanor runs each statement "
        "in a "
        "transaction of its own, or the next try could not tell what is in. Write what it does as statements "
        "of "
        "a revision with `-- transaction: off`, which are committed one by one, or call it by hand";
  }
  if (way_out.empty()) return;
  trim_sentence(error.message);
  error.message = fmt::format("{}. {}", error.message, way_out);
}

/// The bytes that a message names, as the server does whatever its language: "0xd0 0xb6".
std::string bytes_named_in(std::string_view message) {
  std::string bytes;
  for (std::size_t at = message.find("0x"); at != std::string_view::npos; at = message.find("0x", at + 2)) {
    unsigned value = 0;
    const std::string_view digits = message.substr(at + 2, 2);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (read.ec == std::errc{}) bytes += static_cast<char>(value);
  }
  return bytes;
}

/// The line of the character in the downgrade section that the ledger can't hold, if that is what failed.
std::optional<std::size_t> unstorable_line(const Error& error, const StepWork& work) {
  constexpr std::string_view kUntranslatable = "22P05";
  if (error.site.sqlstate != kUntranslatable || work.step->direction != Direction::Upgrade) return {};
  const auto& downgrade = work.revision->downgrade;
  const std::string character = bytes_named_in(error.message);
  if (!downgrade || character.empty()) return {};
  const std::size_t at = downgrade->sql.find(character);
  if (at == std::string::npos) return {};
  return downgrade->first_line +
         static_cast<std::size_t>(std::ranges::count(std::string_view(downgrade->sql).substr(0, at), '\n'));
}

}  // namespace

Result<StepWork> prepare_step(const RevisionGraph& graph, const PlanStep& step,
                              std::vector<std::string> rows_before, const ports::Database& database) {
  const auto index = graph.find(step.revision);
  if (!index) {
    return fail(ErrorKind::Terminal, "UnknownRevision",
                fmt::format("the revision {} is to be run and is not in the set", step.revision),
                ErrorSite{step.revision, {}, 0, {}});
  }
  const Revision& revision = graph.at(*index);
  if (step.direction == Direction::Downgrade && !revision.downgrade) {
    return refuse(revision, 0, "Irreversible", "it has no downgrade section, so it can't be undone.");
  }
  StepWork work;
  work.graph = &graph;
  work.step = &step;
  work.revision = &revision;
  work.section = step.direction == Direction::Upgrade ? &revision.upgrade : &*revision.downgrade;
  work.rows_after = rows_after(rows_before, step);
  work.rows_before = std::move(rows_before);
  auto statements = database.split(work.section->sql, work.section->first_line);
  if (!statements) {
    Error& error = statements.error();
    trim_sentence(error.message);  // some end it themselves
    return refuse(revision, error.site.line, std::move(error.reason), error.message + ".");
  }
  work.statements = std::move(*statements);
  if (auto checked = check_statements(revision, work.statements); !checked) return fail(checked.error());
  return work;
}

Result<void> check_statements(const Revision& revision, const std::vector<Statement>& statements) {
  for (const Statement& statement : statements) {
    if (auto checked = check_statement(revision, statement); !checked) return checked;
  }
  return {};
}

Result<void> check_id_width(const std::vector<RowChange>& changes, std::optional<std::size_t> width) {
  for (const RowChange& change : changes) {
    if (auto fits = athanor::check_id_width(change.to, width); !fits) return fits;
  }
  return {};
}

Result<void> check_id_width(const StepWork& work, std::optional<std::size_t> width) {
  auto fits = check_id_width(work.step->row_changes, width);
  if (fits) return fits;
  return refuse(*work.revision, 0, fits.error().reason, fits.error().message);
}

std::string error_prefix(const Revision& revision, std::size_t line) {
  if (revision.source.empty() && line == 0) return fmt::format("revision {}: ", revision.id);
  if (line == 0) return fmt::format("revision {} ({}): ", revision.id, revision.source);
  if (revision.source.empty()) return fmt::format("revision {} (line {}): ", revision.id, line);
  return fmt::format("revision {} ({}, line {}): ", revision.id, revision.source, line);
}

Error at_statement(Error error, const Revision& revision, const Statement* statement,
                   std::string_view aftermath) {
  std::size_t line = 0;
  if (statement != nullptr) {
    const std::size_t within = error.site.line;
    line = statement->line + (within > 0 ? within - 1 : 0);
  }
  if (statement != nullptr) add_way_out(error, revision);
  error.site.revision = revision.id;
  error.site.file = revision.source;
  error.site.line = line;
  trim_sentence(error.message);
  error.message = fmt::format("{}{}. {}", error_prefix(revision, line), error.message, aftermath);
  return error;
}

Error not_recorded(Error error, const StepWork& work, std::string_view aftermath) {
  const auto line = unstorable_line(error, work);
  if (!line) return at_statement(std::move(error), *work.revision, nullptr, aftermath);
  trim_sentence(error.message);
  error.message = fmt::format(
      "the ledger keeps the text of the downgrade section, and the database's encoding can't hold a "
      "character "
      "of it: {}. Write the section without that character, in its comments too, or use a database with the "
      "encoding UTF8",
      error.message);
  Statement place;
  place.line = *line;
  error.site.line = 0;
  return at_statement(std::move(error), *work.revision, &place, aftermath);
}

}  // namespace athanor::engine
