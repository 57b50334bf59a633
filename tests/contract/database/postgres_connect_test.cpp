// Connecting to PostgreSQL: what can be wrong with the server, the login, the database, TLS; and what is
// never told.
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "adapters/postgres/postgres_connector.hpp"
#include "contract/database/backend.hpp"
#include "support/child_process.hpp"
#include "support/postgres_server.hpp"
#include "support/temp_folder.hpp"

namespace athanor::testing {
namespace {

constexpr const char* kCanary = "s3cr3t-canary";

Error connect_failure(const ports::ConnectionSpec& spec) {
  postgres::PostgresConnector connector;
  auto connected = connector.connect(spec);
  if (connected) throw std::runtime_error("connected, and should not have");
  EXPECT_EQ(connected.error().message.find(kCanary), std::string::npos) << connected.error().message;
  EXPECT_FALSE(connected.error().message.empty());
  return connected.error();
}

void expect_failure(const ports::ConnectionSpec& spec, ErrorKind kind, const std::string& reason) {
  const Error error = connect_failure(spec);
  EXPECT_EQ(error.kind, kind) << error.message;
  EXPECT_EQ(error.reason, reason) << error.message;
}

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Sets an environment variable for the length of a test.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::string& value) : name_(name) { setenv(name, value.c_str(), 1); }
  ~ScopedVariable() { unsetenv(name_); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const char* name_;
};

/// A server that wants passwords and speaks TLS, with a certificate for `localhost` by an authority of its
/// own.
class GuardedServer {
 public:
  GuardedServer() {
    const std::string folder = certificates_.path();
    openssl({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test authority",
             "-keyout", folder + "/ca.key", "-out", folder + "/ca.pem"});
    openssl({"req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost", "-keyout", folder + "/server.key", "-out",
             folder + "/server.csr"});
    std::ofstream(folder + "/san") << "subjectAltName=DNS:localhost\n";
    openssl({"x509", "-req", "-in", folder + "/server.csr", "-CA", folder + "/ca.pem", "-CAkey",
             folder + "/ca.key", "-CAcreateserial", "-days", "2", "-extfile", folder + "/san", "-out",
             folder + "/server.pem"});
    ca_pem = contents(folder + "/ca.pem");
    server = std::make_unique<PostgresServer>(PostgresOptions{
        .conf = {"password_encryption = 'scram-sha-256'"},
        .hba = {"host all picky 127.0.0.1/32 scram-sha-256", "hostssl all secure_only 127.0.0.1/32 trust",
                "hostnossl all secure_only 127.0.0.1/32 reject"}});
    for (const char* name : {"server.key", "server.pem"}) copy_into_cluster(name);
    server->sql("postgres", std::string("CREATE ROLE picky LOGIN PASSWORD '") + kCanary +
                                "'; CREATE ROLE secure_only LOGIN");
    server->sql("postgres", "ALTER SYSTEM SET ssl_cert_file = 'server.pem'");
    server->sql("postgres", "ALTER SYSTEM SET ssl_key_file = 'server.key'");
    server->sql("postgres", "ALTER SYSTEM SET ssl = on");
    server->restart();
  }

  static GuardedServer& shared() {
    static GuardedServer guarded;
    return guarded;
  }

  std::unique_ptr<PostgresServer> server;
  std::string ca_pem;

 private:
  void openssl(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "openssl");
    ChildProcess::run({.command = std::move(arguments)});
  }
  /// Written by the server itself, so that the key is its user's own.
  void copy_into_cluster(const std::string& name) {
    const std::string text = contents(certificates_.path() / name);
    const auto target = server->data_directory() / name;
    server->sql("postgres",
                "COPY (SELECT unnest(string_to_array('" + text + "', E'\\n'))) TO '" + target.string() + "'");
    ChildProcess::run({.command = {"chmod", "600", target.string()}});
  }

  TempFolder certificates_;
};

ports::ConnectionSpec guarded_spec(const std::string& user, const std::string& password,
                                   const std::string& host = "localhost") {
  ports::ConnectionSpec spec;
  spec.parameters = {{"host", host},
                     {"port", std::to_string(GuardedServer::shared().server->port())},
                     {"dbname", "postgres"},
                     {"user", user}};
  if (!password.empty()) spec.parameters["password"] = password;
  return spec;
}

