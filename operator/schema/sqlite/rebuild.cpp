#include "schema/sqlite/rebuild.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "schema/sqlite/names.hpp"
#include "schema/sqlite/table_parts.hpp"
#include "schema/sqlite/table_text.hpp"

namespace athanor::schema {
namespace {

/// The name between quotes, or as it stands.
std::string plain(const std::string& identity) {
  return sqlite_name(next_sqlite_token(identity));
}

/// Tables, views and indexes share one space of names.
bool is_taken(const Catalog& catalog, const std::string& identity) {
  if (catalog.contains({ObjectKind::Table, "", "", identity}) ||
      catalog.contains({ObjectKind::View, "", "", identity}))
    return true;
  const auto first = catalog.lower_bound({ObjectKind::Index, "", "", ""});
  return std::any_of(first, catalog.end(), [&](const auto& entry) {
    return entry.first.kind == ObjectKind::Index && entry.first.name == identity;
  });
}

const Object* default_of(const Catalog& catalog, const Object& column) {
  return find_object(catalog, {ObjectKind::Default, "", column.id.parent, column.id.name});
}

bool any_constraint(const Catalog& catalog, const ObjectId& table, std::string_view with) {
  const auto constraints = parts_of(catalog, table, ObjectKind::Constraint);
  return std::any_of(constraints.begin(), constraints.end(), [&](const Object* constraint) {
    return constraint->fact(Fact::Definition).find(with) != std::string_view::npos;
  });
}

/// A column that is the rowid gets a value by itself.
bool is_rowid(const Catalog& catalog, const Object& column) {
  const ObjectId table{ObjectKind::Table, "", "", column.id.parent};
  if (column.fact(Fact::Type) != "INTEGER" ||
      catalog.at(table).fact(Fact::Options).find("WITHOUT ROWID") != std::string_view::npos)
    return false;
  const std::string key = "PRIMARY KEY (" + column.id.name;
  return any_constraint(catalog, table, key + ')') ||
         any_constraint(catalog, table, key + " AUTOINCREMENT)") ||
         any_constraint(catalog, table, key + " DESC)");
}

class Rebuild {
 public:
  Rebuild(const Catalog& before, const Catalog& after, const ObjectId& table)
      : before_(before), after_(after), table_(table), temporary_("new_" + plain(table.name)) {
    while (is_taken(before, sqlite_identity(temporary_)) || is_taken(after, sqlite_identity(temporary_)))
      temporary_ += '_';
    for (const Object* column : parts_of(after, table, ObjectKind::Column)) {
      if (column->fact(Fact::Generated).empty()) written_.push_back(column);
    }
  }

  std::vector<std::string> run() {
    const std::string temporary = sqlite_spelling(temporary_);
    const std::string old_name = spelled(before_.at(table_));
    std::vector<std::string> statements{notes() + create_table_text(after_, after_.at(table_), temporary)};
    if (!written_.empty()) statements.push_back(copy(temporary, old_name));
    append_count(statements);
    statements.push_back("DROP TABLE " + old_name);
    statements.push_back("ALTER TABLE " + temporary + " RENAME TO " + spelled(after_.at(table_)));
    return statements;
  }

 private:
  /// Line by line: which values go, and what the copying may stumble over.
  [[nodiscard]] std::string notes() const {
    const std::string name = spelled(after_.at(table_));
    std::string text = "-- Table " + name + " is made anew, and its rows are copied.\n";
    for (const Object* column : parts_of(before_, table_, ObjectKind::Column)) {
      const bool has_values = column->fact(Fact::Generated).empty();
      if (has_values && !after_.contains(column->id))
        text += "-- Column " + spelled(*column) + " goes, with the values in it.\n";
    }
    for (const Object* column : written_) {
      const Object* old_column = find_object(before_, column->id);
      if (column->fact(Fact::NotNull).empty() || is_rowid(after_, *column)) continue;
      if (old_column == nullptr && default_of(after_, *column) == nullptr) {
        text += "-- Fails where the table has rows: column " + spelled(*column) +
                " is NOT NULL, new, and has no default. Add a value for it to INSERT and SELECT.\n";
      } else if (old_column != nullptr && old_column->fact(Fact::NotNull).empty()) {
        text += "-- Fails where column " + spelled(*column) + ", which becomes NOT NULL, is NULL.\n";
      }
    }
    return text;
  }

