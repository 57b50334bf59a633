#include "cli/html/diff_page.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "cli/html/page.hpp"

namespace athanor::cli {
namespace {

using schema::Difference;
using schema::Fact;
using schema::Object;

struct Sign {
  std::string_view mark;
  std::string_view style;
  std::string_view word;
};

Sign sign_of(const Difference& difference) {
  if (difference.before == nullptr) return {"+", "sign-add", "only in the second"};
  if (difference.after == nullptr) return {"−", "sign-gone", "only in the first"};
  return {"~", "sign-new", "differs"};
}

std::string fact_row(const Difference& difference, Fact fact) {
  const auto cell = [&](const Object* object, std::string_view style) {
    const std::string_view text = object == nullptr ? std::string_view() : object->fact(fact);
    return fmt::format("<td{}>{}</td>", text.empty() ? "" : fmt::format(" class=\"{}\"", style),
                       html_text(text));
  };
  return fmt::format("<tr><th>{}</th>{}{}</tr>\n", html_text(schema::to_string(fact)),
                     cell(difference.before, "gone"), cell(difference.after, "new"));
}

std::set<Fact> facts_of(const Difference& difference) {
  if (difference.before != nullptr && difference.after != nullptr)
    return {difference.facts.begin(), difference.facts.end()};
  std::set<Fact> facts;
  for (const auto& [fact, value] :
       (difference.before != nullptr ? difference.before : difference.after)->facts)
    facts.insert(fact);
  return facts;
}

std::string difference_html(const Difference& difference) {
  const Sign sign = sign_of(difference);
  std::string rows;
  for (const Fact fact : facts_of(difference)) rows += fact_row(difference, fact);
  return fmt::format(
      "<table>\n<caption><span class=\"{}\">{}</span> {} <span "
      "class=\"badge\">{}</span></caption>\n{}</table>\n",
      sign.style, sign.mark, html_text(schema::describe(difference.id())), sign.word, rows);
}

std::string counts(const SchemaChange& change) {
  std::array<std::size_t, 3> counted{};
  for (const Difference& difference : change.differences)
    ++counted[difference.before == nullptr ? 0 : difference.after == nullptr ? 1 : 2];
  return fmt::format("{} only in the second, {} only in the first, {} that differ.", counted[0], counted[1],
                     counted[2]);
}

}  // namespace

std::string diff_page(std::string_view from, std::string_view to, const SchemaChange& change) {
  std::string body =
      fmt::format("<p class=\"summary\">From <code>{}</code> to <code>{}</code>: {}</p>\n", html_text(from),
                  html_text(to), change.empty() ? "the two schemas are equal." : counts(change));
  for (const Difference& difference : change.differences) body += difference_html(difference);
  if (!change.empty())
    body += fmt::format("<h2>The SQL that leads from the first to the second</h2>\n<pre>{}</pre>\n",
                        html_text(change.sql));
  return html_page("Two schemas side by side", body);
}

}  // namespace athanor::cli
