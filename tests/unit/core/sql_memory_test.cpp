// What scanning and reading cost in memory: not more for a long text than for a short one, but for the text.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/revision_file.hpp"
#include "core/sql_tokens.hpp"
#include "support/memory.hpp"

namespace athanor {
namespace {

using testing::peak_resident_bytes;

constexpr std::size_t kMegabyte = std::size_t{1024} * 1024;
constexpr std::size_t kLong = 2 * kMegabyte;  // 300 MB, were it scanned at once

std::string repeated(std::string_view part, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += part;
  return text;
}

TEST(ScanMemory, DoesNotGrowWithTheText) {
  for (const std::string_view part : {"1;", "1 ", "a+", "(1,'x'),", "-- c\n", "$$a$$ "}) {
    const std::string sql = repeated(part, kLong);
    const std::size_t before = peak_resident_bytes();
    std::size_t count = 0;
    ASSERT_TRUE(for_each_token(sql, [&count](std::span<const SqlToken> tokens) { count += tokens.size(); }));
    EXPECT_GE(count, kLong / part.size());
    EXPECT_LE(peak_resident_bytes(), before + 40 * kMegabyte) << part;
  }
}

TEST(ScanMemory, HasRoomForALiteralThatIsLongerThanAPiece) {
  const std::string sql = "SELECT '" + std::string(10 * kMegabyte, 'x') + "'; SELECT 1;";
  std::size_t count = 0;
  ASSERT_TRUE(for_each_token(sql, [&count](std::span<const SqlToken> tokens) { count += tokens.size(); }));
  EXPECT_EQ(count, 6U);
}

const std::string kHead = "-- revision: r1\n\n-- athanor:upgrade\n";

TEST(RevisionFileMemory, IsAFewTimesTheFile) {
  for (const std::string_view part : {"1;", "a+", "-- c\n", "(1,'x'),"}) {
    const std::string text = kHead + repeated(part, kLong);
    const std::size_t before = peak_resident_bytes();
    const auto revision = parse_revision_file(text, "1.sql");
    ASSERT_TRUE(revision) << revision.error().message;
    EXPECT_EQ(revision->upgrade.checksum.size(), 64U);
    EXPECT_LE(peak_resident_bytes(), before + 40 * kMegabyte) << part;
  }
}

TEST(RevisionFileLimit, IsToldWithTheFile) {
  std::string text = kHead + "SELECT 1;\n";
  text.resize(kMaxRevisionFileBytes, ' ');
  EXPECT_TRUE(parse_revision_file(text, "1.sql"));
  text += ' ';
  const auto revision = parse_revision_file(text, "ConfigMap shop/a key 1.sql.gz");
  ASSERT_FALSE(revision);
  EXPECT_EQ(revision.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(revision.error().reason, "InvalidRevisionFile");
  EXPECT_EQ(revision.error().site.file, "ConfigMap shop/a key 1.sql.gz");
  EXPECT_NE(revision.error().message.find("ConfigMap shop/a key 1.sql.gz is larger than 16 MiB"),
            std::string::npos)
      << revision.error().message;
}

}  // namespace
}  // namespace athanor
