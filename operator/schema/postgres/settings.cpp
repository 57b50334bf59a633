// What a column, a table or a view is set to, beside its shape.
#include <algorithm>

#include "schema/postgres/names.hpp"
#include "schema/postgres/statements.hpp"

namespace athanor::schema {

std::vector<std::string> options_of(std::string_view list) {
  std::vector<std::string> options;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(", "), list.size());
    options.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 2, list.size()));
  }
  return options;
}

Statements option_statements(const std::string& alter, std::string_view before, std::string_view after) {
  const auto name = [](const std::string& option) { return option.substr(0, option.find('=')); };
  const auto new_options = options_of(after);
  std::string gone;
  for (const std::string& option : options_of(before)) {
    const bool stays = std::any_of(new_options.begin(), new_options.end(),
                                   [&](const std::string& other) { return name(other) == name(option); });
    if (!stays) gone += (gone.empty() ? "" : ", ") + name(option);
  }
  Statements statements;
  if (!gone.empty()) statements.push_back(alter + " RESET (" + gone + ")");
  if (!new_options.empty()) statements.push_back(alter + " SET (" + std::string(after) + ")");
  return statements;
}

std::string set_default(const Object& default_value) {
  const ObjectId& id = default_value.id;
  return "ALTER TABLE ONLY " + table_of(id) + " ALTER COLUMN " + id.name + " SET DEFAULT " +
         std::string(default_value.fact(Fact::Definition));
}

std::string drop_default(const ObjectId& column) {
  return "ALTER TABLE ONLY " + table_of(column) + " ALTER COLUMN " + column.name + " DROP DEFAULT";
}

void append_column_settings(Statements& to, const Object& column, const Object* before) {
  const std::string alter = "ALTER TABLE ONLY " + table_of(column.id) + " ALTER COLUMN " + column.id.name;
  const auto old_one = [&](Fact fact) { return before == nullptr ? "" : std::string(before->fact(fact)); };
  const auto new_one = [&](Fact fact) { return std::string(column.fact(fact)); };
  const std::string storage = old_one(Fact::Storage);
  if (const std::string value = new_one(Fact::Storage); value != storage) {
    // What the type has stands in brackets.
    const std::string by_type = storage.substr(storage.find('(') + 1, storage.size() - storage.find('(') - 2);
    to.push_back(alter + " SET STORAGE " + (value.empty() ? by_type : value.substr(0, value.find(' '))));
  }
  if (const std::string value = new_one(Fact::Compression); value != old_one(Fact::Compression))
    to.push_back(alter + " SET COMPRESSION " + (value.empty() ? "default" : value));
  if (const std::string value = new_one(Fact::Statistics); value != old_one(Fact::Statistics))
    to.push_back(alter + " SET STATISTICS " + (value.empty() ? "-1" : value));
  if (new_one(Fact::Options) != old_one(Fact::Options)) {
    const auto options = option_statements(alter, old_one(Fact::Options), new_one(Fact::Options));
    to.insert(to.end(), options.begin(), options.end());
  }
}

}  // namespace athanor::schema