std::string tls_in_use(const ports::ConnectionSpec& spec) {
  postgres::PostgresConnector connector;
  auto database = open(connector, spec);
  return text_of(value_of(database->query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")));
}

TEST(PostgresConnect, TheRightPasswordIsLetIn) {
  postgres::PostgresConnector connector;
  EXPECT_TRUE(connector.connect(guarded_spec("picky", kCanary)));
}

TEST(PostgresConnect, AWrongOrMissingPasswordIsTransientAuthenticationFailed) {
  expect_failure(guarded_spec("picky", "wrong"), ErrorKind::Transient, "AuthenticationFailed");
  expect_failure(guarded_spec("nobody_such", kCanary), ErrorKind::Transient, "AuthenticationFailed");
  EXPECT_EQ(connect_failure(guarded_spec("picky", "wrong")).site.sqlstate, "28P01");
}

TEST(PostgresConnect, AMissingPasswordSaysThatOneIsNeeded) {
  expect_failure(guarded_spec("picky", ""), ErrorKind::Transient, "AuthenticationFailed");
}

TEST(PostgresConnect, AMissingDatabaseIsTransient) {
  auto spec = guarded_spec("picky", kCanary);
  spec.parameters["dbname"] = "not_there";
  expect_failure(spec, ErrorKind::Transient, "DatabaseMissing");
}

TEST(PostgresConnect, WithoutTheConnectPrivilegeTheGrantIsPrinted) {
  PostgresServer& server = PostgresServer::shared();
  const std::string name = server.create_database();
  server.sql("postgres", "CREATE ROLE outsider LOGIN; REVOKE CONNECT ON DATABASE " + name + " FROM PUBLIC");
  const Error error = connect_failure(postgres_spec(server.url(name, "outsider")));
  EXPECT_EQ(error.kind, ErrorKind::Terminal);
  EXPECT_EQ(error.reason, "PermissionDenied");
  EXPECT_NE(error.message.find("GRANT CONNECT ON DATABASE \"" + name + "\" TO \"outsider\""),
            std::string::npos);
}

TEST(PostgresConnect, ABadAddressIsTransientDatabaseUnreachable) {
  const std::string secret = std::string("picky:") + kCanary;
  for (const std::string address : {"127.0.0.1:1", "no-such-host.invalid:5432", "localhost:1"}) {
    expect_failure(postgres_spec("postgresql://" + secret + "@" + address + "/shop"), ErrorKind::Transient,
                   "DatabaseUnreachable");
  }
}

/// A name service to which every name is one host.
postgres::Lookup on_loopback(std::vector<std::string> addresses) {
  return [addresses = std::move(addresses)](const std::string&) { return addresses; };
}

TEST(PostgresConnect, TheCertificateIsStillThatOfTheNameAndNotOfTheAddress) {
  postgres::PostgresConnector connector({}, on_loopback({"127.0.0.1"}));
  auto spec = guarded_spec("picky", kCanary);
  spec.tls = ports::TlsMode::VerifyFull;
  spec.root_cert_pem = GuardedServer::shared().ca_pem;
  EXPECT_TRUE(connector.connect(spec));
  spec.parameters["host"] = "several.test";
  const auto other = connector.connect(spec);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().reason, "TlsFailed");
}

TEST(PostgresConnect, ARefusedLoginIsNotTriedAtTheNextAddress) {
  postgres::PostgresConnector connector({}, on_loopback({"127.0.0.1", "127.0.0.9"}));
  const auto connected = connector.connect(guarded_spec("picky", "wrong"));
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().reason, "AuthenticationFailed");
}

TEST(PostgresConnect, AStandbyIsTransientDatabaseReadOnlyAndItsPrimaryIsFound) {
  PostgresServer& primary = PostgresServer::shared();
  const auto standby = PostgresServer::standby_of(primary);
  expect_failure(postgres_spec(standby->url()), ErrorKind::Transient, "DatabaseReadOnly");
  const std::string both = "postgresql://postgres@127.0.0.1:" + std::to_string(standby->port()) +
                           ",127.0.0.1:" + std::to_string(primary.port()) + "/postgres";
  EXPECT_FALSE(open_postgres(both)->facts().read_only);

  auto any = postgres_spec(standby->url() + "?target_session_attrs=any");
  postgres::PostgresConnector connector;
  auto database = open(connector, any);
  EXPECT_TRUE(database->facts().read_only);
  const auto begun = database->begin({.search_path = {}, .role = {}, .lock_key = "k"}, "SELECT 1");
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().kind, ErrorKind::Transient);
  EXPECT_EQ(begun.error().reason, "DatabaseReadOnly");
}

