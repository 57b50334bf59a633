// Literals and identifiers for SQL text.
//
// libpq's own escaping depends on what the session says at that moment (standard_conforming_strings), which a
// revision may change between the quoting and the sending. These forms mean the same either way; the
// session's encoding is UTF-8 whenever they are sent.
#pragma once

#include <string>
#include <string_view>

namespace athanor::postgres {

/// 'text', or E'text' where it has a backslash. A zero byte, which PostgreSQL can't store, is left out.
[[nodiscard]] std::string quote_literal(std::string_view text);

/// "name".
[[nodiscard]] std::string quote_identifier(std::string_view name);

}  // namespace athanor::postgres
