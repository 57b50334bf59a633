// sql_checksum(): what counts as an edit and what does not.
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/digest.hpp"
#include "core/sql_script.hpp"
#include "core/sql_tokens.hpp"

namespace athanor {
namespace {

struct Pair {
  std::string name;
  std::string one, other;
};

TEST(SqlChecksum, IsEqualWhereOnlyTheLayoutDiffers) {
  for (const Pair& pair : std::vector<Pair>{
           {"spaces and lines", "SELECT 1,  2;\n\n\nSELECT\t3;", "SELECT 1, 2; SELECT 3;"},
           {"no space where none is needed", "SELECT a+b,(c)FROM t", "SELECT a + b, ( c ) FROM t"},
           {"comments", "-- licence\nSELECT 1 /* why /* nested */ */ ; -- end", "SELECT 1;"},
           {"the last semicolon", "SELECT 1", "SELECT 1;"},
           {"spare semicolons", ";;SELECT 1;; ;SELECT 2;;", "SELECT 1; SELECT 2"},
           {"line ends", "SELECT 1;\r\nSELECT 2;\r\n", "SELECT 1;\nSELECT 2;\n"},
           {"nothing but comments", "-- nothing\n;", ""},
           {"white space around what does not scan", "SELECT 'x  \n y", "  SELECT 'x y\n"},
       }) {
    EXPECT_EQ(sql_checksum(pair.one), sql_checksum(pair.other)) << pair.name;
  }
}

TEST(SqlChecksum, DiffersWhereATokenDiffers) {
  for (const Pair& pair : std::vector<Pair>{
           {"spaces in a literal", "SELECT 'a b'", "SELECT 'a  b'"},
           {"a comment in a literal", "SELECT 'a -- b'", "SELECT 'a'"},
           {"lines in a dollar quote", "DO $$ BEGIN\nEND $$", "DO $$ BEGIN END $$"},
           {"the case of a keyword", "select 1", "SELECT 1"},
           {"the case of a quoted name", "SELECT \"A\"", "SELECT \"a\""},
           {"one token or two", "SELECT ab", "SELECT a b"},
           {"one operator or two", "SELECT 1 @- 2", "SELECT 1 @ - 2"},
           {"two statements or one", "SELECT 1; SELECT 2", "SELECT 1 SELECT 2"},
           {"an escaped literal or not", "SELECT E'a'", "SELECT E 'a'"},
           {"spaces in a quoted name", "SELECT \"a b\"", "SELECT \"a  b\""},
           {"a Unicode literal", "SELECT U&'a', 1", "SELECT U&'b', 1"},
           {"a Unicode name", "SELECT U&\"a\", 1", "SELECT U&\"b\", 1"},
           {"a commented statement", "SELECT 1; -- SELECT 2", "SELECT 1; SELECT 2"},
           {"a number", "SELECT 1_000", "SELECT 1_001"},
           {"something and nothing", "SELECT 1", ""},
       }) {
    EXPECT_NE(sql_checksum(pair.one), sql_checksum(pair.other)) << pair.name;
  }
}

TEST(SqlChecksum, OfNothingIsTheHashOfNothing) {
  EXPECT_EQ(sql_checksum(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/// A script as a list of tokens that need white space between them, none of them a literal that a neighbour
/// on another line would continue.
std::vector<std::string> random_tokens(std::mt19937& random) {
  static const std::vector<std::string> kTokens = {"SELECT",
                                                   "FROM",
                                                   "tbl",
                                                   "\"Quoted  Name\"",
                                                   "( 'it''s; -- no /* comment */' )",
                                                   "$a$ body;  -- kept\n $a$",
                                                   "42",
                                                   "3.14",
                                                   "+",
                                                   "(",
                                                   ")",
                                                   ",",
                                                   "::",
                                                   ";",
                                                   "é",
                                                   "x'1F'"};
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < 20; ++i) tokens.push_back(kTokens[random() % kTokens.size()]);
  return tokens;
}

std::string laid_out(const std::vector<std::string>& tokens, std::mt19937& random) {
  static const std::vector<std::string> kGaps = {
      " ", "\n", "\t\n\n", " -- remark; 'open\n", " /* a /* b; */ ' */ ", "\r\n"};
  std::string sql;
  for (const std::string& token : tokens) {
    sql += kGaps[random() % kGaps.size()];
    sql += token;
    if (token == ";" && random() % 3 == 0) sql += " ;";
  }
  return sql + kGaps[random() % kGaps.size()];
}

TEST(SqlChecksum, NeverDependsOnLayout) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    const auto tokens = random_tokens(random);
    const std::string one = laid_out(tokens, random);
    ASSERT_TRUE(scan_sql(one)) << one;
    ASSERT_EQ(sql_checksum(one), sql_checksum(laid_out(tokens, random))) << one;
  }
}

TEST(SqlChecksum, AlwaysDependsOnEveryToken) {
  std::mt19937 random(8);
  for (int round = 0; round < 500; ++round) {
    auto tokens = random_tokens(random);
    const std::string before = sql_checksum(laid_out(tokens, random));
    std::string& changed = tokens[random() % tokens.size()];
    if (changed == ";") continue;  // one of several semicolons may be a spare one
    changed = changed == "other" ? "another" : "other";
    ASSERT_NE(sql_checksum(laid_out(tokens, random)), before);
  }
}

TEST(Sha256, IsTheSameForBytesThatComeInPieces) {
  std::string bytes(20'000, 'a');
  Sha256 hash;
  for (std::size_t at = 0, count = 1; at < bytes.size(); at += count, count = count * 3 % 5000 + 1) {
    hash.add(std::string_view(bytes).substr(at, count));
  }
  EXPECT_EQ(hash.hex(), sha256_hex(bytes));
  EXPECT_EQ(Sha256().hex(), sha256_hex(""));
}

TEST(Sha256, AgreesWithThePublishedVectors) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

}  // namespace
}  // namespace athanor