TEST(PostgresConnect, AServerThatIsStartingIsTransientDatabaseUnreachable) {
  const auto standby = PostgresServer::standby_of(PostgresServer::shared(), {"hot_standby = off"});
  expect_failure(postgres_spec(standby->url()), ErrorKind::Transient, "DatabaseUnreachable");
}

TEST(PostgresConnect, AServerThatIsFullIsTransientDatabaseUnreachable) {
  PostgresServer& server = PostgresServer::shared();
  const std::string name = server.create_database();
  server.sql("postgres", "CREATE ROLE crowd LOGIN CONNECTION LIMIT 0");
  expect_failure(postgres_spec(server.url(name, "crowd")), ErrorKind::Transient, "DatabaseUnreachable");
}

TEST(PostgresConnect, AUnixSocketIsFoundThroughTheHostParameter) {
  EXPECT_EQ(open_postgres(PostgresServer::shared().socket_url())->facts().user, "postgres");
}

TEST(PostgresConnect, TlsIsVerifiedAgainstTheGivenAuthority) {
  auto spec = guarded_spec("picky", kCanary);
  spec.tls = ports::TlsMode::VerifyFull;
  spec.root_cert_pem = GuardedServer::shared().ca_pem;
  EXPECT_EQ(tls_in_use(spec), "t");
}

TEST(PostgresConnect, ARootCertificateMayComeAsAParameter) {
  auto spec = guarded_spec("picky", kCanary);
  spec.parameters["sslmode"] = "verify-full";
  spec.parameters["sslrootcert"] = GuardedServer::shared().ca_pem;
  EXPECT_EQ(tls_in_use(spec), "t");
}

TEST(PostgresConnect, AnUnknownAuthorityIsTlsFailed) {
  auto spec = guarded_spec("picky", kCanary);
  spec.tls = ports::TlsMode::VerifyFull;
  expect_failure(spec, ErrorKind::Transient, "TlsFailed");
}

TEST(PostgresConnect, AnotherHostsCertificateIsTlsFailed) {
  auto spec = guarded_spec("picky", kCanary, "127.0.0.1");
  spec.tls = ports::TlsMode::VerifyFull;
  spec.root_cert_pem = GuardedServer::shared().ca_pem;
  expect_failure(spec, ErrorKind::Transient, "TlsFailed");
  spec.tls = ports::TlsMode::VerifyCa;
  EXPECT_EQ(tls_in_use(spec), "t");
}

TEST(PostgresConnect, RequireTakesAnyCertificate) {
  auto spec = guarded_spec("picky", kCanary);
  spec.tls = ports::TlsMode::Require;
  EXPECT_EQ(tls_in_use(spec), "t");
}

TEST(PostgresConnect, DisableSpeaksNoTls) {
  auto spec = guarded_spec("picky", kCanary);
  spec.tls = ports::TlsMode::Disable;
  EXPECT_EQ(tls_in_use(spec), "f");
}

TEST(PostgresConnect, AServerWithoutTlsWhereItIsRequiredIsTlsRequired) {
  auto spec = postgres_spec(PostgresServer::shared().url());
  spec.tls = ports::TlsMode::Require;
  expect_failure(spec, ErrorKind::Transient, "TlsRequired");
}

TEST(PostgresConnect, AServerThatInsistsOnTlsIsTlsRequired) {
  auto spec = guarded_spec("secure_only", "");
  spec.tls = ports::TlsMode::Disable;
  expect_failure(spec, ErrorKind::Transient, "TlsRequired");
}

TEST(PostgresConnect, ARootCertificateThatIsNoneIsRefused) {
  auto spec = guarded_spec("picky", kCanary);
  spec.root_cert_pem = std::string("not a certificate ") + kCanary;
  expect_failure(spec, ErrorKind::Terminal, "InvalidDatabaseUrl");
  spec.root_cert_pem = "-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n";
  expect_failure(spec, ErrorKind::Transient, "TlsFailed");
}

