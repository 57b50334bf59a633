#include "integration/inspect_sqlite/random_schema.hpp"

#include <algorithm>
#include <random>
#include <vector>

namespace athanor::testing {
namespace {

constexpr int kTables = 16;
constexpr int kViews = 10;

class Maker {
 public:
  explicit Maker(std::uint32_t seed) : random_(seed) {}

  RandomSchema make() {
    for (int i = 0; i < kTables; ++i) {
      if (chance(70)) tables_.push_back(i);
    }
    for (const int table : tables_) make_table(table);
    make_views();
    for (const int table : tables_) make_triggers("t" + std::to_string(table), false);
    if (chance(50)) {
      schema_.sql += "CREATE VIRTUAL TABLE docs USING fts5(" +
                     one_of({"title", "title, body", "title, tokenize = porter"}) + ");\n";
    }
    return std::move(schema_);
  }

 private:
  bool chance(int percent) { return std::uniform_int_distribution<int>(1, 100)(random_) <= percent; }

  std::string one_of(const std::vector<std::string>& choices) {
    return choices[std::uniform_int_distribution<std::size_t>(0, choices.size() - 1)(random_)];
  }

  /// The same name in other letters, or in quotes.
  std::string spelled(std::string name) {
    if (chance(10))
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
    return chance(10) ? '"' + name + '"' : name;
  }

  void add_column(const std::string& name, const std::string& rest) {
    columns_.push_back(name);
    items_.push_back(spelled(name) + ' ' + type() + rest);
  }

  std::string type() {
    if (strict_) return one_of({"INT", "INTEGER", "TEXT"});
    return one_of({"INT", "integer", "TEXT", "", "varchar(20)", "BLOB", "\"Odd type\""});
  }

  std::string named() {
    return chance(30) ? "CONSTRAINT " + spelled("k" + one_of({"0", "1", "2"})) + ' ' : "";
  }

  void make_table(int table) {
    items_.clear();
    columns_.clear();
    const std::string name = "t" + std::to_string(table);
    strict_ = chance(20);
    const bool without_rowid = chance(15);
    add_key(without_rowid);
    add_columns();
    add_constraints();
    std::string sql = "CREATE TABLE " + spelled(name) + " (";
    for (std::size_t i = 0; i < items_.size(); ++i) sql += (i == 0 ? "" : ", ") + items_[i];
    sql += ')';
    if (strict_) sql += " STRICT";
    if (without_rowid) sql += strict_ ? ", WITHOUT ROWID" : " WITHOUT ROWID";
    schema_.sql += sql + ";\n";
    schema_.rows += "INSERT INTO " + name + " (id) VALUES (1), (2), (3);\n";
    make_indexes(name);
  }

  void add_key(bool without_rowid) {
    columns_.emplace_back("id");
    if (without_rowid) {
      items_.push_back(one_of({"id INT PRIMARY KEY", "id INTEGER NOT NULL PRIMARY KEY"}));
    } else {
      items_.push_back(
          one_of({"id INTEGER PRIMARY KEY", "Id INTEGER PRIMARY KEY AUTOINCREMENT", "id INT UNIQUE",
                  "id INTEGER PRIMARY KEY DESC", "id INT CONSTRAINT pk PRIMARY KEY ON CONFLICT FAIL"}));
    }
  }

  void add_columns() {
    for (int i = 0; i < 3; ++i) {
      if (chance(60))
        add_column("u" + std::to_string(i),
                   chance(30) ? " COLLATE " + one_of({"NOCASE", "rtrim", "binary"}) : "");
    }
    for (int i = 0; i < 4; ++i) {
      if (!chance(60)) continue;
      add_column("d" + std::to_string(i),
                 one_of({" DEFAULT 7", " DEFAULT -3", " DEFAULT (1 + 2)", " DEFAULT '5'"}) +
                     one_of({"", " NOT NULL", " NOT NULL ON CONFLICT REPLACE"}) +
                     (chance(20) ? " CHECK (d" + std::to_string(i) + "<>99)" : ""));
    }
    for (int i = 0; i < 2; ++i) {
      if (chance(25))
        add_column("g" + std::to_string(i),
                   " AS (" + one_of({"id + 1", "-id", "abs( id )"}) + ")" + one_of({"", " STORED"}));
    }
    if (chance(40)) std::shuffle(items_.begin() + 1, items_.end(), random_);
  }

  [[nodiscard]] bool has(const std::string& column) const {
    return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
  }

  void add_constraints() {
    if (has("u0") && chance(40))
      items_.push_back(named() + "UNIQUE (u0" + one_of({"", " DESC"}) + ")" +
                       one_of({"", " ON CONFLICT IGNORE"}));
    if (has("u0") && has("u1") && chance(40)) items_.push_back(named() + "UNIQUE (u1, u0)");
    if (has("d0") && chance(40))
      items_.push_back(named() + "CHECK (d0 " + one_of({"<> - -99", "NOT IN (98, 99)", "IS NOT 'x'"}) + ")");
    if (has("d1") && has("d2") && chance(40)) items_.push_back(named() + "CHECK (d1 <> 50 OR d2 <> 50)");
    if (has("u2") && chance(60)) {
      const int parent = tables_[std::uniform_int_distribution<std::size_t>(0, tables_.size() - 1)(random_)];
      items_.push_back(named() + "FOREIGN KEY (u2) REFERENCES " + spelled("t" + std::to_string(parent)) +
                       " (id)" + one_of({"", " ON DELETE CASCADE", " ON UPDATE SET NULL"}) +
                       one_of({"", " DEFERRABLE INITIALLY DEFERRED"}));
    }
  }

  void make_indexes(const std::string& table) {
    for (int i = 0; i < 3; ++i) {
      if (!chance(40)) continue;
      const std::string column = one_of(columns_);
      schema_.sql += "CREATE INDEX " + spelled("i" + std::to_string(i) + '_' + table) + " ON " + table +
                     " (" + one_of({column, column + " DESC", "lower(" + column + ")", column + ", id"}) +
                     ")" + one_of({"", " WHERE " + column + " IS NOT NULL"}) + ";\n";
    }
  }

  void make_views() {
    std::vector<std::string> sources;
    for (const int table : tables_) sources.push_back("t" + std::to_string(table));
    for (int i = 0; i < kViews; ++i) {
      if (!chance(60)) continue;
      const std::string view = "v" + std::to_string(i);
      schema_.sql += "CREATE VIEW " + spelled(view) + " AS SELECT " +
                     one_of({"*", "id", "id, count(*) AS n"}) + " FROM " + one_of(sources) + ";\n";
      sources.push_back(view);
      make_triggers(view, true);
    }
  }

  void make_triggers(const std::string& target, bool view) {
    for (int i = 0; i < 2; ++i) {
      if (!chance(30)) continue;
      schema_.sql += "CREATE TRIGGER " + spelled("g" + std::to_string(i) + '_' + target) + ' ' +
                     (view ? "INSTEAD OF" : one_of({"AFTER", "BEFORE"})) + ' ' +
                     one_of({"INSERT", "DELETE"}) + " ON " + target + " BEGIN DELETE FROM t" +
                     std::to_string(tables_.front()) + " WHERE id = " + one_of({"98", "99"}) + "; END;\n";
    }
  }

  std::mt19937 random_;
  std::vector<int> tables_;
  bool strict_ = false;
  std::vector<std::string> columns_;  ///< of the table that is being made
  std::vector<std::string> items_;
  RandomSchema schema_;
};

}  // namespace

RandomSchema random_schema(std::uint32_t seed) {
  return Maker(seed).make();
}

}  // namespace athanor::testing
