#include "cli/html/history_page.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "cli/html/page.hpp"
#include "cli/terminal/graph_drawing.hpp"
#include "cli/terminal/history_graph.hpp"
#include "core/revision_range.hpp"
#include "core/traversal.hpp"
#include "core/words.hpp"

namespace athanor::cli {
namespace {

using Index = RevisionGraph::Index;

/// Where an environment stands: which revisions are in its database.
struct Standing {
  std::vector<bool> applied;  ///< by index
  std::string summary;        ///< HTML
};

Standing standing_of(const EnvironmentHistory& environment) {
  Standing standing{std::vector<bool>(environment.graph.size(), false), {}};
  const auto applied = environment.rows.and_then(
      [&](const std::vector<std::string>& rows) { return applied_revisions(environment.graph, rows); });
  if (!applied) {
    standing.summary = fmt::format("<span class=\"trouble\">Where it stands is not known: {}</span>",
                                   html_text(applied.error().message));
    return standing;
  }
  for (const Index index : *applied) standing.applied[index] = true;
  const std::size_t pending = environment.graph.size() - applied->size();
  standing.summary =
      fmt::format("At {}; {} of {} revisions applied, {} pending.",
                  environment.rows->empty() ? "base" : html_text(join_words(*environment.rows)),
                  applied->size(), environment.graph.size(), pending);
  return standing;
}

std::string badges(const EnvironmentHistory& environment, Index index) {
  const Revision& revision = environment.graph.at(index);
  std::string text;
  for (const std::string& label : revision.branch_labels)
    text += fmt::format(" <span class=\"badge\">{}</span>", html_text(label));
  if (environment.graph.children(index).empty()) text += " <span class=\"badge\">head</span>";
  if (environment.rows && std::ranges::find(*environment.rows, revision.id) != environment.rows->end())
    text += fmt::format(" <span class=\"badge here\">{} is here</span>", html_text(environment.name));
  return text;
}

std::string graph_html(const EnvironmentHistory& environment, const Standing& standing) {
  const std::vector<Index> shown = whole_history(environment.graph);
  std::string rows;
  for (const DrawnLine& drawn : draw_graph(history_graph(environment.graph, shown))) {
    rows += html_text(drawn.lanes);
    if (drawn.node < shown.size()) {
      const Index index = shown[drawn.node];
      const Revision& revision = environment.graph.at(index);
      const bool pending = environment.rows && !standing.applied[index];
      rows +=
          fmt::format(" <span{} title=\"{}\"><b>{}</b> {}{}</span>{}", pending ? " class=\"pending\"" : "",
                      html_text(revision.create_date), html_text(revision.id), html_text(revision.message),
                      pending ? " (pending)" : "", badges(environment, index));
    }
    rows += '\n';
  }
  return rows;
}

}  // namespace

std::string history_page(const std::vector<EnvironmentHistory>& environments) {
  std::string body;
  for (const EnvironmentHistory& environment : environments) {
    const Standing standing = standing_of(environment);
    body += fmt::format("<section id=\"{0}\">\n<h2>{0}</h2>\n<p class=\"summary\">{1}</p>\n",
                        html_text(environment.name), standing.summary);
    body += environment.graph.size() == 0
                ? "<p>There are no revisions.</p>\n"
                : fmt::format("<div class=\"graph\">{}</div>\n", graph_html(environment, standing));
    body += "</section>\n";
  }
  return html_page("Revisions and where environments stand", body);
}

}  // namespace athanor::cli
