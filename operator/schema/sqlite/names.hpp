// How SQLite's names are written. Letters' case tells none apart, so identities have them in lower case; what
// was written is kept beside them, in Fact::Spelling.
#pragma once

#include <string>
#include <string_view>

#include "core/sqlite_tokens.hpp"

namespace athanor::schema {

/// Words that SQLite 3.40 knows (https://sqlite.org/lang_keywords.html), in any case.
[[nodiscard]] bool is_sqlite_keyword(std::string_view word);

/// The name as SQL takes it: in double quotes where it must be, and for keywords.
[[nodiscard]] std::string sqlite_spelling(std::string_view name);

/// sqlite_spelling() of the name in lower case (ASCII alone: SQLite folds no other letters).
[[nodiscard]] std::string sqlite_identity(std::string_view name);

/// The name that a word, or a quoted one, stands for. SQLite takes strings for names as well.
[[nodiscard]] std::string sqlite_name(const SqliteToken& token);

/// 'text' as a literal.
[[nodiscard]] std::string sqlite_literal(std::string_view text);

}  // namespace athanor::schema
