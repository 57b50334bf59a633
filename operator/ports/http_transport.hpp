// HTTP as the Kubernetes adapter needs it. The contract suite (tests/contract/http_transport) says what every
// implementation must hold.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace athanor::ports {

struct HttpRequest {
  std::string method = "GET";
  std::string target;  ///< path and query, percent-encoded
  std::map<std::string, std::string> headers;
  std::string body;
  /// It does no harm if the server gets this POST or PATCH twice: a transport may then send it again on its
  /// own when a connection breaks, as it may GET, HEAD, PUT and DELETE. Anything else is sent once.
  bool may_repeat = false;
};

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

/// Called with each piece of a streamed body as it arrives; return false to end the stream.
using HttpChunkHandler = std::function<bool(std::string_view chunk)>;

class HttpTransport {
 public:
  virtual ~HttpTransport() = default;

  /// One request, one whole answer. Any status is a success here.
  /// @return Transient `ApiUnavailable` for no connection, TLS failure, timeout, truncated answer
  [[nodiscard]] virtual Result<HttpResponse> send(const HttpRequest& request) = 0;

  /// A long answer, piece by piece. Status 200 goes to `on_chunk`; any other status is returned with its
  /// whole body. Returns at the stream's end (also a truncated one), after on_chunk said false, or promptly
  /// (well inside a second) after `stop` is requested.
  /// @param idle_timeout without a byte for so long: Transient `WatchIdle`
  [[nodiscard]] virtual Result<HttpResponse> stream(const HttpRequest& request,
                                                    std::chrono::milliseconds idle_timeout,
                                                    const HttpChunkHandler& on_chunk,
                                                    std::stop_token stop) = 0;
};

}  // namespace athanor::ports
