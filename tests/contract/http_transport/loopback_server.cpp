#include "contract/http_transport/loopback_server.hpp"

#include <array>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

namespace athanor::testing {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::chrono::seconds kAlertGrace{5};

struct Free {
  void operator()(BIO* value) const { BIO_free(value); }
  void operator()(EVP_PKEY* value) const { EVP_PKEY_free(value); }
  void operator()(X509* value) const { X509_free(value); }
};

std::unique_ptr<BIO, Free> reader(const std::string& pem) {
  return std::unique_ptr<BIO, Free>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

std::unique_ptr<X509, Free> read_certificate(const std::string& pem) {
  return std::unique_ptr<X509, Free>(PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr));
}

std::shared_ptr<SSL_CTX> make_context(const ServerTls& tls) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  const std::unique_ptr<EVP_PKEY, Free> key(
      PEM_read_bio_PrivateKey(reader(tls.certificate.key_pem).get(), nullptr, nullptr, nullptr));
  SSL_CTX_use_certificate(context.get(), read_certificate(tls.certificate.certificate_pem).get());
  if (SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) throw std::runtime_error("server certificate");
  if (!tls.client_authority_pem.empty()) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()),
                        read_certificate(tls.client_authority_pem).get());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

sockaddr_storage to_address(const std::string& text, int port, socklen_t& size) {
  sockaddr_storage storage{};
  if (text.find(':') != std::string::npos) {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(static_cast<std::uint16_t>(port));
    ::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr);
    size = sizeof(v6);
  } else {
    auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(static_cast<std::uint16_t>(port));
    ::inet_pton(AF_INET, text.c_str(), &v4.sin_addr);
    size = sizeof(v4);
  }
  return storage;
}

}  // namespace

std::string ReceivedRequest::header(std::string_view name) const {
  std::size_t start = head.find("\r\n");
  while (start != std::string::npos) {
    start += 2;
    const std::size_t end = head.find("\r\n", start);
    const std::string line = head.substr(start, end == std::string::npos ? end : end - start);
    const std::size_t colon = line.find(':');
    if (colon == name.size() && ::strncasecmp(line.data(), name.data(), colon) == 0) {
      const std::size_t value = line.find_first_not_of(' ', colon + 1);
      return value == std::string::npos ? "" : line.substr(value);
    }
    start = end;
  }
  return "";
}

LoopbackConnection::LoopbackConnection(int socket, SSL_CTX* context) : socket_(socket) {
  if (context == nullptr) return;
  ssl_ = SSL_new(context);
  SSL_set_fd(ssl_, socket);
}

LoopbackConnection::~LoopbackConnection() {
  close(false);
  SSL_free(ssl_);
}

bool LoopbackConnection::handshake() {
  return ssl_ == nullptr || SSL_accept(ssl_) == 1;
}

long LoopbackConnection::read_some(char* into, std::size_t size) {
  return ssl_ == nullptr ? ::recv(socket_, into, size, 0) : SSL_read(ssl_, into, static_cast<int>(size));
}

std::optional<ReceivedRequest> LoopbackConnection::read_request() {
  std::array<char, 4096> piece;
  std::size_t head_end = std::string::npos;
  while ((head_end = read_ahead_.find(kHeadEnd)) == std::string::npos) {
    const long got = read_some(piece.data(), piece.size());
    if (got <= 0) return std::nullopt;
    read_ahead_.append(piece.data(), static_cast<std::size_t>(got));
  }
  ReceivedRequest request;
  request.head = read_ahead_.substr(0, head_end);
  read_ahead_.erase(0, head_end + kHeadEnd.size());
  const std::size_t space = request.head.find(' ');
  request.method = request.head.substr(0, space);
  request.target = request.head.substr(space + 1, request.head.find(' ', space + 1) - space - 1);
  const std::string length = request.header("Content-Length");
  const std::size_t wanted = length.empty() ? 0 : std::stoul(length);
  while (read_ahead_.size() < wanted) {
    const long got = read_some(piece.data(), piece.size());
    if (got <= 0) return std::nullopt;
    read_ahead_.append(piece.data(), static_cast<std::size_t>(got));
  }
  request.body = read_ahead_.substr(0, wanted);
  read_ahead_.erase(0, wanted);
  return request;
}

