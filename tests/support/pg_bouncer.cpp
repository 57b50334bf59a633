#include "support/pg_bouncer.hpp"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <unistd.h>

#include "support/network.hpp"

namespace athanor::testing {
namespace {

constexpr auto kStartPatience = std::chrono::seconds(20);

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

PgBouncer::PgBouncer(const PostgresServer& server) : port_(free_port()) {
  const auto configuration = folder_.path() / "pgbouncer.ini";
  std::ofstream(folder_.path() / "users") << "\"postgres\" \"\"\n";
  std::ofstream(configuration) << "[databases]\n* = host=127.0.0.1 port=" << server.port()
                               << "\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " << port_
                               << "\nunix_socket_dir =\nauth_type = trust\nauth_file = "
                               << (folder_.path() / "users").string()
                               << "\npool_mode = transaction\ndefault_pool_size = 1\n";
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
  process_ = ChildProcess({.command = {"/usr/sbin/pgbouncer", configuration.string()},
                           .user = server.system_user(),
                           .output = folder_.path() / "log"});
  const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
  while (!accepts_connections(port_)) {
    if (!process_.running() || std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("PgBouncer did not start:\n" + contents(folder_.path() / "log"));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

PgBouncer::~PgBouncer() {
  if (process_.running()) process_.end(SIGTERM);
}

std::string PgBouncer::url(const std::string& database) const {
  return "postgresql://postgres@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

}  // namespace athanor::testing
