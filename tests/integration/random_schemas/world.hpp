// What a schema that is being made has so far.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "integration/random_schemas/choice.hpp"

namespace athanor::testing {

struct Column {
  std::string name;
  std::string type;
};

struct World {
  Seeds seeds;
  int server_version = 0;
  std::string sql{};
  std::set<std::string> made{};                          ///< names, as SQL takes them
  std::map<std::string, std::vector<Column>> columns{};  ///< of tables and views that others may read
  std::vector<std::string> tables{};                     ///< plain ones, in order
  std::set<std::string> keyed{};                         ///< tables with a primary key on id
  std::vector<std::string> views{};

  void run(const std::string& statement) { sql += statement + ";\n"; }
  [[nodiscard]] bool has(const std::string& name) const { return made.contains(name); }
  /// Where an object of that number is: in a schema of its own if it is there.
  [[nodiscard]] std::string place(int number, const std::string& name) const;
  /// Comments and grants. @param kind as COMMENT ON has it; @param rights what GRANT may give; empty: none
  void annotate(Draw& draw, const std::string& kind, const std::string& name,
                const std::vector<std::string>& rights);
  /// A type that is there: one of those that everybody has, or that this schema made.
  [[nodiscard]] std::string type(Draw& draw) const;
  /// A default for a column of that type; empty: none.
  [[nodiscard]] std::string default_for(Draw& draw, const std::string& type) const;
};

void make_schemas(World& world);
void make_early_functions(World& world);
void make_types(World& world);
void make_sequences(World& world);
void make_tables(World& world);
void make_families(World& world);  ///< partitions and inheritance
void make_foreign_keys(World& world);
void make_indexes(World& world);
void make_views(World& world);
void make_late_functions(World& world);  ///< of rows, and of what they read
void make_reactions(World& world);       ///< rules, triggers, policies, event triggers
void make_default_privileges(World& world);

}  // namespace athanor::testing
