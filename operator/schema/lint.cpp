#include "schema/lint.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "core/revision_file.hpp"
#include "core/revision_graph.hpp"
#include "core/text.hpp"
#include "schema/graph_rules.hpp"
#include "schema/ignores.hpp"
#include "schema/known_tables.hpp"
#include "schema/revision_lines.hpp"
#include "schema/section_lint.hpp"

namespace athanor::schema {
namespace {

/// Reads files, walks the history, and gathers findings by file.
class Linter {
 public:
  Linter(const std::vector<RevisionText>& files, const LintOptions& options)
      : files_(files), options_(options) {}

  std::vector<Finding> run() {
    const RevisionGraph graph =
        build_tolerantly(read_files(), [this](const GraphFinding& finding) { add(finding); });
    check_heads(graph, [this](const GraphFinding& finding) { add(finding); });
    KnownTables tables;
    for (const auto index : graph.topological_order()) lint_revision(graph.at(index), tables);
    filter_and_sort();
    return std::move(findings_);
  }

 private:
  std::vector<Revision> read_files() {
    std::vector<Revision> revisions;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      places_.emplace(files_[i].file, i);
      auto revision = parse_revision_file(files_[i].text, files_[i].file);
      if (revision) {
        revisions.push_back(std::move(*revision));
      } else {
        add(rules::kInvalidFile, "", files_[i].file, std::max<std::size_t>(revision.error().site.line, 1),
            without_place(revision.error().message, files_[i].file));
      }
    }
    return revisions;
  }

  /// @param severity nullopt: the rule's own
  void add(std::string_view rule, std::string revision, std::string file, std::size_t line,
           std::string message, std::optional<Severity> severity = {}) {
    findings_.push_back({std::string(rule), severity.value_or(find_rule(rule)->severity), std::move(revision),
                         std::move(file), line, std::move(message)});
  }

  void add(const GraphFinding& finding) {
    const auto place = places_.find(finding.source);
    const std::size_t line =
        place == places_.end() ? 1 : line_of_header(files_[place->second].text, finding.header);
    add(finding.rule, finding.revision, finding.source, line, without_place(finding.message, finding.source),
        finding.severity);
  }

  void lint_revision(const Revision& revision, KnownTables& tables) {
    const std::string& text = files_[places_.at(revision.source)].text;
    const std::size_t line = line_of_header(text, "revision");
    check_id(revision, line);
    if (!revision.downgrade) {
      add(rules::kMissingDowngrade, revision.id, revision.source, line,
          "Without a downgrade section this revision cannot be undone. Add `-- athanor:downgrade`, with "
          "nothing "
          "below it where nothing needs undoing.");
    }
    take(lint_sections(revision, options_, tables));
    std::vector<Ignore> ignores = find_ignores(head_of(text, revision), 1);
    for (Ignore& ignore : ignores) silence(ignore, revision);
    take(check_ignores(ignores, revision));
  }

  /// SQLite takes an id of any length, whatever its column says.
  void check_id(const Revision& revision, std::size_t line) {
    if (check_id_width(revision.id, options_.version_column_width)) return;
    const bool enforced = options_.dialect == Dialect::PostgreSql;
    add(rules::kIdTooLong, revision.id, revision.source, line,
        "The id has " + std::to_string(count_characters(revision.id)) +
            " characters, and the version column holds " + std::to_string(options_.version_column_width) +
            (enforced ? ": the revision is refused. Shorten the id, or widen the column and say --id-width."
                      : ": SQLite does not mind, PostgreSQL would refuse the revision."),
        enforced ? std::nullopt : std::optional(Severity::Warning));
  }

  void take(std::vector<Finding> found) {
    std::move(found.begin(), found.end(), std::back_inserter(findings_));
  }

  /// An ignore in the head is about the whole revision. What keeps the set from being read at all stays.
  void silence(Ignore& ignore, const Revision& revision) {
    if (!ignore.fault().empty() || ignore.rule == rules::kGraphError) return;
    const auto erased = std::erase_if(findings_, [&](const Finding& finding) {
      return finding.file == revision.source && finding.rule == ignore.rule;
    });
    ignore.used = erased > 0;
  }

  void filter_and_sort() {
    std::erase_if(findings_, [this](const Finding& finding) {
      return options_.exclude.contains(finding.rule) ||
             (!options_.only.empty() && !options_.only.contains(finding.rule));
    });
    std::stable_sort(findings_.begin(), findings_.end(), [this](const Finding& a, const Finding& b) {
      const auto place = [this](const Finding& finding) {
        return std::pair(places_.at(finding.file), finding.line);
      };
      return place(a) < place(b);
    });
  }

  const std::vector<RevisionText>& files_;
  const LintOptions& options_;
  std::map<std::string, std::size_t> places_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> lint(const std::vector<RevisionText>& files, const LintOptions& options) {
  return Linter(files, options).run();
}

}  // namespace athanor::schema
