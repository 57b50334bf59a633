#include "schema/sqlite/table_text.hpp"

#include <utility>

#include "core/text.hpp"
#include "schema/sqlite/names.hpp"

namespace athanor::schema {
namespace {

using Kind = SqliteToken::Kind;
using Tokens = std::span<const SqliteToken>;

bool is_word(const SqliteToken& token, std::string_view word) {
  return token.kind == Kind::Word && to_lower(token.text) == word;
}

/// Walks along the tokens. Past the end there is an empty symbol.
class Cursor {
 public:
  explicit Cursor(Tokens tokens) : tokens_(tokens) {}

  [[nodiscard]] bool done() const { return at_ >= tokens_.size(); }
  [[nodiscard]] SqliteToken peek(std::size_t ahead = 0) const {
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : SqliteToken{};
  }
  SqliteToken take() {
    const SqliteToken token = peek();
    ++at_;
    return token;
  }
  bool take_symbol(std::string_view symbol) { return take_if(peek().text == symbol); }
  bool take_word(std::string_view word) { return take_if(is_word(peek(), word)); }
  /// All of them, or none.
  bool take_words(std::string_view first, std::string_view second) {
    if (!is_word(peek(), first) || !is_word(peek(1), second)) return false;
    at_ += 2;
    return true;
  }
  std::string take_name() { return sqlite_name(take()); }
  /// What stands in the parentheses that come next. Empty where none do.
  Tokens take_parentheses() {
    if (peek().text != "(") return {};
    const std::size_t end = past_parentheses(tokens_, at_);
    const Tokens inner = tokens_.subspan(at_ + 1, end - at_ - 2);
    at_ = end;
    return inner;
  }

 private:
  bool take_if(bool matches) {
    if (matches) ++at_;
    return matches;
  }

  Tokens tokens_;
  std::size_t at_ = 0;
};

bool begins_constraint(const Cursor& at) {
  for (const std::string_view word : {"constraint", "primary", "not", "null", "unique", "check", "default",
                                      "collate", "references", "deferrable", "as"}) {
    if (is_word(at.peek(), word)) return true;
  }
  return is_word(at.peek(), "generated") && is_word(at.peek(1), "always");
}

/// ` ON CONFLICT FAIL`. ABORT is what happens without it.
std::string take_conflict(Cursor& at) {
  if (!at.take_words("on", "conflict")) return "";
  const std::string action = to_lower(at.take().text);
  if (action == "abort") return "";
  const SqliteToken word{Kind::Word, action};
  return " ON CONFLICT " + expression_text({&word, 1}, {});
}

class TableReader {
 public:
  TableReader(Tokens body, const TableScope& scope) : at_(body), scope_(scope) {}

  /// @return false for what isn't understood
  bool read() {
    while (!at_.done()) {
      if (at_.take_symbol(",")) continue;
      const bool ok = of_table() ? read_table_constraint() : read_column();
      if (!ok) return false;
    }
    return true;
  }

  TableText take() { return std::move(text_); }

 private:
  /// These words are no names, unless they are in quotes.
  [[nodiscard]] bool of_table() const {
    for (const std::string_view word : {"constraint", "primary", "unique", "check", "foreign"}) {
      if (is_word(at_.peek(), word)) return true;
    }
    return false;
  }

  ConstraintText& add(std::string kind, std::string definition, std::set<std::string> columns) {
    text_.constraints.push_back(
        {std::move(kind), std::exchange(name_, ""), std::move(definition), std::move(columns), {}});
    return text_.constraints.back();
  }

  void add_check(Tokens expression) {
    add("check", "CHECK (" + expression_text(expression, scope_) + ")", columns_named(expression, scope_));
  }

  static std::string name_list(Tokens tokens) {
    std::string names;
    for (const SqliteToken& token : tokens) {
      names += token.text == "," ? ", " : sqlite_identity(sqlite_name(token));
    }
    return names;
  }

  static std::string take_action(Cursor& at) {
    for (const std::string_view word : {"set null", "set default", "cascade", "restrict", "no action"}) {
      const std::size_t space = word.find(' ');
      const bool two = space != std::string_view::npos;
      if (two ? at.take_words(word.substr(0, space), word.substr(space + 1)) : at.take_word(word)) {
        if (word == "set null") return "SET NULL";
        if (word == "set default") return "SET DEFAULT";
        if (word == "cascade") return "CASCADE";
        return word == "restrict" ? "RESTRICT" : "";
      }
    }
    return "";
  }

