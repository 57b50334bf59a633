#include "adapters/postgres/handshake.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "adapters/postgres/postgres_errors.hpp"

namespace athanor::postgres {
namespace {

using Clock = std::chrono::steady_clock;

/// A certificate as a file that never touches a disk: libpq reads root certificates from files only.
class MemoryFile {
 public:
  static Result<MemoryFile> holding(std::string_view content) {
    MemoryFile file(memfd_create("athanor-root-certificate", MFD_CLOEXEC));
    while (file.descriptor_ >= 0 && !content.empty()) {
      const ssize_t written = write(file.descriptor_, content.data(), content.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) break;
      content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (file.descriptor_ < 0 || !content.empty()) {
      return fail(ErrorKind::Transient, "TlsFailed",
                  fmt::format("The root certificate could not be handed to libpq: {}", std::strerror(errno)));
    }
    return file;
  }
  MemoryFile(MemoryFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  MemoryFile& operator=(MemoryFile&&) = delete;
  ~MemoryFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  [[nodiscard]] std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

 private:
  explicit MemoryFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

std::string value_of(const Keywords& keywords, std::string_view name) {
  const auto found = keywords.find(name);
  return found == keywords.end() ? std::string() : found->second;
}

/// "db.example.com:5432", as far as the plan says it.
std::string describe(const Keywords& keywords) {
  const std::string host = value_of(keywords, "host");
  const std::string address = value_of(keywords, "hostaddr");
  const std::string name = host.empty() ? address : host;
  if (name.empty()) return "libpq's default host";
  return fmt::format("{}:{}", name, value_of(keywords, "port"));
}

std::string text_or_empty(const char* text) {
  return text == nullptr ? std::string() : std::string(text);
}

/// The connection knows what libpq filled in, a password from a file included.
ErrorContext context_of(const PGconn* connection) {
  return {.user = text_or_empty(PQuser(connection)),
          .database = text_or_empty(PQdb(connection)),
          .sql = {},
          .password = text_or_empty(PQpass(connection))};
}

/// Waits until the socket is ready for what libpq wants; false once `deadline` has passed.
bool wait_for(const PGconn* connection, PostgresPollingStatusType wanted, Clock::time_point deadline) {
  pollfd entry{PQsocket(connection), static_cast<short>(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT),
               0};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    const int ready = poll(&entry, 1, static_cast<int>(left));
    if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
  }
}

Result<ConnectionHandle> open_one(const Keywords& keywords, Clock::time_point deadline) {
  ConnectionHandle connection(PQconnectStart(to_conninfo(keywords).c_str()));
  const std::string where = describe(keywords);
  if (!connection)
    return fail(ErrorKind::Transient, "DatabaseUnreachable", "Out of memory while connecting.");
  // The verbose form carries the SQLSTATE.
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
  PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;
  while (PQstatus(connection.get()) != CONNECTION_BAD && wanted != PGRES_POLLING_OK &&
         wanted != PGRES_POLLING_FAILED) {
    if (!wait_for(connection.get(), wanted, deadline)) {
      return fail(ErrorKind::Transient, "DatabaseUnreachable",
                  fmt::format("The server at {} did not answer in time: is the address right, and does a "
                              "firewall or network policy let the connection through?",
                              where));
    }
    wanted = PQconnectPoll(connection.get());
  }
  if (PQstatus(connection.get()) == CONNECTION_OK) return connection;
  return fail(connect_error(PQerrorMessage(connection.get()), where, context_of(connection.get())));
}

/// Whether another host may do better. A refused login is the same everywhere, and trying it again would
/// count against the account.
bool next_host_may_help(const Error& error) {
  return error.reason == "DatabaseUnreachable" || error.reason == "DatabaseReadOnly";
}

}  // namespace

Result<ConnectionHandle> open_connection(const ConnectionPlan& plan) {
  std::optional<MemoryFile> root;
  if (!plan.root_cert_pem.empty()) {
    auto file = MemoryFile::holding(plan.root_cert_pem);
    if (!file) return fail(std::move(file.error()));
    root.emplace(std::move(*file));
  }
  const auto end = Clock::now() + plan.limit;
  std::optional<Error> failure;
  std::size_t left = plan.attempts.size();
  for (Keywords keywords : plan.attempts) {
    if (root) keywords["sslrootcert"] = root->path();
    // A dead host takes its share of the time only.
    const auto share = (end - Clock::now()) / static_cast<int>(left--);
    auto connection = open_one(keywords, Clock::now() + std::max(share, Clock::duration::zero()));
    if (connection) return connection;
    // A standby that was reached says more than a host that wasn't.
    const bool tells_more = !failure || failure->reason != "DatabaseReadOnly";
    const bool stop = !next_host_may_help(connection.error());
    if (stop || tells_more) failure = std::move(connection.error());
    if (stop) break;
  }
  return fail(std::move(*failure));
}

}  // namespace athanor::postgres
