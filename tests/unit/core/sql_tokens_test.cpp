// for_each_token(): pieces change nothing of what a text is made of.
#include "core/sql_tokens.hpp"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/sentence.hpp"

namespace athanor {
namespace {

struct Scanned {
  std::vector<SqlToken> tokens;
  std::string error;
  std::size_t offset = 0;
};

Scanned scanned_in_pieces_of(std::size_t bytes, const std::string& sql) {
  Scanned all;
  const auto scanned = for_each_token(
      sql,
      [&all](std::span<const SqlToken> tokens) {
        all.tokens.insert(all.tokens.end(), tokens.begin(), tokens.end());
      },
      bytes);
  if (!scanned) all = {{}, scanned.error().message, scanned.error().offset};
  return all;
}

void expect_pieces_to_change_nothing(const std::string& sql) {
  const Scanned whole = scanned_in_pieces_of(sql.size() + 1, sql);
  for (std::size_t bytes = 1; bytes <= sql.size(); ++bytes) {
    const Scanned pieces = scanned_in_pieces_of(bytes, sql);
    ASSERT_EQ(pieces.tokens, whole.tokens) << "in pieces of " << bytes << ":\n" << sql;
    ASSERT_EQ(pieces.offset, whole.offset) << "in pieces of " << bytes << ":\n" << sql;
    ASSERT_EQ(pieces.error.substr(0, pieces.error.find(" at or near")),
              whole.error.substr(0, whole.error.find(" at or near")))
        << "in pieces of " << bytes << ":\n"
        << sql;
  }
}

struct Case {
  std::string sentence;
  std::string sql;
};

class Pieces : public testing::TestWithParam<Case> {};

TEST_P(Pieces, ChangeNothing) {
  expect_pieces_to_change_nothing(GetParam().sql);
}

INSTANTIATE_TEST_SUITE_P(
    Sentences, Pieces,
    testing::Values(
        Case{"short statements", "SELECT 1; SELECT a, b FROM t WHERE (a = 1);\nDROP TABLE t;"},
        Case{"no white space at all", "1;1,1+1-a*b(c)[d]::int.e<=f"},
        Case{"a string that goes on below", "SELECT 'one'\n  'two'\n-- and more\n  'three', 4;"},
        Case{"a string beside a string on one line", "SELECT 'one' /* c */ 'two' -- d\n;"},
        Case{"doubled quotes", "SELECT 'it''s; --', \"a\"\"b;\", E'\\'; ';"},
        Case{"dollar quotes", "SELECT $a$ ; $b$ ; $a$, $$;$$, $1, $2and;"},
        Case{"a dollar that opens nothing", "SELECT a$b, $1 FROM t$;"},
        Case{"nested comments", "SELECT /* a /* b; */ c; */ 1; -- d; e\nSELECT 2;"},
        Case{"operators that come apart late", "SELECT 1 *- 2, a <-- c\n 3, b ->> c, @-@ d, e /*f*/ + g;"},
        Case{"quotes with a letter before them",
             "SELECT U&'d\\0061', U&\"d\" , e'x', x'1F', b'1', n'z', U & 1;"},
        Case{"numbers of later releases", "SELECT 1_000, 0xFF, 1e5, 1.5e-3, .5, 1..2; SELECT 0b11;"},
        Case{"letters beyond ASCII", "SELECT é, 'ü', \"ö\" FROM ñandú; -- ä\nSELECT 1;"},
        Case{"a string that nothing closes", "SELECT 1; SELECT (2, 3); SELECT 'open; SELECT 4;"},
        Case{"a comment that nothing closes", "SELECT 1; /* open /* shut */ SELECT 2; SELECT 3;"},
        Case{"much white space",
             "  \n\n SELECT    1     ;      'a'      \n\n\n   'b'     -- c     \n    ;     "},
        Case{"strings and comments in a row", "SELECT 'a' 'b' 'c' /* d */ 'e' -- f\n'g'; -- h\n-- i\n-- j\n"},
        Case{"a name that nothing closes", "SELECT 1, 2, 3; SELECT \"open; SELECT 4;"},
        Case{"junk after a number", "SELECT 1; SELECT 2, 12_$x; SELECT 3; SELECT 4, 5, 6;"},
        Case{"nothing", ""}, Case{"nothing but a comment", "-- nothing\n"}),
    sentence_name<Case>);

TEST(PiecesOfAnything, ChangeNothing) {
  static const std::vector<std::string> kParts = {
      "SELECT", "a", "1", "1.", ".5", "'s'",    "'",  "\"q\"", "$$;$$", ";",  ",", "(",  ")",      "+",  "-",
      "*",      "/", "@", ":",  "::", "-- c\n", "/*", "*/",    " ",     "\n", "é", "U&", "E'\\''", "0x", "e"};
  std::mt19937 random(11);
  for (int round = 0; round < 400; ++round) {
    std::string sql;
    for (int i = 0; i < 24; ++i) sql += kParts[random() % kParts.size()];
    expect_pieces_to_change_nothing(sql);
  }
}

}  // namespace
}  // namespace athanor
