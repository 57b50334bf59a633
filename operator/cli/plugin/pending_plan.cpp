#include "cli/plugin/pending_plan.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "controller/observe.hpp"
#include "core/sql_script.hpp"
#include "engine/step_work.hpp"

namespace athanor::cli {
namespace {

Result<void> check_known(const EnvironmentView& view) {
  const api::Status& status = view.status;
  // A count may be missing for another reason: a target that was wrong at the last check.
  if (!status.pending_count && status.current_revisions.empty()) {
    return fail(
        ErrorKind::Transient, "DatabaseNotRead",
        fmt::format("Where the database of {} stands is not known: the operator could not read it yet. "
                    "{} tells why.",
                    view.meta.key.to_string(), command_for("status", view.meta.key)));
  }
  if (status.current_revisions.size() >= api::kMaxRevisionsListed) {
    return fail(ErrorKind::Terminal, "TooManyHeads",
                fmt::format("The status of {} lists its first {} version rows only: no plan can be made from "
                            "them.",
                            view.meta.key.to_string(), api::kMaxRevisionsListed));
  }
  return {};
}

/// As if everything had just been read, and nothing objected that only the database could tell.
Observation observation_of(const EnvironmentView& view, const RevisionInputs& inputs) {
  DatabaseState database;
  database.version_table_exists = true;
  database.version_rows = view.status.current_revisions;
  std::ranges::sort(database.version_rows);
  Observation observation;
  observation.wanted = controller::wanted_of(*view.spec);
  observation.inputs = inputs;
  observation.database = std::move(database);
  observation.last_known_rows = observation.database->version_rows;
  observation.last_rows_known = true;
  return observation;
}

/// A section that cannot be split fails as a whole, and is shown as one statement.
void read_section(const SqlSection& section, PendingRevision& pending) {
  auto statements = split_postgres(section.sql, section.first_line);
  if (!statements) {
    pending.statements.push_back({{section.sql, section.first_line, StatementClass::Plain, {}}, {}});
    pending.refused = std::move(statements.error());
    return;
  }
  if (auto runs = engine::check_statements(*pending.revision, *statements); !runs)
    pending.refused = std::move(runs.error());
  pending.statements = judge_statements(std::move(*statements));
}

PendingRevision pending_of(const PlanStep& step, const RevisionGraph& graph) {
  PendingRevision pending{step.direction, &graph.at(*graph.find(step.revision)), {}, {}};
  if (step.direction == Direction::Upgrade) {
    read_section(pending.revision->upgrade, pending);
  } else if (pending.revision->downgrade) {
    read_section(*pending.revision->downgrade, pending);
  }
  return pending;
}

const char* word_of(Direction direction) {
  return direction == Direction::Upgrade ? "upgrade" : "downgrade";
}

std::string listed(const std::vector<std::string>& revisions, const char* none) {
  return revisions.empty() ? none : fmt::format("{}", fmt::join(revisions, ", "));
}

/// Lines indented; one that destroys is marked in the margin, and says what.
std::string statement_text(const JudgedStatement& judged) {
  std::string text = judged.destroys ? fmt::format("   ! -- {}\n     ", *judged.destroys) : "     ";
  for (const char c : judged.statement.text) {
    text += c;
    if (c == '\n') text += "     ";
  }
  return text + ";\n";
}

std::string revision_text(const PendingRevision& pending, std::size_t number) {
  const Revision& revision = *pending.revision;
  std::string text = fmt::format("\n{}. {} {}{}\n   {}\n", number, word_of(pending.direction), revision.id,
                                 revision.message.empty() ? "" : ", " + revision.message, revision.source);
  if (revision.transaction == TransactionMode::Off) text += "   statement by statement, in no transaction\n";
  for (const JudgedStatement& judged : pending.statements) text += statement_text(judged);
  if (pending.refused)
    text += fmt::format("   Refused ({}): {}\n", pending.refused->reason, pending.refused->message);
  return text;
}

std::size_t destructive_in(const PendingPlan& plan) {
  std::size_t count = 0;
  for (const PendingRevision& pending : plan.revisions) count += count_destructive(pending.statements);
  return count;
}

}  // namespace

Result<PendingPlan> pending_plan(const EnvironmentView& view, const RevisionInputs& inputs) {
  if (!view.spec) return fail(view.spec.error());
  Decision decision = decide(observation_of(view, inputs));
  if (!decision.plan_known) {
    return fail(decision.hold.value_or(Error{
        ErrorKind::Terminal, "PlanNotKnown", "the operator's planner gives no plan and no reason", {}}));
  }
  if (auto known = check_known(view); !known) return fail(std::move(known.error()));
  PendingPlan plan{
      inputs.graph, std::move(decision.current), std::move(decision.targets), {}, std::move(decision.hold)};
  for (const PlanStep& step : decision.plan.steps) plan.revisions.push_back(pending_of(step, *inputs.graph));
  return plan;
}

std::string plan_text(const PendingPlan& plan, const std::string& name) {
  std::string text = fmt::format("{} is at {}; its target is {}.\n", name, listed(plan.current, "base"),
                                 listed(plan.targets, "base"));
  text += plan.revisions.empty() ? std::string("Nothing is pending.\n")
                                 : fmt::format("{} revision(s) pending", plan.revisions.size());
  if (!plan.revisions.empty()) {
    const std::size_t destructive = destructive_in(plan);
    text +=
        destructive == 0 ? ".\n" : fmt::format("; {} statement(s), marked !, destroy data.\n", destructive);
  }
  if (plan.hold) text += fmt::format("Held ({}): {}\n", plan.hold->reason, plan.hold->message);
  std::size_t number = 0;
  for (const PendingRevision& pending : plan.revisions) text += revision_text(pending, ++number);
  return text;
}

nlohmann::ordered_json plan_json(const PendingPlan& plan, const ports::ObjectKey& key) {
  using nlohmann::ordered_json;
  ordered_json revisions = ordered_json::array();
  for (const PendingRevision& pending : plan.revisions) {
    ordered_json statements = ordered_json::array();
    for (const JudgedStatement& judged : pending.statements) {
      ordered_json entry{{"line", judged.statement.line}, {"sql", judged.statement.text}};
      if (judged.destroys) entry["destroys"] = *judged.destroys;
      statements.push_back(std::move(entry));
    }
    revisions.push_back({{"revision", pending.revision->id},
                         {"direction", word_of(pending.direction)},
                         {"message", pending.revision->message},
                         {"source", pending.revision->source},
                         {"transaction", pending.revision->transaction == TransactionMode::On},
                         {"statements", std::move(statements)}});
    if (pending.refused) {
      revisions.back()["refused"] = {{"reason", pending.refused->reason},
                                     {"message", pending.refused->message}};
    }
  }
  ordered_json json{{"namespace", key.ns},
                    {"name", key.name},
                    {"current", plan.current},
                    {"target", plan.targets},
                    {"pending", std::move(revisions)}};
  if (plan.hold) json["held"] = {{"reason", plan.hold->reason}, {"message", plan.hold->message}};
  return json;
}

}  // namespace athanor::cli