bool LoopbackConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const long sent = ssl_ == nullptr ? ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL)
                                      : SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool LoopbackConnection::respond(int status, std::string_view body, std::string_view extra_headers) {
  return send(fmt::format("HTTP/1.1 {} Whatever\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(),
                          extra_headers, body));
}

bool LoopbackConnection::begin_chunks() {
  return send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
}

bool LoopbackConnection::send_chunk(std::string_view bytes) {
  return send(fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes));
}

bool LoopbackConnection::end_chunks() {
  return send("0\r\n\r\n");
}

bool LoopbackConnection::client_closes_within(std::chrono::milliseconds time) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  std::array<char, 4096> piece;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd wait{socket_, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) <= 0) return false;
    if (::recv(socket_, piece.data(), piece.size(), 0) <= 0) return true;
  }
}

void LoopbackConnection::close(bool tidily) {
  if (socket_ < 0) return;
  if (ssl_ != nullptr && tidily) SSL_shutdown(ssl_);
  ::shutdown(socket_, SHUT_RDWR);
  ::close(socket_.exchange(-1));
}

void LoopbackConnection::reset() {
  const linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  ::close(socket_.exchange(-1));
}

void LoopbackConnection::interrupt() {
  ::shutdown(socket_, SHUT_RDWR);
}

std::string LoopbackConnection::server_name() const {
  const char* name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

std::string LoopbackConnection::client_common_name() const {
  const std::unique_ptr<X509, Free> certificate(SSL_get1_peer_certificate(ssl_));
  if (!certificate) return "";
  std::array<char, 256> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name.data(),
                            static_cast<int>(name.size()));
  return name.data();
}

LoopbackServer::LoopbackServer(Script script, std::optional<ServerTls> tls, const std::string& address,
                               int port)
    : script_(std::move(script)), address_(address) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  if (tls) context_ = make_context(*tls);
  socklen_t size = 0;
  sockaddr_storage storage = to_address(address, port, size);
  listener_ = ::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&storage), size) != 0 || ::listen(listener_, 16) != 0) {
    throw std::runtime_error(fmt::format("cannot listen on {}: {}", address, std::strerror(errno)));
  }
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&storage), &size);
  port_ = ntohs(storage.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(storage).sin6_port
                                              : reinterpret_cast<sockaddr_in&>(storage).sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

LoopbackServer::~LoopbackServer() {
  ending_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  for (Session& session : sessions_) session.connection->interrupt();
  for (Session& session : sessions_) session.thread.join();
}

std::string LoopbackServer::url(const std::string& host) const {
  const std::string shown = !host.empty()                             ? host
                            : address_.find(':') == std::string::npos ? address_
                                                                      : "[" + address_ + "]";
  return fmt::format("{}://{}:{}", context_ ? "https" : "http", shown, port_);
}

void LoopbackServer::set_tls(const ServerTls& tls) {
  auto context = make_context(tls);
  const std::lock_guard lock(mutex_);
  context_ = std::move(context);
}

void LoopbackServer::accept_all() {
  while (!ending_) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    ++connections_;
    const std::lock_guard lock(mutex_);
    Session& session = sessions_.emplace_back();
    session.connection = std::make_unique<LoopbackConnection>(socket, context_.get());
    session.thread = std::thread([this, &session] { serve(*session.connection); });
  }
}

void LoopbackServer::serve(LoopbackConnection& connection) {
  if (connection.handshake()) {
    script_(connection);
  } else {
    // A close with bytes unread is a reset, which may overtake the alert that says why.
    static_cast<void>(connection.client_closes_within(kAlertGrace));
  }
  if (!ending_) connection.close();
}

LoopbackServer::Script each_request(std::function<void(LoopbackConnection&, const ReceivedRequest&)> answer) {
  return [answer = std::move(answer)](LoopbackConnection& connection) {
    while (const auto request = connection.read_request()) answer(connection, *request);
  };
}

}  // namespace athanor::testing
