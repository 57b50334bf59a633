// Text cut as SQLite's own tokenizer cuts it.
#include "core/sqlite_tokens.hpp"

#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/sentence.hpp"

namespace athanor {
namespace {

using Kind = SqliteToken::Kind;

struct TokenCase {
  const char* sentence;
  const char* text;
  std::vector<std::pair<Kind, std::string>> tokens;
};

std::ostream& operator<<(std::ostream& out, const TokenCase& given) {
  return out << given.sentence;
}

const std::vector<TokenCase> kCases{
    {"space and comments are left out", " a --x\n/* y */ b /* z", {{Kind::Word, "a"}, {Kind::Word, "b"}}},
    {"names have letters beyond ASCII, and dollars",
     "h\u00e9_1$ x",
     {{Kind::Word, "h\u00e9_1$"}, {Kind::Word, "x"}}},
    {"quotes of names, doubled inside",
     "\"a\"\"b\" `c``d` [e]]",
     {{Kind::QuotedName, "\"a\"\"b\""},
      {Kind::QuotedName, "`c``d`"},
      {Kind::QuotedName, "[e]"},
      {Kind::Symbol, "]"}}},
    {"texts and blobs",
     "'it''s' X'0a' xy'z'",
     {{Kind::String, "'it''s'"}, {Kind::String, "X'0a'"}, {Kind::Word, "xy"}, {Kind::String, "'z'"}}},
    {"numbers with fractions, exponents, and in hexadecimal",
     "1.5e-3 .5 0x1E+1 2e+5 7.",
     {{Kind::Number, "1.5e-3"},
      {Kind::Number, ".5"},
      {Kind::Number, "0x1E"},
      {Kind::Symbol, "+"},
      {Kind::Number, "1"},
      {Kind::Number, "2e+5"},
      {Kind::Number, "7."}}},
    {"operators are whole",
     "a->>b||c<=-1",
     {{Kind::Word, "a"},
      {Kind::Symbol, "->>"},
      {Kind::Word, "b"},
      {Kind::Symbol, "||"},
      {Kind::Word, "c"},
      {Kind::Symbol, "<="},
      {Kind::Symbol, "-"},
      {Kind::Number, "1"}}},
    {"semicolons, and a quote that nothing closes",
     "a; 'b;",
     {{Kind::Word, "a"}, {Kind::Semicolon, ";"}, {Kind::Unterminated, "'b;"}}},
};

class SqliteTokens : public ::testing::TestWithParam<TokenCase> {};

TEST_P(SqliteTokens, AreCut) {
  std::vector<std::pair<Kind, std::string>> tokens;
  for (const SqliteToken& token : sqlite_tokens(GetParam().text)) tokens.emplace_back(token.kind, token.text);
  EXPECT_EQ(tokens, GetParam().tokens);
}

INSTANTIATE_TEST_SUITE_P(Cases, SqliteTokens, ::testing::ValuesIn(kCases), sentence_name<TokenCase>);

}  // namespace
}  // namespace athanor
