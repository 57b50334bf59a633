#include "adapters/postgres/postgres_errors.hpp"

#include <gtest/gtest.h>

#include "adapters/postgres/quoting.hpp"
#include "adapters/postgres/settings.hpp"
#include "unit/sentence.hpp"

namespace athanor::postgres {
namespace {

struct StateCase {
  std::string sqlstate;
  ErrorKind kind;
  std::string reason;
};

class SqlState : public ::testing::TestWithParam<StateCase> {};

TEST_P(SqlState, DecidesKindAndReason) {
  const Error error = to_error({.sqlstate = GetParam().sqlstate, .message = "what the server says"}, {});
  EXPECT_EQ(error.kind, GetParam().kind);
  EXPECT_EQ(error.reason, GetParam().reason);
  EXPECT_EQ(error.site.sqlstate, GetParam().sqlstate);
  EXPECT_TRUE(error.answered);
}

INSTANTIATE_TEST_SUITE_P(Every, SqlState,
                         ::testing::Values(StateCase{"08006", ErrorKind::Transient, "SqlError"},
                                           StateCase{"28P01", ErrorKind::Transient, "AuthenticationFailed"},
                                           StateCase{"53100", ErrorKind::Transient, "DatabaseOutOfResources"},
                                           StateCase{"53200", ErrorKind::Transient, "DatabaseOutOfResources"},
                                           StateCase{"25P03", ErrorKind::Transient, "SqlError"},
                                           StateCase{"57P03", ErrorKind::Transient, "SqlError"},
                                           StateCase{"3D000", ErrorKind::Transient, "DatabaseMissing"},
                                           StateCase{"40001", ErrorKind::Transient, "SerializationFailure"},
                                           StateCase{"40P01", ErrorKind::Transient, "Deadlock"},
                                           StateCase{"55P03", ErrorKind::Transient, "LockTimeout"},
                                           StateCase{"25006", ErrorKind::Transient, "DatabaseReadOnly"},
                                           StateCase{"57014", ErrorKind::Terminal, "StatementCancelled"},
                                           StateCase{"42501", ErrorKind::Terminal, "PermissionDenied"},
                                           StateCase{"42P01", ErrorKind::Terminal, "SqlError"},
                                           StateCase{"23505", ErrorKind::Terminal, "SqlError"},
                                           StateCase{"22012", ErrorKind::Terminal, "SqlError"},
                                           StateCase{"P0001", ErrorKind::Terminal, "SqlError"},
                                           StateCase{"XX000", ErrorKind::Terminal, "SqlError"}),
                         [](const auto& each) { return "State" + each.param.sqlstate; });

TEST(ToError, ALostConnectionIsTransientWhateverWasSaid) {
  for (const std::string state : {"", "08006", "25P03", "57P01", "42P01"}) {
    const Error error =
        to_error({.sqlstate = state, .message = "terminating connection", .connection_lost = true},
                 {.writable = true});
    EXPECT_EQ(error.kind, ErrorKind::Transient) << state;
    EXPECT_EQ(error.reason, "DatabaseUnreachable") << state;
    EXPECT_FALSE(error.answered) << state;
  }
}

TEST(ToError, AReadOnlyTransactionIsTheRevisionsOwnDoingWhereTheServerHadGrantedOneThatWrites) {
  const ServerError read_only{.sqlstate = "25006",
                              .message = "cannot execute INSERT in a read-only transaction"};
  const Error error = to_error(read_only, {.writable = true});
  EXPECT_EQ(error.kind, ErrorKind::Terminal);
  EXPECT_EQ(error.reason, "TransactionControl");
  EXPECT_NE(error.message.find("transaction_read_only"), std::string::npos) << error.message;
}

struct QuotationCase {
  const char* sentence;
  std::string sqlstate;
  std::string said;
  std::string told;
};

class Quotation : public ::testing::TestWithParam<QuotationCase> {};

TEST_P(Quotation, OfTheStatementOrOfARowIsLeftOut) {
  const Error error = to_error({.sqlstate = GetParam().sqlstate, .message = GetParam().said}, {});
  EXPECT_EQ(error.message, GetParam().told + " (SQLSTATE " + GetParam().sqlstate + ")");
}

INSTANTIATE_TEST_SUITE_P(
    Every, Quotation,
    ::testing::Values(
        QuotationCase{"what does not parse", "42601", "syntax error at or near \"\"s3cr3t\"\"",
                      "syntax error"},
        QuotationCase{"what does not parse, in German", "42601", "Syntaxfehler bei »s3cr3t«",
                      "Syntaxfehler bei \"…\""},
        QuotationCase{"the end of what does not parse", "42601", "syntax error at end of input",
                      "syntax error at end of input"},
        QuotationCase{"an option that is none", "42601", "unrecognized role option \"s3cr3t\"",
                      "unrecognized role option \"…\""},
        QuotationCase{"a path within a value", "42601", "syntax error at or near \"s3\" of jsonpath input",
                      "syntax error"},
        QuotationCase{"a connection string", "42601",
                      "invalid connection string syntax: missing \"=\" after \"s3cr3t\" in connection info",
                      "invalid connection string syntax"},
        QuotationCase{"a value of another type", "22P02",
                      "invalid input syntax for type integer: \"s3\"cr3t\"",
                      "invalid input syntax for type integer: \"…\""},
        QuotationCase{"a number too large", "22003",
                      "value \"4111111111111111\" is out of range for type integer",
                      "value \"…\" is out of range for type integer"},
        QuotationCase{"a number too large, in French", "22003",
                      "la valeur « 4111111111111111 » est en dehors des limites du type integer",
                      "la valeur \"…\" est en dehors des limites du type integer"},
        QuotationCase{"a value that a parameter does not take", "22023",
                      "invalid value for parameter \"app.key\": \"s3cr3t\"",
                      "invalid value for parameter \"…\""},
        QuotationCase{"a time zone that is none", "22009", "time zone displacement out of range: \"s3cr3t\"",
                      "time zone displacement out of range: \"…\""},
        QuotationCase{"a key that comes twice", "22030", "duplicate JSON object key value: \"s3cr3t\"",
                      "duplicate JSON object key value: \"…\""},
        QuotationCase{"a key that is missing", "2203A", "JSON object does not contain key \"s3cr3t\"",
                      "JSON object does not contain key \"…\""},
        QuotationCase{"nothing of a value that is too long", "22001",
                      "value too long for type character varying(5)",
                      "value too long for type character varying(5)"},
        QuotationCase{"a name is told", "42P01", "relation \"users\" does not exist",
                      "relation \"users\" does not exist"}),
    sentence_name<QuotationCase>);

struct GrantCase {
  const char* sentence;
  std::string said;
  std::string grant;
};

class Grant : public ::testing::TestWithParam<GrantCase> {};

TEST_P(Grant, IsAdvised) {
  const Error error =
      to_error({.sqlstate = "42501", .message = GetParam().said}, {.user = "owner", .login = "deploy"});
  EXPECT_NE(error.message.find(GetParam().grant), std::string::npos) << error.message;
}

INSTANTIATE_TEST_SUITE_P(
    Every, Grant,
    ::testing::Values(GrantCase{"the login takes a role", "permission denied to set role \"stranger\"",
                                "GRANT \"stranger\" TO \"deploy\";"},
                      GrantCase{"the role gives something away", "must be member of role \"other\"",
                                "GRANT \"other\" TO \"owner\";"},
                      GrantCase{"the same since version 16", "must be able to SET ROLE \"other\"",
                                "GRANT \"other\" TO \"owner\";"},
                      GrantCase{"another's table", "must be owner of table t", "spec.database.role"}),
    sentence_name<GrantCase>);

TEST(ToError, ACancelTellsWhoseItWas) {
  const ServerError cancelled{.sqlstate = "57014", .message = "canceling statement due to user request"};
  EXPECT_EQ(to_error(cancelled, {.cancelled = true}).reason, "Cancelled");
  EXPECT_EQ(to_error(cancelled, {.cancelled = true}).kind, ErrorKind::Transient);
  EXPECT_EQ(to_error(cancelled, {.deadline_passed = true}).reason, "StatementTimeout");
  const ServerError timeout{.sqlstate = "57014", .message = "canceling statement due to statement timeout"};
  EXPECT_EQ(to_error(timeout, {.statement_timeout = std::chrono::seconds(1)}).reason, "StatementTimeout");
}

TEST(ToError, BookkeepingThatIsCancelledSaysNothingAboutTheRevisionAndIsTriedAgain) {
  for (const std::string said :
       {"canceling statement due to statement timeout", "canceling statement due to user request",
        "storniere Anfrage wegen Zeitüberschreitung der Anfrage"}) {
    const ServerError cancelled{.sqlstate = "57014", .message = said};
    const Error error =
        to_error(cancelled, {.bookkeeping = true, .statement_timeout = std::chrono::seconds(1)});
    EXPECT_EQ(error.kind, ErrorKind::Transient) << said;
    EXPECT_EQ(error.reason, "LockTimeout") << said;
    EXPECT_NE(error.message.find(said), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("pg_blocking_pids()"), std::string::npos) << error.message;
    EXPECT_EQ(to_error(cancelled, {.cancelled = true, .bookkeeping = true}).reason, "Cancelled") << said;
  }
}

TEST(ToError, TheMessageHasHintAndFunctionButNoPassword) {
  const Error error =
      to_error({.sqlstate = "P0001",
                .message = "bad s3cr3t",
                .hint = "try harder",
                .context = "PL/pgSQL function f() line 3 at RAISE\nSQL statement \"SELECT secret\""},
               {.password = "s3cr3t"});
  EXPECT_EQ(
      error.message,
      "bad *** (SQLSTATE P0001) Hint of the server: try harder In PL/pgSQL function f() line 3 at RAISE.");
}

TEST(ToError, AMissingPrivilegeInAnotherLanguageStillGivesAdvice) {
  const Error error =
      to_error({.sqlstate = "42501", .message = "keine Berechtigung für Schema public"}, {.user = "u\"x"});
  EXPECT_NE(error.message.find("GRANT \"u\"\"x\""), std::string::npos) << error.message;
}

struct ConnectCase {
  const char* name;
  std::string text;
  ErrorKind kind;
  std::string reason;
};

class ConnectFailure : public ::testing::TestWithParam<ConnectCase> {};

TEST_P(ConnectFailure, IsClassified) {
  const Error error = connect_error(GetParam().text, "db:5432", {.user = "u", .database = "d"});
  EXPECT_EQ(error.kind, GetParam().kind) << error.message;
  EXPECT_EQ(error.reason, GetParam().reason) << error.message;
  EXPECT_NE(error.message.find("db:5432"), std::string::npos) << error.message;
}

TEST(ConnectError, MakesSentencesOfLibpqsLines) {
  const ErrorContext context{.user = "u", .database = "d"};
  const auto ending = [&](std::string_view text) {
    const std::string told = connect_error(text, "db:5432", context).message;
    const std::string begin = "No connection to the server at db:5432: ";
    return told.starts_with(begin) ? told.substr(begin.size()) : told;
  };
  EXPECT_EQ(
      ending("connection to server at \"db\" (10.0.0.7), port 5432 failed: Connection refused\n\tIs the "
             "server running on that host and accepting TCP/IP connections?\n"),
      "Connection refused. Is the server running on that host and accepting TCP/IP connections?");
  EXPECT_EQ(ending("connection to server at \"db\", port 5432 failed: timeout expired\n"),
            "timeout expired.");
}

/// What stands in a MigrationEnvironment, and in no ini file.
void expect_no_field(const std::string& message) {
  for (const char* word : {"spec.", "tls.", "policy.", "Secret", "environment"}) {
    EXPECT_EQ(message.find(word), std::string::npos) << message;
  }
}

TEST_P(ConnectFailure, IsToldOnACommandLineInItsOwnWords) {
  const ErrorContext context{.user = "u", .database = "d", .audience = Audience::CommandLine};
  expect_no_field(connect_error(GetParam().text, "db:5432", context).message);
}

TEST(StatementError, IsToldOnACommandLineInItsOwnWords) {
  const auto told = [](const ServerError& error, bool bookkeeping = false) {
    const ErrorContext context{.user = "u",
                               .bookkeeping = bookkeeping,
                               .statement_timeout = std::chrono::seconds(1),
                               .audience = Audience::CommandLine};
    const std::string message = to_error(error, context).message;
    expect_no_field(message);
    return message;
  };
  const ServerError timeout{.sqlstate = "57014", .message = "canceling statement due to statement timeout"};
  EXPECT_NE(told(timeout).find("raise --statement-timeout"), std::string::npos);
  EXPECT_NE(told(timeout, true).find("raise --statement-timeout"), std::string::npos);
  EXPECT_NE(told({.sqlstate = "42501", .message = "must be owner of table t"}).find("sqlalchemy.url"),
            std::string::npos);
  EXPECT_NE(told({.sqlstate = "42501", .message = "another privilege"}).find("sqlalchemy.url"),
            std::string::npos);
}

std::string said(const std::string& text) {
  return "connection to server at \"db\" (10.0.0.5), port 5432 failed: " + text + "\n";
}

INSTANTIATE_TEST_SUITE_P(
    Every, ConnectFailure,
    ::testing::Values(
        ConnectCase{"password",
                    said("FATAL:  28P01: password authentication failed for user \"u\"\nLOCATION:  "
                         "auth_failed, auth.c:326"),
                    ErrorKind::Transient, "AuthenticationFailed"},
        ConnectCase{"password_in_german",
                    said("FATAL:  28P01: Passwort-Authentifizierung für Benutzer »u« fehlgeschlagen"),
                    ErrorKind::Transient, "AuthenticationFailed"},
        ConnectCase{"no_entry_for_tls_or_plain",
                    said("FATAL:  28000: no pg_hba.conf entry for host \"h\", user \"u\", SSL encryption") +
                        said("FATAL:  28000: no pg_hba.conf entry for host \"h\", user \"u\", no encryption"),
                    ErrorKind::Transient, "AuthenticationFailed"},
        ConnectCase{"no_entry_for_plain",
                    said("FATAL:  28000: no pg_hba.conf entry for host \"h\", user \"u\", no encryption"),
                    ErrorKind::Transient, "TlsRequired"},
        ConnectCase{"no_entry_for_plain_in_version_13",
                    said("FATAL:  28000: pg_hba.conf rejects connection for host \"h\", user \"u\", SSL off"),
                    ErrorKind::Transient, "TlsRequired"},
        ConnectCase{"database", said("FATAL:  3D000: database \"d\" does not exist"), ErrorKind::Transient,
                    "DatabaseMissing"},
        ConnectCase{"starting", said("FATAL:  57P03: the database system is starting up"),
                    ErrorKind::Transient, "DatabaseUnreachable"},
        ConnectCase{"too_many", said("FATAL:  53300: sorry, too many clients already"), ErrorKind::Transient,
                    "DatabaseUnreachable"},
        ConnectCase{"refused_option", said("FATAL:  08P01: unsupported startup parameter: options"),
                    ErrorKind::Transient, "DatabaseUnreachable"},
        ConnectCase{"unknown_setting",
                    said("FATAL:  42704: unrecognized configuration parameter \"x\" at db:5432"),
                    ErrorKind::Terminal, "ConnectionRejected"},
        ConnectCase{"read_only", said("session is read-only"), ErrorKind::Transient, "DatabaseReadOnly"},
        ConnectCase{"no_password", said("fe_sendauth: no password supplied"), ErrorKind::Transient,
                    "AuthenticationFailed"},
        ConnectCase{"no_tls", said("server does not support SSL, but SSL was required"), ErrorKind::Transient,
                    "TlsRequired"},
        ConnectCase{"unknown_authority", said("SSL error: certificate verify failed"), ErrorKind::Transient,
                    "TlsFailed"},
        ConnectCase{"other_host", said("server certificate for \"a\" does not match host name \"b\""),
                    ErrorKind::Transient, "TlsFailed"},
        ConnectCase{"no_root_file",
                    "root certificate file \"/etc/x\" does not exist\nEither provide the file",
                    ErrorKind::Transient, "TlsFailed"},
        ConnectCase{"refused", said("Connection refused\n\tIs the server running on that host?"),
                    ErrorKind::Transient, "DatabaseUnreachable"},
        ConnectCase{"no_such_host",
                    "could not translate host name \"db\" to address: Name or service not known\n",
                    ErrorKind::Transient, "DatabaseUnreachable"}),
    [](const auto& each) { return each.param.name; });

TEST(LineOf, CountsCharactersAndNotBytes) {
  const std::string_view sql = "SELECT 'üüü',\n 'ö'\n, nowhere";
  EXPECT_EQ(line_of(sql, 0), 0U);
  EXPECT_EQ(line_of(sql, 1), 1U);
  EXPECT_EQ(line_of(sql, 14), 1U);
  EXPECT_EQ(line_of(sql, 15), 2U);
  EXPECT_EQ(line_of(sql, 20), 3U);
  EXPECT_EQ(line_of(sql, 29), 3U);
  EXPECT_EQ(line_of("SELECT 1 +", 11), 1U) << "the end of the input";
  EXPECT_EQ(line_of("SELECT", 70), 0U);
}

TEST(Presentable, IsCutBetweenCharactersAndHasNoControlCharacters) {
  EXPECT_EQ(presentable("a\nb\tc", ""), "a b c");
  EXPECT_EQ(presentable("aüb", "", 2), "a…");
  EXPECT_EQ(presentable("aüb", "", 3), "aü…");
  EXPECT_EQ(presentable("say s3cr3t twice s3cr3t", "s3cr3t"), "say *** twice ***");
  EXPECT_EQ(presentable("a", "a"), "a") << "a secret this short would blacken every word";
}

TEST(Quoting, MeansTheSameWhateverTheSessionSays) {
  EXPECT_EQ(quote_literal("it's"), "'it''s'");
  EXPECT_EQ(quote_literal("a\\b"), "E'a\\\\b'");
  EXPECT_EQ(quote_literal(std::string_view("a\0b", 3)), "'ab'");
  EXPECT_EQ(quote_identifier("a\"b"), "\"a\"\"b\"");
}

TEST(Settings, NameRolePathAndLimits) {
  ports::TransactionOptions options;
  options.role = "o\"r";
  options.search_path = "shop";
  options.lock_timeout = std::chrono::milliseconds(7);
  const std::string local = join_statements(settings(options, Scope::Transaction, true));
  EXPECT_NE(local.find("SET LOCAL ROLE \"o\"\"r\""), std::string::npos);
  EXPECT_NE(local.find("SET LOCAL search_path = \"shop\""), std::string::npos);
  EXPECT_NE(local.find("SET LOCAL lock_timeout = 7"), std::string::npos);
  EXPECT_NE(local.find("client_connection_check_interval"), std::string::npos);
  const std::string session = join_statements(settings({}, Scope::Session, false));
  EXPECT_NE(session.find("SET SESSION standard_conforming_strings = on"), std::string::npos);
  EXPECT_EQ(session.find("ROLE"), std::string::npos) << "the login's default role is left to reset()";
  EXPECT_EQ(session.find("search_path"), std::string::npos);
  EXPECT_EQ(session.find("client_connection_check_interval"), std::string::npos);
}

}  // namespace
}  // namespace athanor::postgres