  [[nodiscard]] std::string copy(const std::string& to, const std::string& from) const {
    std::string columns = rowid();
    std::string values = columns;
    const auto add = [&](const std::string& column, const std::string& value) {
      columns += (columns.empty() ? "" : ", ") + column;
      values += (values.empty() ? "" : ", ") + value;
    };
    for (const Object* column : written_) {
      if (const Object* old_column = find_object(before_, column->id))
        add(spelled(*column), spelled(*old_column));
    }
    if (columns.empty()) {
      // Nothing is left of a row but that there is one.
      const Object* value = default_of(after_, *written_.front());
      add(spelled(*written_.front()), value == nullptr ? "NULL" : default_value(*value));
    }
    return std::string(heeds_no_conflict() ? "INSERT INTO " : "INSERT OR ABORT INTO ") + to + " (" + columns +
           ")\n    SELECT " + values + " FROM " + from;
  }

  /// What the rowid is called in both tables, where no column is copied that is one: a full-text index, for
  /// example, may know the rows by it. Empty where there is none.
  [[nodiscard]] std::string rowid() const {
    for (const Catalog* catalog : {&before_, &after_}) {
      if (catalog->at(table_).fact(Fact::Options).find("WITHOUT ROWID") != std::string_view::npos) return "";
    }
    const bool copied = std::any_of(written_.begin(), written_.end(), [&](const Object* column) {
      return before_.contains(column->id) && is_rowid(after_, *column);
    });
    if (copied) return "";
    for (const char* name : {"rowid", "_rowid_", "oid"}) {
      const ObjectId column{ObjectKind::Column, "", table_.name, name};
      if (!before_.contains(column) && !after_.contains(column)) return name;
    }
    return "";
  }

  /// A word alone is a text as a default, and a column in a SELECT.
  static std::string default_value(const Object& value) {
    const std::string definition(value.fact(Fact::Definition));
    const auto tokens = sqlite_tokens(definition);
    const bool word = tokens.size() == 1 && tokens[0].kind == SqliteToken::Kind::Word &&
                      is_constant(definition) && definition != "true" && definition != "false";
    return word ? sqlite_literal(definition) : definition;
  }

  /// ON CONFLICT IGNORE would leave out rows and say nothing.
  [[nodiscard]] bool heeds_no_conflict() const {
    return !any_constraint(after_, table_, "ON CONFLICT") &&
           std::none_of(written_.begin(), written_.end(), [](const Object* column) {
             return column->fact(Fact::NotNull).starts_with("ON CONFLICT");
           });
  }

  void append_count(std::vector<std::string>& to) const {
    constexpr std::string_view kCounted = " AUTOINCREMENT)";
    if (!any_constraint(before_, table_, kCounted) || !any_constraint(after_, table_, kCounted)) return;
    const std::string name = sqlite_literal(temporary_);
    to.push_back("DELETE FROM sqlite_sequence WHERE name = " + name);
    to.push_back("INSERT INTO sqlite_sequence (name, seq)\n    SELECT " + name +
                 ", seq FROM sqlite_sequence WHERE name = " +
                 sqlite_literal(sqlite_name(next_sqlite_token(spelled(before_.at(table_))))));
  }

  const Catalog& before_;
  const Catalog& after_;
  const ObjectId& table_;
  std::string temporary_;               ///< the table's name until the old one is gone; without quotes
  std::vector<const Object*> written_;  ///< columns that values can be put into
};

}  // namespace

std::vector<std::string> rebuild_table(const Catalog& before, const Catalog& after, const ObjectId& table) {
  return Rebuild(before, after, table).run();
}

}  // namespace athanor::schema
