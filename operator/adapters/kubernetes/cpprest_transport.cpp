#include "adapters/kubernetes/cpprest_transport.hpp"

#include <algorithm>
#include <cctype>
#include <exception>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

// Its macro `U` is a template parameter elsewhere.
#define _TURN_OFF_PLATFORM_STRING
#include <cpprest/astreambuf.h>
#include <cpprest/http_client.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <pplx/threadpool.h>

#include "adapters/kubernetes/answer_reader.hpp"
#include "adapters/kubernetes/exchange_errors.hpp"
#include "adapters/kubernetes/exchange_patience.hpp"
#include "adapters/kubernetes/http_exchange.hpp"
#include "adapters/kubernetes/repeat_rules.hpp"
#include "adapters/kubernetes/server_url.hpp"

namespace athanor::kubernetes {
namespace {

using web::http::client::http_client;
using web::http::client::http_client_config;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kPoolThreads = 1;
constexpr std::size_t kHighWaterBytes = std::size_t{256} * 1024;
// A cancelled exchange ends within a millisecond, unless it waits for a name server.
constexpr milliseconds kCancelGrace{250};
// cpprestsdk's own timer is the second line behind ours, which gives clearer errors.
constexpr milliseconds kTimerMargin{2000};
constexpr int kUnauthorized = 401;

/// Carries an Error through cpprestsdk, out of its callback for new connections.
class ConnectionSetupError : public std::exception {
 public:
  explicit ConnectionSetupError(Error failed) : error(std::move(failed)) {}
  [[nodiscard]] const char* what() const noexcept override { return error.message.c_str(); }
  Error error;
};

/// The body's way from cpprestsdk into an HttpExchange. Write-only; the reading half is never called.
class ExchangeBuffer final : public concurrency::streams::details::streambuf_state_manager<std::uint8_t> {
 public:
  explicit ExchangeBuffer(std::shared_ptr<HttpExchange> exchange)
      : streambuf_state_manager(std::ios_base::out), exchange_(std::move(exchange)) {}

  bool can_seek() const override { return false; }
  bool has_size() const override { return false; }
  size_t buffer_size(std::ios_base::openmode) const override { return 0; }
  void set_buffer_size(size_t, std::ios_base::openmode) override {}
  size_t in_avail() const override { return 0; }
  pos_type getpos(std::ios_base::openmode) const override { return traits::eof(); }
  pos_type seekpos(pos_type, std::ios_base::openmode) override { return traits::eof(); }
  pos_type seekoff(off_type, std::ios_base::seekdir, std::ios_base::openmode) override {
    return traits::eof();
  }
  bool acquire(std::uint8_t*&, size_t&) override { return false; }
  void release(std::uint8_t*, size_t) override {}

 protected:
  pplx::task<int_type> _putc(std::uint8_t byte) override {
    return _putn(&byte, 1).then([byte](size_t) -> int_type { return byte; });
  }
  pplx::task<size_t> _putn(const std::uint8_t* bytes, size_t count) override {
    const pplx::task_completion_event<size_t> drained;
    const bool room = exchange_->write({reinterpret_cast<const char*>(bytes), count},
                                       [drained, count] { drained.set(count); });
    return room ? pplx::task_from_result(count) : pplx::create_task(drained);
  }
  pplx::task<bool> _sync() override { return pplx::task_from_result(true); }
  std::uint8_t* _alloc(size_t) override { return nullptr; }
  void _commit(size_t) override {}
  pplx::task<int_type> _bumpc() override { return at_end(); }
  int_type _sbumpc() override { return traits::eof(); }
  pplx::task<int_type> _getc() override { return at_end(); }
  int_type _sgetc() override { return traits::eof(); }
  pplx::task<int_type> _nextc() override { return at_end(); }
  pplx::task<int_type> _ungetc() override { return at_end(); }
  pplx::task<size_t> _getn(std::uint8_t*, size_t) override { return pplx::task_from_result<size_t>(0); }
  size_t _scopy(std::uint8_t*, size_t) override { return 0; }

