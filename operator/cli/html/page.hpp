// Pages that a browser shows without a network: all that they need stands in them.
#pragma once

#include <string>
#include <string_view>

namespace athanor::cli {

/// `text` as HTML shows it, in an element or in an attribute's value.
[[nodiscard]] std::string html_text(std::string_view text);

/// A whole document. @param title plain text; @param body HTML
[[nodiscard]] std::string html_page(std::string_view title, std::string_view body);

}  // namespace athanor::cli
