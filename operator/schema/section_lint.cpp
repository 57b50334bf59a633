#include "schema/section_lint.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/sql_classify.hpp"
#include "core/sql_tokens.hpp"
#include "schema/parse_tree.hpp"
#include "schema/revision_lines.hpp"
#include "schema/statement_rules.hpp"

namespace athanor::schema {
namespace {

Finding make_finding(std::string_view rule, std::optional<Severity> severity, const Revision& revision,
                     std::size_t line, std::string message) {
  return {std::string(rule), severity.value_or(find_rule(rule)->severity), revision.id, revision.source, line,
          std::move(message)};
}

class SectionLinter {
 public:
  SectionLinter(const Revision& revision, const SqlSection& section, const LintOptions& options)
      : revision_(revision), section_(section), options_(options) {}

  /// @param tables null for a downgrade section
  std::vector<Finding> run(KnownTables* tables) {
    auto statements = options_.split(section_.sql, section_.first_line);
    if (!statements) {
      const Error& error = statements.error();
      const std::size_t line = error.site.line == 0 ? section_.first_line : error.site.line;
      return {make_finding(rules::kInvalidSql, std::nullopt, revision_, line,
                           without_place(error.message, revision_.source))};
    }
    statements_ = std::move(*statements);
    ignores_ = find_ignores(section_.sql, section_.first_line);
    for (const Ignore& ignore : ignores_) meant_.push_back(statement_meant(statements_, ignore.line));
    std::vector<StatementShape> shapes;
    for (std::size_t i = 0; i < statements_.size(); ++i) shapes.push_back(parse(i));
    if (tables != nullptr) tables->begin_revision(shapes);
    for (std::size_t i = 0; i < statements_.size(); ++i) {
      const Report report = reporter(i);
      const bool in_transaction = revision_.transaction == TransactionMode::On;
      check_kind(with_kind(statements_[i]), shapes[i], in_transaction, report);
      if (tables == nullptr) continue;
      const Surroundings around{*tables, in_transaction};
      check_shape(shapes[i], around, report);
      check_destruction(statements_[i], shapes[i], around, report);
      tables->follow(shapes[i]);
    }
    auto about_ignores = check_ignores(ignores_, revision_);
    std::move(about_ignores.begin(), about_ignores.end(), std::back_inserter(findings_));
    return std::move(findings_);
  }

 private:
  [[nodiscard]] bool is_sqlite() const { return options_.dialect == Dialect::Sqlite; }

  /// SQLite's own split tells only what cannot run in a transaction.
  [[nodiscard]] Statement with_kind(const Statement& statement) const {
    if (!is_sqlite()) return statement;
    Statement classified = statement;
    const auto tokens = scan_sql(statement.text);
    if (tokens && !tokens->empty()) classified.kind = classify_postgres(statement.text, *tokens).kind;
    return classified;
  }

  StatementShape parse(std::size_t i) {
    auto shape = parse_statement(statements_[i].text);
    if (shape) return std::move(*shape);
    const NotParsed& refused = shape.error();
    reporter(i)(rules::kNotParsed,
                refused.too_large ? "This statement isn't judged: " + refused.why + "."
                                  : "PostgreSQL 15's grammar refuses this statement: " + refused.why +
                                        ". Unless a later PostgreSQL knows it, it fails when it is applied.",
                refused.too_large ? std::optional(Severity::Info) : std::nullopt);
    return OtherStatement{};
  }

  Report reporter(std::size_t statement) {
    return [this, statement](std::string_view rule, std::string message, std::optional<Severity> severity) {
      if (is_sqlite() && !find_rule(rule)->sqlite) return;
      if (silence(statement, rule)) return;
      findings_.push_back(
          make_finding(rule, severity, revision_, statements_[statement].line, std::move(message)));
    };
  }

  bool silence(std::size_t statement, std::string_view rule) {
    bool silenced = false;
    for (std::size_t i = 0; i < ignores_.size(); ++i) {
      Ignore& ignore = ignores_[i];
      if (meant_[i] != statement || ignore.rule != rule || !ignore.fault().empty()) continue;
      ignore.used = true;
      silenced = true;
    }
    return silenced;
  }

  const Revision& revision_;
  const SqlSection& section_;
  const LintOptions& options_;
  std::vector<Statement> statements_;
  std::vector<Ignore> ignores_;
  std::vector<std::size_t> meant_;  ///< the statement of each ignore
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> lint_sections(const Revision& revision, const LintOptions& options,
                                   KnownTables& tables) {
  auto findings = SectionLinter(revision, revision.upgrade, options).run(&tables);
  if (revision.downgrade) {
    auto more = SectionLinter(revision, *revision.downgrade, options).run(nullptr);
    std::move(more.begin(), more.end(), std::back_inserter(findings));
  }
  return findings;
}

std::vector<Finding> check_ignores(const std::vector<Ignore>& ignores, const Revision& revision) {
  std::vector<Finding> findings;
  for (const Ignore& ignore : ignores) {
    const std::string fault = ignore.fault();
    if (!fault.empty()) {
      findings.push_back(
          make_finding(rules::kBadIgnore, std::nullopt, revision, ignore.line,
                       fault + " Nothing is silenced. Write `-- athanor:ignore RULE reason`; `athanor "
                               "lint --rules` lists the rules."));
    } else if (!ignore.used) {
      findings.push_back(make_finding(rules::kUnusedIgnore, std::nullopt, revision, ignore.line,
                                      ignore.rule + " finds nothing here. Remove the comment."));
    }
  }
  return findings;
}

}  // namespace athanor::schema