 private:
  static pplx::task<int_type> at_end() { return pplx::task_from_result<int_type>(traits::eof()); }
  std::shared_ptr<HttpExchange> exchange_;
};

/// The URL in the form that cpprestsdk can use: it would resolve and verify the brackets of an IPv6 address
/// as part of a name, but finds the address rightly without them as long as there is a port.
std::string library_url(const ServerUrl& server) {
  return fmt::format("{}://{}:{}{}", server.https ? "https" : "http", server.host, server.port, server.path);
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

AnswerHead head_of(const web::http::http_response& response) {
  AnswerHead head{response.status_code(), {}};
  for (const auto& [name, value] : response.headers()) head.headers[lower_case(name)] = value;
  return head;
}

/// REQUIRES: called within a catch block.
ExchangeFailure current_failure() {
  try {
    throw;
  } catch (const ConnectionSetupError& thrown) {
    return {0, thrown.what(), thrown.error};
  } catch (const web::http::http_exception& thrown) {
    return {thrown.error_code().value(), thrown.what(), std::nullopt};
  } catch (const std::exception& thrown) {
    return {0, thrown.what(), std::nullopt};
  } catch (...) {
    return {0, "unknown failure of the HTTP library", std::nullopt};
  }
}

/// A request that was sent off. Cancels on destruction, since dropping a response leaves its connection open.
class Flight {
 public:
  Flight(http_client& client, web::http::http_request request)
      : exchange_(std::make_shared<HttpExchange>(kHighWaterBytes)) {
    const auto exchange = exchange_;
    request.set_response_stream(concurrency::streams::ostream(
        concurrency::streams::streambuf<std::uint8_t>(std::make_shared<ExchangeBuffer>(exchange))));
    client.request(std::move(request), cancellation_.get_token())
        .then([exchange](const pplx::task<web::http::http_response>& answered) {
          const web::http::http_response response = answered.get();
          exchange->begin(head_of(response));
          return response.content_ready();
        })
        .then([exchange](const pplx::task<web::http::http_response>& ended) {
          try {
            ended.get();
            exchange->finish(std::nullopt);
          } catch (...) {
            exchange->finish(current_failure());
          }
        });
  }
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;
  ~Flight() { cancel(); }

  [[nodiscard]] HttpExchange& exchange() { return *exchange_; }

  /// Closes the connection unless the answer is whole.
  void cancel() {
    exchange_->abandon();
    if (exchange_->wait_for_end(Clock::now())) return;
    // A task runs on the library's own thread: closing a socket from ours would race with its reads.
    pplx::create_task([cancellation = cancellation_] { cancellation.cancel(); });
    exchange_->wait_for_end(Clock::now() + kCancelGrace);
  }

 private:
  std::shared_ptr<HttpExchange> exchange_;
  pplx::cancellation_token_source cancellation_;
};

/// What a new connection needs to know. Shared with cpprestsdk's callback, which outlives the transport where
/// a connection is still being closed.
struct Connector {
  TransportOptions options;
  ServerUrl server;
  const ports::Filesystem& files;

  [[nodiscard]] const std::string& verified_name() const {
    return options.tls.server_name.empty() ? server.host : options.tls.server_name;
  }

  /// Reads the certificates and tells OpenSSL.
  Result<void> set_up(boost::asio::ssl::context& context, std::shared_ptr<TlsDiagnosis> diagnosis) const {
    const Result<TlsMaterial> material = read_tls_material(options.tls, files);
    if (!material) return fail(material.error());
    return configure_tls(context.native_handle(), *material,
                         options.tls.insecure_skip_verify ? std::string() : verified_name(),
                         std::move(diagnosis));
  }
};

/// A client, and what it has to say of its last handshake.
struct Channel {
  Channel(const std::shared_ptr<const Connector>& connector, milliseconds inactivity, bool streaming)
      : client(web::uri(library_url(connector->server)),
               config_of(connector, diagnosis, inactivity, streaming)) {}

  std::shared_ptr<TlsDiagnosis> diagnosis = std::make_shared<TlsDiagnosis>();
  http_client client;

 private:
  static http_client_config config_of(const std::shared_ptr<const Connector>& connector,
                                      const std::shared_ptr<TlsDiagnosis>& diagnosis, milliseconds inactivity,
                                      bool streaming) {
    http_client_config config;
    config.set_timeout(inactivity + kTimerMargin);
    config.set_max_redirects(0);
    config.set_validate_certificates(!connector->options.tls.insecure_skip_verify);
    config.set_tlsext_sni_enabled(!is_ip_address(connector->verified_name()));
    // Without chunked encoding the library otherwise holds a body back until 64 KiB have come.
    if (streaming) config.set_chunksize(1);
    // Called for every new connection: certificates that were rotated since count from then on.
    config.set_ssl_context_callback([connector, diagnosis](boost::asio::ssl::context& context) {
      if (auto done = connector->set_up(context, diagnosis); !done) throw ConnectionSetupError(done.error());
    });
    return config;
  }
};

}  // namespace

void initialize_http_threads() {
  static std::once_flag once;
  std::call_once(once, [] {
    // What is set up first ends last: the library's thread must end before OpenSSL does, whose per-thread
    // state it holds.
    OPENSSL_init_ssl(0, nullptr);
    defer_system_authorities();
    crossplat::threadpool::initialize_with_threads(kPoolThreads);
  });
}

class CpprestTransport::Impl {
 public:
  explicit Impl(Connector connector) : connector_(std::make_shared<const Connector>(std::move(connector))) {}

  [[nodiscard]] Result<void> check_certificates() const {
    if (!connector_->server.https) return {};
    boost::asio::ssl::context context(boost::asio::ssl::context::tls_client);
    return connector_->set_up(context, std::make_shared<TlsDiagnosis>());
  }

