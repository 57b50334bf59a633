#include "adapters/kubernetes/api_caller.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "adapters/kubernetes/api_errors.hpp"

namespace athanor::kubernetes {
namespace {

constexpr int kOk = 200;
constexpr int kMultipleChoices = 300;
constexpr int kUnauthorized = 401;
constexpr int kTooManyRequests = 429;

bool is_success(int status) {
  return status >= kOk && status < kMultipleChoices;
}

}  // namespace

Result<ports::HttpResponse> ApiCaller::call(const ApiRequest& request, std::stop_token stop) {
  for (int retries = 0;; ++retries) {
    Result<ports::HttpResponse> answer =
        with_token(request, [this](const ports::HttpRequest& http) { return transport_.send(http); });
    if (!answer || is_success(answer->status)) return answer;
    const std::chrono::seconds asked{retry_after_seconds(*answer)};
    const bool throttled = answer->status == kTooManyRequests && asked.count() > 0;
    if (!throttled || retries == kMaxThrottleRetries) return fail(error_of(request, *answer));
    if (!clock_.sleep_for(std::min(asked, kLongestRetryAfter), stop)) return fail(error_of(request, *answer));
  }
}

Result<void> ApiCaller::stream(const ApiRequest& request, std::chrono::milliseconds idle_timeout,
                               const ports::HttpChunkHandler& on_chunk, std::stop_token stop) {
  const Result<ports::HttpResponse> answer = with_token(request, [&](const ports::HttpRequest& http) {
    return transport_.stream(http, idle_timeout, on_chunk, stop);
  });
  if (!answer) return fail(answer.error());
  if (answer->status != kOk) return fail(error_of(request, *answer));
  return {};
}

template <class Send>
Result<ports::HttpResponse> ApiCaller::with_token(const ApiRequest& request, const Send& send) {
  ports::HttpRequest http = request.http;
  for (bool again = false;; again = true) {
    const Result<std::string> token = tokens_.token();
    if (!token) return fail(token.error());
    if (!token->empty()) http.headers["Authorization"] = "Bearer " + *token;
    Result<ports::HttpResponse> answer = send(http);
    count(request, answer);
    const bool refused = answer && answer->status == kUnauthorized;
    if (!refused || again || !tokens_.refresh(*token)) return answer;
  }
}

void ApiCaller::count(const ApiRequest& request, const Result<ports::HttpResponse>& answer) {
  if (metrics_ == nullptr) return;
  metrics_->add("rest_client_requests_total", {{"code", answer ? std::to_string(answer->status) : "<error>"},
                                               {"method", request.http.method}});
}

}  // namespace athanor::kubernetes
