#include "support/postgres_server.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <libpq-fe.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/network.hpp"

namespace athanor::testing {
namespace {

namespace fs = std::filesystem;

constexpr auto kStartPatience = std::chrono::seconds(60);
constexpr auto kPollInterval = std::chrono::milliseconds(10);
constexpr int kPortAttempts = 5;
constexpr std::size_t kLogTail = 2000;
// sockaddr_un::sun_path holds 107 characters; `/athanor-test-XXXXXX/.s.PGSQL.12345` and a final zero are
// added.
constexpr std::size_t kLongestParent = 70;

fs::path newest_binaries() {
  if (const char* set = std::getenv("ATHANOR_POSTGRES_BIN"); set != nullptr && *set != '\0') return set;
  fs::path best;
  int best_version = -1;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > best_version && fs::exists(entry.path() / "bin/postgres")) {
      best_version = version;
      best = entry.path() / "bin";
    }
  }
  if (best.empty()) {
    throw std::runtime_error("no PostgreSQL server binaries: install postgresql or set ATHANOR_POSTGRES_BIN");
  }
  return best;
}

// PostgreSQL refuses to run as root.
std::string unprivileged_user() {
  if (geteuid() != 0) return "";
  return getpwnam("postgres") != nullptr ? "postgres" : "nobody";
}

bool others_may_enter(const fs::path& folder) {
  for (fs::path part = folder; part != part.root_path(); part = part.parent_path()) {
    struct stat facts {};
    if (stat(part.c_str(), &facts) != 0 || (facts.st_mode & S_IXOTH) == 0) return false;
  }
  return true;
}

// The system's temporary folder, or /tmp where `user` can't get there or a socket's path would be too long.
fs::path work_folder(const std::string& user) {
  const fs::path folder = fs::temp_directory_path();
  const bool fits = folder.string().size() <= kLongestParent;
  return fits && (user.empty() || others_may_enter(folder)) ? folder : fs::path("/tmp");
}

void give_to(const std::string& user, const fs::path& path) {
  if (user.empty()) return;
  const passwd* entry = getpwnam(user.c_str());
  if (chown(path.c_str(), entry->pw_uid, entry->pw_gid) != 0)
    throw std::runtime_error("chown " + path.string());
}

void write_as(const std::string& user, const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::trunc) << text;
  give_to(user, file);
}

// Binaries in root's own cache are copied, once, to where the server's user may run them.
fs::path reachable_binaries(const fs::path& binaries, const std::string& user) {
  if (user.empty() || others_may_enter(binaries)) return binaries;
  const fs::path home = fs::canonical(binaries).parent_path();
  const fs::path copy = work_folder(user) / ("copy-of-" + home.filename().string());
  if (!fs::exists(copy)) {
    const fs::path half_made = copy.string() + "." + std::to_string(getpid());
    fs::copy(home, half_made, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    std::error_code somebody_was_faster;
    fs::rename(half_made, copy, somebody_was_faster);
    if (somebody_was_faster) fs::remove_all(half_made);
  }
  return copy / "bin";
}

std::vector<std::string> lines_of(const fs::path& file) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// What pg_ctl goes by: line 1 of postmaster.pid is the process id, line 8 the state.
bool is_ready(const fs::path& data, pid_t pid) {
  const std::vector<std::string> lines = lines_of(data / "postmaster.pid");
  return lines.size() >= 8 && lines[0] == std::to_string(pid) &&
         (lines[7].starts_with("ready") || lines[7].starts_with("standby"));
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> result;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 0) continue;
    for (const std::string& line : lines_of(entry.path() / "status")) {
      if (line == "PPid:\t" + std::to_string(parent)) result.push_back(pid);
    }
  }
  return result;
}

}  // namespace

PostgresServer::PostgresServer(PostgresOptions options)
    : options_(std::move(options)), system_user_(unprivileged_user()), folder_(work_folder(system_user_)) {
  give_to(system_user_, folder_.path());
  if (options_.binaries.empty()) options_.binaries = newest_binaries();
  options_.binaries = reachable_binaries(options_.binaries, system_user_);
  make_cluster();
  start();
}

PostgresServer::PostgresServer(Clone, const PostgresServer& primary, std::vector<std::string> conf)
    : options_(primary.options_), system_user_(primary.system_user_), folder_(work_folder(system_user_)) {
  give_to(system_user_, folder_.path());
  for (std::string& line : conf) options_.conf.push_back(std::move(line));
  copy_cluster(primary);
  options_.conf.push_back("primary_conninfo = 'host=" + primary.socket_directory().string() +
                          " port=" + std::to_string(primary.port_) + " user=postgres'");
  start();
}

// A base backup by hand, since not every distribution of the binaries has pg_basebackup. Files that vanish
// while they are copied don't matter: replay from the backup's start makes up for them.
void PostgresServer::copy_cluster(const PostgresServer& primary) {
  const bool renamed = primary.major_version_ >= 15;
  const Table label = primary.sql(
      "postgres",
      std::string("SELECT ") +
          (renamed ? "pg_backup_start('standby', true)" : "pg_start_backup('standby', true, false)") +
          "; COPY (SELECT 1) TO PROGRAM 'cp -a " + primary.data_directory().string() + " " +
          data_directory().string() + " 2>/dev/null || true'; SELECT labelfile FROM " +
          (renamed ? "pg_backup_stop()" : "pg_stop_backup(false)"));
  fs::remove(data_directory() / "postmaster.pid");
  write_as(system_user_, data_directory() / "backup_label", label.at(0).at(0).value_or(""));
  write_as(system_user_, data_directory() / "standby.signal", "");
}

PostgresServer::~PostgresServer() {
  if (server_.running()) server_.end(SIGQUIT);
}

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

