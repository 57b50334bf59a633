#include "support/silent_proxy.hpp"

#include <array>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace athanor::testing {
namespace {

/// How soon the end of the proxy is noticed.
constexpr int kPollMs = 20;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

/// Bytes of the message at the front: a type, but for the first of a connection, and a length that counts
/// itself. 0: not all of it is here.
std::size_t message_size(const std::string& buffer, bool started) {
  const std::size_t type = started ? 1 : 0;
  std::uint32_t length = 0;
  if (buffer.size() < type + sizeof length) return 0;
  std::memcpy(&length, buffer.data() + type, sizeof length);
  const std::size_t size = type + ntohl(length);
  return buffer.size() < size ? 0 : size;
}

}  // namespace

SilentProxy::SilentProxy(std::uint16_t server_port)
    : server_port_(server_port), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 16) != 0) {
    throw std::runtime_error("the proxy can't listen");
  }
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_clients(); });
}

SilentProxy::~SilentProxy() {
  ending_ = true;
  acceptor_.join();
  for (std::thread& session : sessions_) session.join();
  close(listener_);
}

void SilentProxy::fall_silent_after(int messages) {
  const std::lock_guard lock(mutex_);
  left_ = messages;
  silent_ = messages == 0;
}

std::string SilentProxy::url(const std::string& database) const {
  return "postgresql://postgres@127.0.0.1:" + std::to_string(port_) + "/" + database + "?sslmode=disable";
}

void SilentProxy::accept_clients() {
  while (!ending_) {
    pollfd entry{listener_, POLLIN, 0};
    if (poll(&entry, 1, kPollMs) <= 0) continue;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) sessions_.emplace_back([this, client] { serve(client); });
  }
}

void SilentProxy::pass_messages(std::string& buffer, bool& started, int server) {
  while (const std::size_t size = message_size(buffer, started)) {
    const std::lock_guard lock(mutex_);
    if (silent_) return;
    if (left_ > 0 && --left_ == 0) silent_ = true;
    send_all(server, std::string_view(buffer).substr(0, size));
    buffer.erase(0, size);
    started = true;
  }
}

void SilentProxy::serve(int client) {
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(server_port_);
  std::string from_client;
  bool started = false;
  bool open = connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  while (open && !ending_) {
    std::array<pollfd, 2> entries{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
    // What the server says once it is silent stays where it is.
    if (poll(entries.data(), silent_ ? 1 : 2, kPollMs) <= 0) continue;
    std::array<char, 65536> bytes;
    if (entries[0].revents != 0) {
      const ssize_t got = recv(client, bytes.data(), bytes.size(), 0);
      open = got > 0;
      if (open) from_client.append(bytes.data(), static_cast<std::size_t>(got));
      pass_messages(from_client, started, server);
    }
    if (!silent_ && entries[1].revents != 0) {
      const ssize_t got = recv(server, bytes.data(), bytes.size(), 0);
      open = open && got > 0;
      if (got > 0) send_all(client, std::string_view(bytes.data(), static_cast<std::size_t>(got)));
    }
  }
  close(server);
  close(client);
}

}  // namespace athanor::testing
