// A proxy in front of a test server that falls silent between two messages: it keeps every connection open,
// acknowledges what it is sent, and passes nothing on.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace athanor::testing {

class SilentProxy {
 public:
  /// Listens on a free loopback port. Throws std::runtime_error.
  explicit SilentProxy(std::uint16_t server_port);
  ~SilentProxy();
  SilentProxy(const SilentProxy&) = delete;
  SilentProxy& operator=(const SilentProxy&) = delete;

  /// Passes on `messages` more of the clients' messages, and neither what the server says to the last of them
  /// nor anything else after that. Before the first call it passes everything on.
  void fall_silent_after(int messages);
  [[nodiscard]] bool silent() const { return silent_; }

  /// Of a user whom the server trusts; without TLS, whose messages can't be told apart.
  [[nodiscard]] std::string url(const std::string& database) const;

 private:
  void accept_clients();
  void serve(int client);
  /// Passes the whole messages at the front of `buffer` on, as far as that is still allowed.
  void pass_messages(std::string& buffer, bool& started, int server);

  std::uint16_t server_port_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::atomic<bool> silent_{false};
  std::atomic<bool> ending_{false};
  std::mutex mutex_;
  int left_ = -1;  ///< messages until silence; negative: no end
  std::vector<std::thread> sessions_;
  std::thread acceptor_;
};

}  // namespace athanor::testing
