// A transport that answers from a list, and keeps what it was asked.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "ports/http_transport.hpp"

namespace athanor::kubernetes {

class ScriptedTransport final : public ports::HttpTransport {
 public:
  /// @param answers one per request, in order
  explicit ScriptedTransport(std::deque<Result<ports::HttpResponse>> answers)
      : answers_(std::move(answers)) {}

  /// What a stream of status 200 hands over, piece by piece.
  std::vector<std::string> pieces;
  std::vector<ports::HttpRequest> requests;

  [[nodiscard]] Result<ports::HttpResponse> send(const ports::HttpRequest& request) override {
    requests.push_back(request);
    return next();
  }

  [[nodiscard]] Result<ports::HttpResponse> stream(const ports::HttpRequest& request,
                                                   std::chrono::milliseconds,
                                                   const ports::HttpChunkHandler& on_chunk,
                                                   std::stop_token) override {
    requests.push_back(request);
    auto answer = next();
    if (answer && answer->status == 200) {
      for (const std::string& piece : pieces) {
        if (!on_chunk(piece)) break;
      }
    }
    return answer;
  }

 private:
  Result<ports::HttpResponse> next() {
    if (answers_.empty()) return fail(ErrorKind::Transient, "ApiUnavailable", "the script is at its end");
    auto answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

  std::deque<Result<ports::HttpResponse>> answers_;
};

}  // namespace athanor::kubernetes
