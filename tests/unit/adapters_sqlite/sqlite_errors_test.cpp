#include "adapters/sqlite/sqlite_errors.hpp"

#include <string>

#include <gtest/gtest.h>

namespace athanor::sqlite {
namespace {

struct Said {
  std::string name;
  std::string message;
  std::string kept;
};

class WithoutQuotation : public ::testing::TestWithParam<Said> {};

INSTANTIATE_TEST_SUITE_P(
    Of, WithoutQuotation,
    ::testing::Values(
        Said{"ATextThatDoesNotParse", R"(near "'hunter2-s3cret'": syntax error)",
             R"(near "…": syntax error)"},
        Said{"OneWithQuotesOfItsOwn", R"(near "'a": b "s3cret'": syntax error)", R"(near "…": syntax error)"},
        Said{"OneWithinATrigger", R"(error in trigger t: near "'s3cret'": syntax error)",
             R"(error in trigger t: near "…": syntax error)"},
        Said{"ATokenThatIsNone", R"(unrecognized token: "'hunter2)", R"(unrecognized token: "…")"},
        Said{"AnotherOne", R"(unrecognized token: "1hunter2")", R"(unrecognized token: "…")"},
        Said{"AStringInTheWrongQuotes",
             R"(no such column: "hunter2" - should this be a string literal in single-quotes?)",
             R"(no such column: "…" - should this be a string literal in single-quotes?)"},
        Said{"ACheckWithoutAName", "CHECK constraint failed: id <> 4711", R"(CHECK constraint failed: "…")"},
        Said{"ACheckWithAName", "CHECK constraint failed: id_is_positive",
             "CHECK constraint failed: id_is_positive"},
        Said{"AJsonPath", "bad JSON path: '$.s3cret['", R"(bad JSON path: "…")"},
        Said{"AJsonPathOfOlderVersions", "JSON path error near 's3cret'", R"(JSON path error near "…")"},
        Said{"AMatch", "malformed MATCH expression: [s3cret AND]", R"(malformed MATCH expression: "…")"},
        Said{"ANumber", "hex literal too big: 0x123456789abcdef01", R"(hex literal too big: "…")"},
        Said{"NamesOfObjects", "UNIQUE constraint failed: users.name",
             "UNIQUE constraint failed: users.name"},
        Said{"AMissingTable", "no such table: users", "no such table: users"},
        Said{"AMissingColumn", "no such column: nickname", "no such column: nickname"}),
    [](const auto& named) { return named.param.name; });

TEST_P(WithoutQuotation, KeepsWhatIsNotOfTheStatement) {
  EXPECT_EQ(without_quotation(GetParam().message), GetParam().kept);
}

}  // namespace
}  // namespace athanor::sqlite