std::unique_ptr<PostgresServer> PostgresServer::standby_of(const PostgresServer& primary,
                                                           std::vector<std::string> conf) {
  return std::unique_ptr<PostgresServer>(new PostgresServer(Clone{}, primary, std::move(conf)));
}

void PostgresServer::run_tool(std::vector<std::string> command) const {
  ChildProcess::run({.command = std::move(command), .user = system_user_, .directory = folder_.path()});
}

void PostgresServer::make_cluster() {
  run_tool({(options_.binaries / "initdb").string(), "-D", data_directory().string(), "-U", "postgres", "-A",
            "trust", "-E", "UTF8", "--locale=C", "--no-sync"});
  if (!options_.hba.empty()) {
    const std::vector<std::string> defaults = lines_of(data_directory() / "pg_hba.conf");
    std::ofstream out(data_directory() / "pg_hba.conf", std::ios::trunc);
    for (const std::string& line : options_.hba) out << line << '\n';
    for (const std::string& line : defaults) out << line << '\n';
  }
}

// Written at each start, since the port may be another; include_if_exists keeps what pg_basebackup -R wrote.
void PostgresServer::write_configuration() {
  std::ofstream out(data_directory() / "postgresql.conf", std::ios::trunc);
  out << "listen_addresses = '127.0.0.1'\nport = " << port_ << "\nunix_socket_directories = '"
      << folder_.path().string() << "'\nfsync = " << (options_.fsync ? "on" : "off")
      << "\nmax_connections = 100\nshared_buffers = 16MB\nlog_min_messages = warning\n"
      << "autovacuum = off\nhot_standby = on\nwal_level = replica\nmax_wal_senders = 4\n";
  for (const std::string& line : options_.conf) out << line << '\n';
}

bool PostgresServer::try_start() {
  write_configuration();
  server_ =
      ChildProcess({.command = {(options_.binaries / "postgres").string(), "-D", data_directory().string()},
                    .user = system_user_,
                    .output = folder_.path() / "log",
                    .directory = folder_.path(),
                    .death_signal = SIGQUIT});
  const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    if (is_ready(data_directory(), server_.pid())) return true;
    if (!server_.running()) return false;
    std::this_thread::sleep_for(kPollInterval);
  }
  server_.end(SIGQUIT);
  return false;
}

void PostgresServer::start() {
  if (server_.running()) return;
  // The log is opened by this process, so that it can be read whoever the server runs as.
  std::ofstream(folder_.path() / "log", std::ios::app);
  const bool keeps_port = port_ != 0;
  for (int attempt = 0; attempt < kPortAttempts; ++attempt) {
    if (!keeps_port) port_ = free_port();
    if (try_start()) {
      major_version_ = std::stoi(lines_of(data_directory() / "PG_VERSION").at(0));
      return;
    }
  }
  const std::string all = log();
  throw std::runtime_error("PostgreSQL did not start:\n" +
                           all.substr(all.size() - std::min(all.size(), kLogTail)));
}

void PostgresServer::stop() {
  if (server_.running()) server_.end(SIGINT);
}

void PostgresServer::kill() {
  if (!server_.running()) return;
  const std::vector<pid_t> backends = children_of(server_.pid());
  server_.signal(SIGKILL);
  for (const pid_t pid : backends) ::kill(pid, SIGKILL);
  server_.wait();
}

void PostgresServer::restart() {
  stop();
  start();
}

void PostgresServer::pause(int pid) {
  ::kill(pid, SIGSTOP);
}
void PostgresServer::resume(int pid) {
  ::kill(pid, SIGCONT);
}

std::string PostgresServer::log() const {
  std::ifstream in(folder_.path() / "log");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string PostgresServer::url(const std::string& database, const std::string& user,
                                const std::string& password) const {
  return "postgresql://" + user + (password.empty() ? "" : ":" + password) +
         "@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

std::string PostgresServer::socket_url(const std::string& database, const std::string& user) const {
  return "postgresql://" + user + "@/" + database + "?host=" + folder_.path().string() +
         "&port=" + std::to_string(port_);
}

std::string PostgresServer::create_database(const std::string& name) {
  const std::string made =
      name.empty() ? "test_" + std::to_string(getpid()) + "_" + std::to_string(++databases_made_) : name;
  // template0 has no sessions that could be in the way.
  sql("postgres", "CREATE DATABASE \"" + made + "\" TEMPLATE template0");
  return made;
}

void PostgresServer::drop_database(const std::string& name) {
  sql("postgres", "DROP DATABASE IF EXISTS \"" + name + "\" WITH (FORCE)");
}

PostgresServer::Table PostgresServer::sql(const std::string& database, const std::string& text) const {
  const std::string port = std::to_string(port_);
  const char* const names[] = {"host", "port", "user", "dbname", "application_name", nullptr};
  const char* const values[] = {folder_.path().c_str(), port.c_str(), "postgres",
                                database.c_str(),       "fixture",    nullptr};
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdbParams(names, values, 0),
                                                                PQfinish);
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    throw std::runtime_error(PQerrorMessage(connection.get()));
  }
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), text.c_str()), PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) {
    throw std::runtime_error(PQresultErrorMessage(result.get()));
  }
  Table table;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    auto& cells = table.emplace_back();
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      if (PQgetisnull(result.get(), row, column) != 0) {
        cells.emplace_back();
      } else {
        cells.emplace_back(PQgetvalue(result.get(), row, column));
      }
    }
  }
  return table;
}

std::string PostgresServer::scalar(const std::string& database, const std::string& text) const {
  const Table table = sql(database, text);
  if (table.empty() || table.front().empty()) return "";
  return table.front().front().value_or("");
}

}  // namespace athanor::testing
