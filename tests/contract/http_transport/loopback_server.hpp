// An HTTP server on loopback that does exactly what a test tells it: plain sockets, TLS by OpenSSL, no HTTP
// library, so that it can break every rule.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support_kubernetes/certificates.hpp"

using SSL = struct ssl_st;
using SSL_CTX = struct ssl_ctx_st;

namespace athanor::testing {

struct ReceivedRequest {
  std::string method;
  std::string target;
  std::string head;  ///< the whole of it, header names as they came
  std::string body;

  /// The value of a header, names compared without case; empty if it is missing.
  [[nodiscard]] std::string header(std::string_view name) const;
};

struct ServerTls {
  Certificate certificate;
  std::string client_authority_pem;  ///< not empty: clients must present a certificate of this CA
};

/// One connection, as the script of a test sees it. All calls block; they fail once the server is going down.
class LoopbackConnection {
 public:
  LoopbackConnection(int socket, SSL_CTX* context);
  ~LoopbackConnection();
  LoopbackConnection(const LoopbackConnection&) = delete;
  LoopbackConnection& operator=(const LoopbackConnection&) = delete;

  /// False if the client broke the handshake off.
  [[nodiscard]] bool handshake();
  /// The next request; nullopt once the client is gone.
  [[nodiscard]] std::optional<ReceivedRequest> read_request();
  bool send(std::string_view bytes);
  /// A whole answer with Content-Length.
  bool respond(int status, std::string_view body, std::string_view extra_headers = "");
  /// The head of a chunked answer of status 200.
  bool begin_chunks();
  bool send_chunk(std::string_view bytes);
  bool end_chunks();
  /// Waits until the client closed; true if it did within the time.
  [[nodiscard]] bool client_closes_within(std::chrono::milliseconds time);
  /// TLS says goodbye first; without it the stream counts as truncated.
  void close(bool tidily = true);
  /// Closes with a TCP reset.
  void reset();

  [[nodiscard]] std::string server_name() const;         ///< SNI; empty if there was none
  [[nodiscard]] std::string client_common_name() const;  ///< of its certificate

  /// Unblocks whatever is going on. The only call that may come from another thread.
  void interrupt();

 private:
  long read_some(char* into, std::size_t size);

  std::atomic<int> socket_;
  SSL* ssl_ = nullptr;
  std::string read_ahead_;
};

class LoopbackServer {
 public:
  /// Runs once per connection, on a thread of its own.
  using Script = std::function<void(LoopbackConnection&)>;

  explicit LoopbackServer(Script script, std::optional<ServerTls> tls = std::nullopt,
                          const std::string& address = "127.0.0.1", int port = 0);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  /// @param host to write into the URL instead of the address
  [[nodiscard]] std::string url(const std::string& host = "") const;
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] int connections() const { return connections_; }
  /// The server presents these from the next connection on.
  void set_tls(const ServerTls& tls);

 private:
  struct Session {
    std::unique_ptr<LoopbackConnection> connection;
    std::thread thread;
  };

  void accept_all();
  void serve(LoopbackConnection& connection);

  Script script_;
  std::string address_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::atomic<bool> ending_{false};
  std::mutex mutex_;
  std::shared_ptr<SSL_CTX> context_;
  std::list<Session> sessions_;
  std::thread acceptor_;
};

/// Answers each request of a connection by `answer`, until the client leaves.
[[nodiscard]] LoopbackServer::Script each_request(
    std::function<void(LoopbackConnection&, const ReceivedRequest&)> answer);

}  // namespace athanor::testing
