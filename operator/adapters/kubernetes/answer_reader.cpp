#include "adapters/kubernetes/answer_reader.hpp"

#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace athanor::kubernetes {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kOk = 200;

}  // namespace

WholeAnswer AnswerReader::read_whole(ExchangePatience& patience) {
  if (!patience.outlasts(exchange_, &HttpExchange::wait_for_head)) {
    return {fail(errors_.unavailable("no answer in time")), Suspicion::Silent};
  }
  const std::optional<AnswerHead> head = exchange_.head();
  if (!head) return {fail(errors_.failed(failure())), suspicion_of(failure())};
  return read_body(*head, patience);
}

WholeAnswer AnswerReader::read_body(const AnswerHead& head, ExchangePatience& patience) {
  ports::HttpResponse response{head.status, head.headers, {}};
  while (true) {
    if (!patience.outlasts(exchange_, &HttpExchange::wait_for_bytes)) {
      return {fail(errors_.unavailable("the answer stopped before its end")), Suspicion::Silent};
    }
    const std::string piece = exchange_.take();
    if (piece.empty()) break;
    if (response.body.size() + piece.size() > options_.max_body_bytes) {
      return {fail(
          errors_.unavailable(fmt::format("the answer is longer than {} bytes", options_.max_body_bytes)))};
    }
    response.body += piece;
  }
  if (exchange_.failure()) return {fail(errors_.failed(failure()))};
  return {std::move(response)};
}

Result<ports::HttpResponse> AnswerReader::read_stream(milliseconds idle_timeout,
                                                      const ports::HttpChunkHandler& on_chunk,
                                                      const std::stop_token& stop) {
  const auto waited = exchange_.wait_for_head(Clock::now() + options_.deadline, stop);
  if (waited == HttpExchange::Wait::Stopped) return ports::HttpResponse{kOk, {}, {}};
  if (waited == HttpExchange::Wait::TimedOut) return fail(errors_.unavailable("no answer in time"));
  const std::optional<AnswerHead> head = exchange_.head();
  if (!head) return fail(errors_.failed(failure()));
  if (head->status != kOk) {
    ExchangePatience patience(options_, stop, milliseconds::zero());
    return read_body(*head, patience).response;
  }
  if (auto piped = pipe(idle_timeout, on_chunk, stop); !piped) return fail(piped.error());
  return ports::HttpResponse{head->status, head->headers, {}};
}

Result<void> AnswerReader::pipe(milliseconds idle_timeout, const ports::HttpChunkHandler& on_chunk,
                                const std::stop_token& stop) {
  while (true) {
    const auto waited = exchange_.wait_for_bytes(Clock::now() + idle_timeout, stop);
    if (waited == HttpExchange::Wait::Stopped) return {};
    if (waited == HttpExchange::Wait::TimedOut) return fail(errors_.idle(idle_timeout));
    const std::string piece = exchange_.take();
    if (piece.empty()) break;
    if (!on_chunk(piece)) return {};
  }
  const std::optional<ExchangeFailure> failure = exchange_.failure();
  if (!failure || failure->is_end_of_stream()) return {};
  if (failure->code == ETIMEDOUT) return fail(errors_.idle(idle_timeout));
  return fail(errors_.failed(*failure));
}

}  // namespace athanor::kubernetes
