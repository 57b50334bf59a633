// Schemas made by chance, alike enough to be changed into each other.
#pragma once

#include <cstdint>
#include <string>

namespace athanor::testing {

struct RandomSchema {
  std::string sql;
  std::string rows;  ///< INSERTs for it
};

/// Tables, with columns, constraints, indexes and triggers, views and virtual tables: some hundred objects,
/// the same for the same seed. The same names come again with every seed, about the half of them each time.
///
/// Any two of them take each other's rows: what may be NOT NULL has a default always, what may be unique is
/// NULL, and foreign keys lead to keys that are there.
[[nodiscard]] RandomSchema random_schema(std::uint32_t seed);

}  // namespace athanor::testing
