#include "adapters/prometheus/server_shutdown.hpp"

#include <chrono>
#include <future>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace athanor::prometheus_metrics {
namespace {

constexpr std::chrono::milliseconds kBetweenKnocks{10};

void connect_and_hang_up(int family, const sockaddr* address, socklen_t size) {
  const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return;
  static_cast<void>(::connect(fd, address, size));
  ::close(fd);
}

/// Makes the server's poll return. That it may fail doesn't matter: then the poll's own timeout ends it.
void knock(const ListenAddress& address) {
  if (address.host.find(':') != std::string::npos) {
    sockaddr_in6 target{};
    target.sin6_family = AF_INET6;
    target.sin6_port = htons(static_cast<std::uint16_t>(address.port));
    const std::string host = address.host == "::" ? "::1" : address.host;
    if (::inet_pton(AF_INET6, host.c_str(), &target.sin6_addr) != 1) return;
    connect_and_hang_up(AF_INET6, reinterpret_cast<const sockaddr*>(&target), sizeof(target));
    return;
  }
  sockaddr_in target{};
  target.sin_family = AF_INET;
  target.sin_port = htons(static_cast<std::uint16_t>(address.port));
  const bool any = address.host.empty() || address.host == "0.0.0.0";
  if (::inet_pton(AF_INET, any ? "127.0.0.1" : address.host.c_str(), &target.sin_addr) != 1) return;
  connect_and_hang_up(AF_INET, reinterpret_cast<const sockaddr*>(&target), sizeof(target));
}

}  // namespace

void close_promptly(const ListenAddress& address, const std::function<void()>& close) {
  const std::future<void> closed = std::async(std::launch::async, close);
  // The server may not have been told yet when the first knock comes.
  while (closed.wait_for(kBetweenKnocks) != std::future_status::ready) knock(address);
}

}  // namespace athanor::prometheus_metrics
