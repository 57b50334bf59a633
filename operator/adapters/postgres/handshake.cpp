#include "adapters/postgres/handshake.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "adapters/postgres/postgres_errors.hpp"
#include "adapters/postgres/wake_up.hpp"

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
  const bool is_ipv6 = name.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", is_ipv6 ? "[" : "", name, is_ipv6 ? "]" : "", value_of(keywords, "port"));
}

std::string text_or_empty(const char* text) {
  return text == nullptr ? std::string() : std::string(text);
}

/// The connection knows what libpq filled in, a password from a file included.
ErrorContext context_of(const PGconn* connection, Audience audience) {
  return {.user = text_or_empty(PQuser(connection)),
          .database = text_or_empty(PQdb(connection)),
          .sql = {},
          .password = text_or_empty(PQpass(connection)),
          .audience = audience};
}

/// What an attempt is bounded by.
struct Bounds {
  Clock::time_point deadline;
  const std::stop_token& cancel;
  int bell;  ///< readable once `cancel` was requested
};

/// Waits until the socket is ready for what libpq wants; false once the bounds are passed.
bool wait_for(const PGconn* connection, PostgresPollingStatusType wanted, const Bounds& bounds) {
  const auto event = static_cast<short>(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT);
  std::array<pollfd, 2> entries{pollfd{PQsocket(connection), event, 0}, pollfd{bounds.bell, POLLIN, 0}};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(bounds.deadline - Clock::now()).count();
    if (left <= 0 || bounds.cancel.stop_requested()) return false;
    const int ready = poll(entries.data(), entries.size(), static_cast<int>(left));
    if (ready < 0 && errno != EINTR) return true;
    if (ready > 0 && entries[0].revents != 0) return true;
  }
}

Result<ConnectionHandle> open_one(const Keywords& keywords, const Bounds& bounds, Audience audience) {
  ConnectionHandle connection(PQconnectStart(to_conninfo(keywords).c_str()));
  const std::string where = describe(keywords);
  if (!connection)
    return fail(ErrorKind::Transient, "DatabaseUnreachable", "Out of memory while connecting.");
  // The verbose form carries the SQLSTATE.
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
  PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;
  while (PQstatus(connection.get()) != CONNECTION_BAD && wanted != PGRES_POLLING_OK &&
         wanted != PGRES_POLLING_FAILED) {
    if (!wait_for(connection.get(), wanted, bounds)) {
      return fail(ErrorKind::Transient, "DatabaseUnreachable",
                  fmt::format("The server at {} did not answer in time: is the address right, and does a "
                              "firewall or network policy let the connection through?",
                              where));
    }
    wanted = PQconnectPoll(connection.get());
  }
  if (PQstatus(connection.get()) == CONNECTION_OK) return connection;
  return fail(connect_error(PQerrorMessage(connection.get()), where, context_of(connection.get(), audience)));
}

/// Whether another host may do better. A refused login is the same everywhere, and trying it again would
/// count against the account.
bool next_host_may_help(const Error& error) {
  return error.reason == "DatabaseUnreachable" || error.reason == "DatabaseReadOnly";
}

/// Whether libpq would have to ask the name service.
bool has_name(const Keywords& keywords) {
  const std::string host = value_of(keywords, "host");
  in6_addr address{};
  return !host.empty() && !host.starts_with('/') && !host.starts_with('@') &&
         value_of(keywords, "hostaddr").empty() && inet_pton(AF_INET, host.c_str(), &address) != 1 &&
         inet_pton(AF_INET6, host.c_str(), &address) != 1;
}

/// A host's attempt for each of its addresses: libpq itself would spend all of the time on the first. `host`
/// stays, since that is what the server's certificate must name.
Result<std::vector<Keywords>> by_address(const Keywords& keywords, const Lookup& lookup,
                                         const Bounds& bounds) {
  if (!has_name(keywords)) return std::vector{keywords};
  auto addresses = resolve(value_of(keywords, "host"), lookup, bounds.deadline, bounds.cancel);
  if (!addresses) return fail(std::move(addresses.error()));
  std::vector<Keywords> attempts;
  for (std::string& address : *addresses) {
    attempts.push_back(keywords);
    attempts.back()["hostaddr"] = std::move(address);
  }
  return attempts;
}

Clock::time_point share_of(Clock::time_point end, std::size_t parts) {
  const auto now = Clock::now();
  return now + std::max(end - now, Clock::duration::zero()) / static_cast<int>(parts);
}

Result<ConnectionHandle> open_host(const Keywords& keywords, const Lookup& lookup, Bounds bounds,
                                   Audience audience) {
  auto attempts = by_address(keywords, lookup, bounds);
  if (!attempts) return fail(std::move(attempts.error()));
  const auto end = bounds.deadline;
  std::optional<Error> failure;
  for (std::size_t i = 0; i < attempts->size(); ++i) {
    bounds.deadline = share_of(end, attempts->size() - i);
    auto connection = open_one((*attempts)[i], bounds, audience);
    if (connection || !next_host_may_help(connection.error())) return connection;
    if (!failure || failure->reason != "DatabaseReadOnly") failure = std::move(connection.error());
  }
  return fail(std::move(*failure));
}

/// What is said of several hosts, none of which could be reached: the last one's error, and where else nobody
/// was.
Error unreachable(Error last, const std::vector<Keywords>& attempts) {
  std::vector<std::string> others;
  for (std::size_t i = 0; i + 1 < attempts.size(); ++i) others.push_back(describe(attempts[i]));
  if (last.reason == "DatabaseUnreachable" && !others.empty()) {
    last.message += fmt::format(" Before it nothing could be reached at {} either.", fmt::join(others, ", "));
  }
  return last;
}

}  // namespace

Result<ConnectionHandle> open_connection(const ConnectionPlan& plan, const Lookup& lookup,
                                         Clock::time_point end, const std::stop_token& cancel) {
  std::optional<MemoryFile> root;
  if (!plan.root_cert_pem.empty()) {
    auto file = MemoryFile::holding(plan.root_cert_pem);
    if (!file) return fail(std::move(file.error()));
    root.emplace(std::move(*file));
  }
  WakeUp bell;
  const std::stop_callback on_cancel(cancel, [&bell] { bell.ring(); });
  std::optional<Error> failure;
  std::size_t left = plan.attempts.size();
  for (Keywords keywords : plan.attempts) {
    if (root) keywords["sslrootcert"] = root->path();
    // A dead host takes its share of the time only.
    auto connection =
        open_host(keywords, lookup, {share_of(end, left--), cancel, bell.descriptor()}, plan.audience);
    if (connection) return connection;
    // A standby that was reached says more than a host that wasn't.
    const bool tells_more = !failure || failure->reason != "DatabaseReadOnly";
    const bool stop = !next_host_may_help(connection.error());
    if (stop || tells_more) failure = std::move(connection.error());
    if (stop) break;
  }
  return fail(unreachable(std::move(*failure), plan.attempts));
}

}  // namespace athanor::postgres
