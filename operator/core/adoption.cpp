#include "core/adoption.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/traversal.hpp"
#include "core/words.hpp"

namespace athanor {
namespace {

using Index = RevisionGraph::Index;

tl::unexpected<Error> mismatch(const ForeignHistory& history, const std::string& message) {
  return fail(ErrorKind::Terminal, kAdoptionMismatch,
              "The database can't be adopted from " + std::string(to_string(history.tool)) + ": " + message +
                  " Nothing was changed.");
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view without_leading_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

/// A version cut into its numbers, none of them with leading zeros; nullopt: it is none. Flyway's have parts;
/// 1, 1.0 and 1_0 are the same to it.
std::optional<std::vector<std::string>> numbers_of(MigrationTool tool, std::string_view version) {
  if (tool == MigrationTool::Alembic) return std::nullopt;
  std::vector<std::string> numbers;
  for (;;) {
    const auto end = tool == MigrationTool::Flyway ? version.find_first_of("._") : std::string_view::npos;
    const std::string_view part = version.substr(0, end);
    if (!is_number(part)) return std::nullopt;
    numbers.emplace_back(without_leading_zeros(part));
    if (end == std::string_view::npos) break;
    version.remove_prefix(end + 1);
  }
  while (numbers.size() > 1 && numbers.back() == "0") numbers.pop_back();
  return numbers;
}

bool is_below(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::lexicographical_compare(a, b, [](const std::string& left, const std::string& right) {
    return left.size() != right.size() ? left.size() < right.size() : left < right;
  });
}

/// What is equal for the tool is equal here.
std::string key_of(MigrationTool tool, const std::string& version) {
  const auto numbers = numbers_of(tool, version);
  if (!numbers) return version;
  std::string key;
  for (const std::string& number : *numbers) key += "." + number;
  return key;
}

/// Goes from the tool's versions to the revisions that are applied.
class Matching {
 public:
  Matching(const RevisionGraph& graph, const ForeignHistory& history)
      : graph_(graph), history_(history), applied_(graph.size(), false) {}

  Result<Adoption> run();

 private:
  [[nodiscard]] Result<void> index();
  [[nodiscard]] Result<void> check_failures() const;
  void mark(const ForeignVersion& version);
  void mark_with_ancestors(const std::vector<std::string>& ids);
  void mark_below(const std::string& version);
  [[nodiscard]] Result<void> check_known() const;
  [[nodiscard]] Result<void> check_holes() const;
  [[nodiscard]] bool is_row(Index index) const;

  const RevisionGraph& graph_;
  const ForeignHistory& history_;
  std::unordered_map<std::string, Index> by_key_;
  std::vector<bool> applied_;
  std::vector<std::string> tops_;  ///< ids that stand for all they build on
  std::vector<std::string> unknown_;
};

Result<void> Matching::index() {
  for (Index i = 0; i < graph_.size(); ++i) {
    const std::string& id = graph_.at(i).id;
    const auto [at, fresh] = by_key_.emplace(key_of(history_.tool, id), i);
    if (!fresh) {
      return mismatch(history_, "the revisions " + graph_.at(at->second).id + " and " + id +
                                    " are the same version to it. Give one of them another id.");
    }
  }
  return {};
}

/// The command of the tool that says that a failed migration was seen to; empty where it has none.
std::string_view mending_command(MigrationTool tool) {
  switch (tool) {
    case MigrationTool::GolangMigrate:
      return " (migrate force VERSION)";
    case MigrationTool::Flyway:
      return " (flyway repair)";
    case MigrationTool::Atlas:
      return " (atlas migrate set VERSION)";
    case MigrationTool::Alembic:
    case MigrationTool::Dbmate:
    case MigrationTool::Goose:
      break;
  }
  return "";
}

Result<void> Matching::check_failures() const {
  std::vector<std::string> failed;
  std::string detail;
  for (const ForeignVersion& version : history_.versions) {
    if (!version.failed) continue;
    failed.push_back(version.version);
    if (detail.empty() && !version.detail.empty()) detail = " (" + version.detail + ")";
  }
  if (failed.empty()) return {};
  return mismatch(history_, history_.table + " says that its migration " + join_words(failed) +
                                " failed or was interrupted" + detail +
                                ". Look what is in the database, finish or undo the migration, let " +
                                std::string(to_string(history_.tool)) + " note that" +
                                std::string(mending_command(history_.tool)) + ", and adopt it then.");
}

void Matching::mark_with_ancestors(const std::vector<std::string>& ids) {
  const auto applied = applied_revisions(graph_, ids);
  for (const Index each : *applied) applied_[each] = true;  // the graph has them all
}

void Matching::mark_below(const std::string& version) {
  const auto limit = numbers_of(history_.tool, version);
  if (!limit) return;
  for (Index i = 0; i < graph_.size(); ++i) {
    const auto numbers = numbers_of(history_.tool, graph_.at(i).id);
    if (numbers && !is_below(*limit, *numbers)) applied_[i] = true;
  }
}

void Matching::mark(const ForeignVersion& version) {
  const auto found = by_key_.find(key_of(history_.tool, version.version));
  const bool known = found != by_key_.end();
  if (known && version.up_to) {
    tops_.push_back(graph_.at(found->second).id);
  } else if (known) {
    applied_[found->second] = true;
  } else if (version.up_to && history_.tool != MigrationTool::GolangMigrate &&
             history_.tool != MigrationTool::Alembic) {
    // A baseline stands for what was there before the tool came, and needs no file.
    mark_below(version.version);
  } else {
    unknown_.push_back(version.version);
  }
}

Result<void> Matching::check_known() const {
  if (unknown_.empty()) return {};
  return mismatch(history_, history_.table + " says that " + join_words(unknown_) +
                                " is applied, and no revision here has that id. Add the file (athanor import "
                                "keeps the ids), or name the database that these revisions are for.");
}

// A plan would run what lies behind the last one only, so that a hole would stay for ever.
Result<void> Matching::check_holes() const {
  std::vector<bool> needed(graph_.size(), false);
  std::vector<std::string> holes;
  const auto order = graph_.topological_order();
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    if (!applied_[*at] && !needed[*at]) continue;
    if (!applied_[*at]) holes.push_back(graph_.at(*at).id);
    for (const Index parent : graph_.parents(*at)) needed[parent] = true;
    for (const Index dependency : graph_.dependencies(*at)) needed[dependency] = true;
  }
  if (holes.empty()) return {};
  std::ranges::reverse(holes);
  return mismatch(history_, "the revision " + join_words(holes) + " is not applied by the account of " +
                                history_.table +
                                ", and one that builds on it is. Apply it with that tool, or note there that "
                                "it is applied, and adopt the database then.");
}

/// Nothing that is applied builds on it.
bool Matching::is_row(Index index) const {
  const auto is_applied = [this](Index each) { return applied_[each]; };
  return applied_[index] && std::ranges::none_of(graph_.children(index), is_applied) &&
         std::ranges::none_of(graph_.dependents(index), is_applied);
}

Result<Adoption> Matching::run() {
  if (auto indexed = index(); !indexed) return fail(std::move(indexed.error()));
  if (auto fine = check_failures(); !fine) return fail(std::move(fine.error()));
  for (const ForeignVersion& version : history_.versions) mark(version);
  mark_with_ancestors(tops_);
  if (auto known = check_known(); !known) return fail(std::move(known.error()));
  if (auto whole = check_holes(); !whole) return fail(std::move(whole.error()));
  Adoption adoption;
  adoption.tool = history_.tool;
  adoption.table = history_.table;
  for (Index i = 0; i < graph_.size(); ++i) {
    if (applied_[i]) ++adoption.applied;
    if (is_row(i)) adoption.rows.push_back(graph_.at(i).id);
  }
  return adoption;
}

}  // namespace

Result<Adoption> plan_adoption(const RevisionGraph& graph, const ForeignHistory& history) {
  return Matching(graph, history).run();
}

}  // namespace athanor