  /// From REFERENCES on. DEFERRABLE means something with INITIALLY DEFERRED alone.
  void read_foreign_key(const std::string& columns, std::set<std::string> named) {
    const std::string parent = sqlite_identity(at_.take_name());
    std::string definition = "FOREIGN KEY (" + columns + ") REFERENCES " + parent;
    if (at_.peek().text == "(") definition += " (" + name_list(at_.take_parentheses()) + ")";
    std::string on_update;
    std::string on_delete;
    for (bool more = true; more;) {
      if (at_.take_words("on", "update")) {
        on_update = take_action(at_);
      } else if (at_.take_words("on", "delete")) {
        on_delete = take_action(at_);
      } else if (at_.take_words("on", "insert")) {
        take_action(at_);
      } else if (at_.take_word("match")) {
        at_.take();
      } else {
        more = false;
      }
    }
    if (!on_update.empty()) definition += " ON UPDATE " + on_update;
    if (!on_delete.empty()) definition += " ON DELETE " + on_delete;
    add("foreign key", definition, std::move(named)).parent = parent;
    foreign_key_ = text_.constraints.size();
    read_deferral();
  }

  /// [NOT] DEFERRABLE [INITIALLY …], which belongs to the foreign key before it.
  bool read_deferral() {
    const bool is_not = at_.take_words("not", "deferrable");
    if (!is_not && !at_.take_word("deferrable")) return false;
    const bool deferred = at_.take_words("initially", "deferred");
    if (!deferred) (void)at_.take_words("initially", "immediate");
    if (deferred && !is_not && foreign_key_ > 0)
      text_.constraints[foreign_key_ - 1].definition += " DEFERRABLE INITIALLY DEFERRED";
    return true;
  }

  bool read_table_constraint() {
    if (at_.take_word("constraint")) {
      name_ = at_.take_name();
      return true;
    }
    if (at_.take_words("primary", "key")) {
      Tokens key = at_.take_parentheses();
      const bool counted = !key.empty() && is_word(key.back(), "autoincrement");
      if (counted) key = key.first(key.size() - 1);
      add_key("primary key", "PRIMARY KEY", key, counted ? " AUTOINCREMENT" : "");
    } else if (at_.take_word("unique")) {
      add_key("unique", "UNIQUE", at_.take_parentheses(), "");
    } else if (at_.take_word("check")) {
      add_check(at_.take_parentheses());
      (void)take_conflict(at_);  // SQLite reads it, and heeds it not
    } else if (at_.take_words("foreign", "key")) {
      const Tokens columns = at_.take_parentheses();
      if (!at_.take_word("references")) return false;
      read_foreign_key(name_list(columns), columns_named(columns, scope_));
    } else {
      return read_deferral();
    }
    return true;
  }

  void add_key(const char* kind, const std::string& keyword, Tokens key, const std::string& behind) {
    const std::string conflict = take_conflict(at_);
    add(kind, keyword + " (" + key_text(key, scope_) + behind + ")" + conflict, columns_named(key, scope_));
  }

  bool read_column() {
    ColumnText column;
    column.name = at_.take_name();
    foreign_key_ = 0;
    is_integer_ = to_lower(sqlite_name(at_.peek())) == "integer";
    for (std::size_t words = 0; !at_.done() && at_.peek().text != "," && !begins_constraint(at_); ++words) {
      if (words > 0) is_integer_ = false;
      if (at_.take_parentheses().empty()) at_.take();  // the type itself is told by a pragma
    }
    while (!at_.done() && at_.peek().text != ",") {
      if (!read_column_constraint(column)) return false;
    }
    name_.clear();
    text_.columns.push_back(std::move(column));
    return true;
  }

