// Any schema can be changed into any other, and back.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "integration/random_schemas/random_schema.hpp"
#include "support_schema/scratch_database.hpp"

namespace athanor {
namespace {

using schema::Catalog;
using schema::compare;
using testing::named;
using testing::random_schema;
using testing::ScratchDatabase;
using testing::script;
using testing::Seeds;

struct SeedRange {
  unsigned first = 0;
  unsigned end = 0;
};

/// `ATHANOR_SCHEMA_SEEDS=100..200` for a longer run by hand.
SeedRange seeds() {
  SeedRange range{0, 9};
  if (const char* given = std::getenv("ATHANOR_SCHEMA_SEEDS"))
    std::sscanf(given, "%u..%u", &range.first, &range.end);
  return range;
}

/// How much of the one schema is another in the other: next to nothing, some, nearly everything.
constexpr int kChangedPercent[] = {4, 20, 100};

/// Applies the way from one to the other and expects to be there.
void walk(const ScratchDatabase& walked, const Catalog& from, const Catalog& to, const std::string& dump) {
  const std::string way = script(from, to);
  ASSERT_NO_THROW(walked.apply(way)) << way;
  ASSERT_EQ(named(compare(walked.read(), to)), "") << way;
  ASSERT_EQ(walked.second_opinion(), dump) << way;
}

TEST(RandomSchemas, BecomeEachOther) {
  const int version = ScratchDatabase::server().major_version();
  const SeedRange range = seeds();
  for (unsigned seed = range.first; seed < range.end && !HasFatalFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Seeds one{seed, seed + 100000, 0};
    const Seeds other{seed, seed + 100000, kChangedPercent[seed % 3]};
    const ScratchDatabase walked(random_schema(one, version));
    const ScratchDatabase written(random_schema(other, version));
    const Catalog before = walked.read();
    const Catalog after = written.read();
    const std::string old_dump = walked.second_opinion();
    EXPECT_GT(before.size(), 200U);
    walk(walked, before, after, written.second_opinion());
    if (!HasFatalFailure()) walk(walked, after, before, old_dump);
  }
}

}  // namespace
}  // namespace athanor
