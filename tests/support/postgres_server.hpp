// A private, real PostgreSQL for tests: in a folder of its own, on a free loopback port and a unix socket,
// ended by process id whatever becomes of the test.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/child_process.hpp"
#include "support/temp_folder.hpp"

namespace athanor::testing {

struct PostgresOptions {
  bool fsync = false;
  std::vector<std::string> conf{};  ///< lines for postgresql.conf, after (and so above) the fixture's own
  /// Lines for pg_hba.conf, put before the default, which trusts everybody on the socket and on loopback.
  std::vector<std::string> hba{};
  std::filesystem::path
      binaries{};  ///< empty: $ATHANOR_POSTGRES_BIN, else the newest /usr/lib/postgresql/*/bin
};

class PostgresServer {
 public:
  using Table = std::vector<std::vector<std::optional<std::string>>>;

  /// Makes a cluster and starts it. Throws std::runtime_error with the server's log if that fails.
  explicit PostgresServer(PostgresOptions options = {});
  /// Immediate shutdown; removes the folder.
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// One server per test binary, started when first asked for.
  static PostgresServer& shared();
  /// A streaming standby of `primary`, which accepts read-only sessions.
  /// @param conf lines for its postgresql.conf beside the primary's
  static std::unique_ptr<PostgresServer> standby_of(const PostgresServer& primary,
                                                    std::vector<std::string> conf = {});

  void start();    ///< returns once it accepts connections
  void stop();     ///< fast shutdown: sessions are ended
  void kill();     ///< kill -9 of the server and every backend
  void restart();  ///< stop and start, on the same port
  /// kill -STOP and -CONT of one backend or of the server.
  static void pause(int pid);
  static void resume(int pid);

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::filesystem::path& socket_directory() const { return folder_.path(); }
  [[nodiscard]] std::filesystem::path data_directory() const { return folder_.path() / "data"; }
  [[nodiscard]] const std::filesystem::path& binaries() const { return options_.binaries; }
  /// The system user that the server runs as; empty: this process's own.
  [[nodiscard]] const std::string& system_user() const { return system_user_; }
  /// For example 15.
  [[nodiscard]] int major_version() const { return major_version_; }
  /// What it wrote to its log so far.
  [[nodiscard]] std::string log() const;

  /// postgresql://user[:password]@127.0.0.1:port/database
  [[nodiscard]] std::string url(const std::string& database = "postgres",
                                const std::string& user = "postgres", const std::string& password = "") const;
  /// The same over the unix socket.
  [[nodiscard]] std::string socket_url(const std::string& database = "postgres",
                                       const std::string& user = "postgres") const;

  /// Makes an empty database.
  /// @param name empty: a new name
  /// @return its name
  std::string create_database(const std::string& name = "");
  void drop_database(const std::string& name);  ///< ends its sessions first

  /// Runs SQL in a session of its own, as superuser, over the socket; returns the last statement's rows.
  /// Throws std::runtime_error for an SQL error.
  Table sql(const std::string& database, const std::string& text) const;
  /// The first cell of sql(); empty for NULL and for no row.
  std::string scalar(const std::string& database, const std::string& text) const;

 private:
  struct Clone {};
  PostgresServer(Clone, const PostgresServer& primary, std::vector<std::string> conf);

  void make_cluster();
  void copy_cluster(const PostgresServer& primary);
  void write_configuration();
  [[nodiscard]] bool try_start();
  void run_tool(std::vector<std::string> command) const;

  PostgresOptions options_;
  std::string system_user_;
  TempFolder folder_;
  std::uint16_t port_ = 0;
  int major_version_ = 0;
  int databases_made_ = 0;
  ChildProcess server_;
};

}  // namespace athanor::testing
