#include "adapters/postgres/resolver.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include "adapters/postgres/side_threads.hpp"

namespace athanor::postgres {
namespace {

using Clock = std::chrono::steady_clock;

/// Lookups that hang end by themselves after some seconds; so many at once mean that all of them would.
constexpr int kMostLookups = 64;

/// How soon a cancel is noticed.
constexpr std::chrono::milliseconds kPoll{50};

/// More addresses than that would each get too little of the time.
constexpr std::size_t kMostAddresses = 8;

SideThreads& threads() {
  static SideThreads all(kMostLookups);
  return all;
}

tl::unexpected<Error> unresolved(const std::string& host, std::string_view why) {
  return fail(ErrorKind::Transient, "DatabaseUnreachable",
              fmt::format("The host name {} could not be resolved: {}", host, why));
}

}  // namespace

Result<std::vector<std::string>> look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (failed != 0) return unresolved(host, gai_strerror(failed));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(found, freeaddrinfo);
  std::vector<std::string> addresses;
  for (const addrinfo* each = found; each != nullptr && addresses.size() < kMostAddresses;
       each = each->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    const int unnamed =
        getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
    const bool known = std::find(addresses.begin(), addresses.end(), text.data()) != addresses.end();
    if (unnamed == 0 && !known) addresses.emplace_back(text.data());
  }
  if (addresses.empty()) return unresolved(host, "it has no address");
  return addresses;
}

Result<std::vector<std::string>> resolve(const std::string& host, const Lookup& lookup,
                                         Clock::time_point deadline, const std::stop_token& cancel) {
  auto result = threads().start([host, lookup] { return lookup(host); });
  if (!result.valid()) return unresolved(host, "too many other lookups are hanging.");
  while (result.wait_until(std::min(deadline, Clock::now() + kPoll)) != std::future_status::ready) {
    if (cancel.stop_requested()) return unresolved(host, "the lookup was cancelled.");
    if (Clock::now() >= deadline) return unresolved(host, "the name service did not answer in time.");
  }
  return result.get();
}

}  // namespace athanor::postgres
