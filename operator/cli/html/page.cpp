#include "cli/html/page.hpp"

#include <fmt/format.h>

namespace athanor::cli {
namespace {

// Colours are told apart in print and by those who see fewer of them: signs and words say the same.
constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --add: #1a7f37; --gone: #cf222e; --new: #9a6700; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; padding: 0 1rem; max-width: 75rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .3rem; }
p.summary { margin: 0 0 .8rem; }
code, pre, .graph { font: 13px/1.35 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { background: var(--soft); padding: .8rem 1rem; overflow-x: auto; border-radius: 6px; }
.graph { overflow-x: auto; white-space: pre; margin: 0; padding: .4rem 0; }
.graph .pending { opacity: .6; }
.badge { border: 1px solid var(--line); border-radius: 1em; padding: 0 .5em; font-size: 12px; }
.here { background: var(--add); color: #fff; border-color: var(--add); }
.trouble { color: var(--gone); }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin: 0 0 1rem; }
caption { text-align: left; font-weight: 600; padding: .6rem 0 .2rem; }
th, td { text-align: left; vertical-align: top; padding: .2rem .6rem; border: 1px solid var(--line); }
th:first-child { width: 11rem; font-weight: 400; }
td { white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.35 ui-monospace, Menlo, Consolas, monospace; }
td.gone { background: #cf222e18; } td.new { background: #1a7f3718; }
.sign-add { color: var(--add); } .sign-gone { color: var(--gone); } .sign-new { color: var(--new); }
)css";

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string html_page(std::string_view title, std::string_view body) {
  const std::string name = html_text(title);
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n"
      "<style>{1}</style>\n</head>\n<body>\n<h1>{0}</h1>\n{2}</body>\n</html>\n",
      name, kStyle, body);
}

}  // namespace athanor::cli