TEST(PostgresConnect, NothingOfTheOperatorsEnvironmentOrHomeIsUsed) {
  const TempFolder home;
  PostgresServer& server = *GuardedServer::shared().server;
  std::ofstream(home.path() / ".pgpass") << "*:*:*:*:" << kCanary << "\n";
  ChildProcess::run({.command = {"chmod", "600", (home.path() / ".pgpass").string()}});
  std::filesystem::create_directory(home.path() / ".postgresql");
  std::ofstream(home.path() / ".postgresql/root.crt") << "nothing\n";
  std::ofstream(home.path() / ".postgresql/postgresql.crt") << "nothing\n";
  const ScopedVariable home_variable("HOME", home.path());
  const ScopedVariable password("PGPASSWORD", kCanary);
  const ScopedVariable passfile("PGPASSFILE", home.path() / ".pgpass");
  const ScopedVariable options("PGOPTIONS", "-c search_path=elsewhere");
  const ScopedVariable address("PGHOSTADDR", "127.0.0.9");
  const ScopedVariable database("PGDATABASE", "elsewhere");
  const ScopedVariable user("PGUSER", "elsewhere");
  const ScopedVariable port("PGPORT", "1");
  const ScopedVariable mode("PGSSLMODE", "disable");
  const ScopedVariable certificate("PGSSLCERT", home.path() / ".postgresql/postgresql.crt");
  const ScopedVariable encoding("PGCLIENTENCODING", "LATIN1");
  const ScopedVariable attributes("PGTARGETSESSIONATTRS", "standby");

  // The password would be right: it must not be taken from there.
  expect_failure(guarded_spec("picky", ""), ErrorKind::Transient, "AuthenticationFailed");
  auto spec = postgres_spec(server.url("postgres", "picky", kCanary));
  postgres::PostgresConnector connector;
  auto session = open(connector, spec);
  EXPECT_EQ(text_of(value_of(
                session->query("SELECT current_setting('search_path'), current_database(), session_user, "
                               "current_setting('client_encoding'), ssl FROM pg_stat_ssl WHERE pid = "
                               "pg_backend_pid()"))),
            "\"$user\", public|postgres|picky|UTF8|t");
}

TEST(PostgresConnect, TheCommandLineTakesThePasswordFromWherePsqlDoes) {
  const ScopedVariable password("PGPASSWORD", kCanary);
  auto spec = guarded_spec("picky", "");
  spec.operator_rules = false;
  postgres::PostgresConnector connector;
  EXPECT_TRUE(connector.connect(spec));
}

TEST(PostgresConnect, AMalformedUrlIsNeverQuoted) {
  const std::string canary = kCanary;
  for (const std::string& url : {"postgresql://u:" + canary + "%zz@h/d",
                                 "postgresql://u:p@" + canary + "@h/d",
                                 "postgresql://u:" + canary,
                                 "postgresql://u:pa/" + canary + "@h/d",
                                 "postgresql://u:pa?" + canary + "@h/d",
                                 "postgresql://u:1/" + canary + "@h/d",
                                 "postgresql://h/d?" + canary + "=1",
                                 "postgresql://h/d?" + canary,
                                 "postgresql://u@[" + canary + "/d",
                                 "host=h password=a " + canary,
                                 "host=h password='" + canary,
                                 canary,
                                 "host=h user=u " + canary + "=x",
                                 "postgresql://u@h/d?sslmode=" + canary,
                                 "postgresql://u@h/d?connect_timeout=" + canary,
                                 "postgresql://u@h/d?target_session_attrs=" + canary,
                                 "postgresql://u@h/d?sslrootcert=/" + canary,
                                 "postgresql://u@h:" + canary + "/d",
                                 "mysql://u:" + canary + "@h/d",
                                 "postgresql://u@h/d?passfile=/" + canary,
                                 "dbname=postgresql://u:" + canary + "@h/d"}) {
    const Error error = connect_failure(postgres_spec(url));
    EXPECT_EQ(error.kind, ErrorKind::Terminal) << url;
    EXPECT_TRUE(error.reason == "InvalidDatabaseUrl" || error.reason == "DatabaseSchemeNotAllowed") << url;
  }
}

}  // namespace
}  // namespace athanor::testing
