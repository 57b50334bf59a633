// Revision files and ConfigMaps for tests.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "ports/objects.hpp"

namespace athanor::controller {

/// A revision file, whose downgrade section drops what `sql` is taken to create.
inline std::string revision_text(const std::string& id, const std::string& parent, const std::string& sql,
                                 const std::string& downgrade = "") {
  std::string text = "-- revision: " + id + "\n-- down_revision: " + (parent.empty() ? "none" : parent) +
                     "\n-- message: " + id + "\n\n-- athanor:upgrade\n" + sql + "\n";
  if (!downgrade.empty()) text += "\n-- athanor:downgrade\n" + downgrade + "\n";
  return text;
}

/// A chain r1 ← r2 ← … of `count` revisions, each with a table of its own (t1, t2, …), as a ConfigMap's data.
inline ports::StringMap chain(int count) {
  ports::StringMap data;
  for (int i = 1; i <= count; ++i) {
    const std::string n = std::to_string(i);
    data["r" + n + ".sql"] =
        revision_text("r" + n, i == 1 ? "" : "r" + std::to_string(i - 1),
                      "CREATE TABLE t" + n + " (id integer PRIMARY KEY);", "DROP TABLE t" + n + ";");
  }
  return data;
}

inline ports::ConfigMap config_map(ports::ObjectKey key, ports::StringMap data,
                                   ports::StringMap binary_data = {}, ports::StringMap labels = {}) {
  ports::ConfigMap made;
  made.meta.uid = "uid-of-" + key.name;
  made.meta.key = std::move(key);
  made.meta.labels = std::move(labels);
  made.data = std::move(data);
  made.binary_data = std::move(binary_data);
  return made;
}

}  // namespace athanor::controller
