// RevisionSource: a small entry that unpacks to much costs little memory.
#include <string>

#include <gtest/gtest.h>

#include "controller/revision_source.hpp"
#include "support/memory.hpp"
#include "unit/controller/packing.hpp"
#include "unit/controller/revisions.hpp"

namespace athanor::controller {
namespace {

TEST(RevisionMemory, is_a_few_times_what_an_entry_unpacks_to) {
  std::string text = revision_text("r1", "", "");
  const std::size_t unpacked = std::size_t{4} * 1024 * 1024;
  while (text.size() < unpacked) text += "1;";
  const ports::ConfigMap packed = config_map({"shop", "a"}, {}, {{"1.sql.gz", gzipped(text)}});
  ASSERT_LT(packed.binary_data.at("1.sql.gz").size(), 16U * 1024);
  SetTally tally;
  const std::size_t before = testing::peak_resident_bytes();
  ASSERT_TRUE(revisions_of(packed, tally));
  // At once it would be 150 bytes for each of four million tokens.
  EXPECT_LE(testing::peak_resident_bytes(), before + 64U * 1024 * 1024);
}

}  // namespace
}  // namespace athanor::controller