  Result<ports::HttpResponse> send(const ports::HttpRequest& request) {
    const bool repeatable = may_repeat(request);
    // cpprestsdk by itself repeats whatever it sent on a connection that it had used before; a request that
    // must not arrive twice therefore gets a connection that it hasn't.
    std::shared_ptr<Channel> channel = repeatable ? pooled() : open(options().inactivity_timeout);
    ExchangePatience patience(options());
    WholeAnswer answer = exchange_whole(*channel, request, patience);
    if (answer.suspicion == Suspicion::Stale && repeatable) {
      retire(channel);
      channel = pooled();
      answer = exchange_whole(*channel, request, patience);
    }
    const bool unauthorized = answer.response && answer.response->status == kUnauthorized;
    if (answer.suspicion == Suspicion::Silent || unauthorized) retire(channel);
    return std::move(answer.response);
  }

  Result<ports::HttpResponse> stream(const ports::HttpRequest& request, milliseconds idle_timeout,
                                     const ports::HttpChunkHandler& on_chunk, const std::stop_token& stop) {
    const std::shared_ptr<Channel> channel = open(std::max(idle_timeout, options().deadline), true);
    return guarded(*channel, request,
                   [&](AnswerReader& reader) { return reader.read_stream(idle_timeout, on_chunk, stop); });
  }

 private:
  [[nodiscard]] const TransportOptions& options() const { return connector_->options; }

  [[nodiscard]] std::shared_ptr<Channel> open(milliseconds inactivity, bool streaming = false) const {
    return std::make_shared<Channel>(connector_, inactivity, streaming);
  }

  std::shared_ptr<Channel> pooled() {
    const std::lock_guard lock(mutex_);
    if (!pool_) pool_ = open(options().inactivity_timeout);
    return pool_;
  }

  /// Whoever uses the channel now goes on with it; nobody begins to.
  void retire(const std::shared_ptr<Channel>& channel) {
    const std::lock_guard lock(mutex_);
    if (pool_ == channel) pool_.reset();
  }

  [[nodiscard]] web::http::http_request make_request(const ports::HttpRequest& request) const {
    web::http::http_request made(request.method);
    made.set_request_uri(web::uri(request.target));
    made.headers().add("User-Agent", options().user_agent);
    // The library takes SNI and the name to verify from a Host header; a port in it would break both.
    if (connector_->server.https && !options().tls.server_name.empty())
      made.headers().add("Host", options().tls.server_name);
    std::string content_type = "application/octet-stream";
    for (const auto& [name, value] : request.headers) {
      if (name == "Content-Type") {
        content_type = value;
      } else {
        made.headers().add(name, value);
      }
    }
    if (!request.body.empty()) made.set_body(request.body, content_type);
    return made;
  }

  /// Sends the request, runs `act` on a reader of its answer, and turns whatever the library throws into an
  /// Error.
  template <class Act>
  std::invoke_result_t<Act, AnswerReader&> guarded(Channel& channel, const ports::HttpRequest& request,
                                                   const Act& act) const {
    const ExchangeErrors errors(options().server, request, *channel.diagnosis);
    try {
      Flight flight(channel.client, make_request(request));
      AnswerReader reader(options(), flight.exchange(), errors);
      return act(reader);
    } catch (const std::exception& thrown) {
      return {fail(errors.unavailable(thrown.what()))};
    }
  }

  WholeAnswer exchange_whole(Channel& channel, const ports::HttpRequest& request,
                             ExchangePatience& patience) const {
    return guarded(channel, request, [&](AnswerReader& reader) { return reader.read_whole(patience); });
  }

  const std::shared_ptr<const Connector> connector_;
  std::mutex mutex_;
  std::shared_ptr<Channel> pool_;
};

CpprestTransport::CpprestTransport(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CpprestTransport::~CpprestTransport() = default;

Result<std::unique_ptr<CpprestTransport>> CpprestTransport::create(TransportOptions options,
                                                                   const ports::Filesystem& files) {
  initialize_http_threads();
  Result<ServerUrl> server = parse_server_url(options.server);
  if (!server) return fail(server.error());
  auto impl = std::make_unique<Impl>(Connector{std::move(options), std::move(*server), files});
  if (auto checked = impl->check_certificates(); !checked) return fail(checked.error());
  return std::unique_ptr<CpprestTransport>(new CpprestTransport(std::move(impl)));
}

Result<ports::HttpResponse> CpprestTransport::send(const ports::HttpRequest& request) {
  return impl_->send(request);
}

Result<ports::HttpResponse> CpprestTransport::stream(const ports::HttpRequest& request,
                                                     std::chrono::milliseconds idle_timeout,
                                                     const ports::HttpChunkHandler& on_chunk,
                                                     std::stop_token stop) {
  return impl_->stream(request, idle_timeout, on_chunk, stop);
}

}  // namespace athanor::kubernetes