  bool read_column_constraint(ColumnText& column) {
    const std::string self = sqlite_identity(column.name);
    if (at_.take_word("constraint")) {
      name_ = at_.take_name();
    } else if (at_.take_words("primary", "key")) {
      read_column_key(self);
    } else if (at_.take_words("not", "null")) {
      column.conflict = trim(take_conflict(at_));
      name_.clear();
    } else if (at_.take_word("null")) {
      (void)take_conflict(at_);
    } else if (at_.take_word("unique")) {
      const std::string conflict = take_conflict(at_);
      add("unique", "UNIQUE (" + self + ")" + conflict, {self});
    } else if (at_.take_word("check")) {
      add_check(at_.take_parentheses());
    } else if (at_.take_word("default")) {
      read_default();
      name_.clear();
    } else if (at_.take_word("collate")) {
      column.collation = sqlite_identity(at_.take_name());
      if (column.collation == "binary") column.collation.clear();
      name_.clear();
    } else if (at_.take_word("references")) {
      read_foreign_key(self, {self});
    } else if (at_.take_words("generated", "always") || is_word(at_.peek(), "as")) {
      if (!at_.take_word("as")) return false;
      column.generated = '(' + expression_text(at_.take_parentheses(), scope_) + ')';
      const bool stored = at_.take_word("stored");
      if (!stored) (void)at_.take_word("virtual");
      column.generated += stored ? " STORED" : " VIRTUAL";
      name_.clear();
    } else {
      return read_deferral();
    }
    return true;
  }

  void read_column_key(const std::string& self) {
    const bool descending = at_.take_word("desc");
    if (!descending) (void)at_.take_word("asc");
    const std::string conflict = take_conflict(at_);
    const bool counted = at_.take_word("autoincrement");
    const std::string key = descending && is_integer_ ? std::string(kPrimaryKeyDesc)
                                                      : "PRIMARY KEY (" + self +
                                                            (descending ? " DESC)"
                                                             : counted  ? " AUTOINCREMENT)"
                                                                        : ")");
    add("primary key", key + conflict, {self});
  }

  void read_default() {
    if (at_.peek().text == "(") {
      at_.take_parentheses();
      return;
    }
    (void)(at_.take_symbol("-") || at_.take_symbol("+"));
    at_.take();
  }

  Cursor at_;
  const TableScope& scope_;
  std::string name_;             ///< of the constraint that comes next
  bool is_integer_ = false;      ///< whether the column that is read is of the type that a rowid has
  std::size_t foreign_key_ = 0;  ///< which constraint, counted from 1, DEFERRABLE belongs to
  TableText text_;
};

}  // namespace

std::size_t past_parentheses(Tokens tokens, std::size_t open) {
  std::size_t depth = 0;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i].text == "(") ++depth;
    if (tokens[i].text == ")" && --depth == 0) return i + 1;
  }
  return tokens.size();
}

std::string key_text(Tokens tokens, const TableScope& scope) {
  std::string text;
  while (!tokens.empty()) {
    std::size_t end = 0;
    while (end < tokens.size() && tokens[end].text != ",") {
      end = tokens[end].text == "(" ? past_parentheses(tokens, end) : end + 1;
    }
    Tokens item = tokens.first(end);
    if (!item.empty() && is_word(item.back(), "asc")) item = item.first(item.size() - 1);
    if (!text.empty()) text += ", ";
    // A column in the quotes of a text is a column here.
    const bool named =
        item.size() == 1 || (item.size() > 1 && (is_word(item[1], "collate") || is_word(item[1], "desc")));
    const bool column = named && scope.columns.contains(sqlite_identity(sqlite_name(item[0])));
    if (column) {
      text += sqlite_identity(sqlite_name(item[0]));
      item = item.subspan(1);
      if (!item.empty()) text += ' ';
    }
    text += expression_text(item, scope);
    tokens = tokens.subspan(std::min(end + 1, tokens.size()));
  }
  return text;
}

Result<TableText> read_table_text(std::string_view create, const TableScope& scope) {
  const auto tokens = sqlite_tokens(create);
  const Tokens all(tokens);
  // CREATE TABLE name ( … ): SQLite itself has written what stands before the name.
  const std::size_t open = 3;
  if (all.size() > open && all[open].text == "(") {
    const std::size_t end = past_parentheses(all, open);
    TableReader reader(all.subspan(open + 1, end - open - 2), scope);
    if (reader.read()) return reader.take();
  }
  return fail(ErrorKind::Terminal, "SchemaUnreadable",
              "The text of table " + scope.table +
                  " in sqlite_schema is not understood. Report it, with what `.schema` prints of the table.");
}

}  // namespace athanor::schema
