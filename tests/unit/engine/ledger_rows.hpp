// What a database answers to the ledger's readings.
#pragma once

#include <string>
#include <vector>

#include "engine/ledger.hpp"

namespace athanor::engine {

/// The ledger's last row as one cell; what is NULL comes as an empty field.
inline std::string entry_cell(const std::vector<std::string>& fields) {
  std::string cell;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) cell += kFieldSeparator;
    cell += field;
  }
  return cell;
}

}  // namespace athanor::engine
