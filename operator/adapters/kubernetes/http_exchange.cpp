#include "adapters/kubernetes/http_exchange.hpp"

#include <cerrno>
#include <utility>

namespace athanor::kubernetes {
namespace {

// What asio's end of file and a TLS stream cut off without close_notify look like once cpprestsdk has turned
// them into numbers.
constexpr int kEndOfFileCode = 2;
constexpr int kTlsTruncatedCode = 1;

}  // namespace

bool ExchangeFailure::cut_off() const {
  return code == kEndOfFileCode || code == kTlsTruncatedCode;
}

bool ExchangeFailure::is_end_of_stream() const {
  return cut_off() || code == ECONNRESET || code == ECONNABORTED || code == EPIPE;
}

bool ExchangeFailure::may_be_stale() const {
  // cpprestsdk turns EPIPE while writing the head into EHOSTUNREACH, as it does a refused connection.
  return is_end_of_stream() || code == EHOSTUNREACH;
}

void HttpExchange::begin(AnswerHead head) {
  const std::lock_guard lock(mutex_);
  head_ = std::move(head);
  changed_.notify_all();
}

bool HttpExchange::write(std::string_view bytes, Resume resume) {
  const std::lock_guard lock(mutex_);
  if (abandoned_) return true;
  bytes_.append(bytes);
  changed_.notify_all();
  if (bytes_.size() < high_water_bytes_) return true;
  resume_ = std::move(resume);
  return false;
}

void HttpExchange::finish(std::optional<ExchangeFailure> failure) {
  const std::lock_guard lock(mutex_);
  if (finished_) return;
  finished_ = true;
  failure_ = std::move(failure);
  changed_.notify_all();
}

HttpExchange::Wait HttpExchange::wait_for_head(Time deadline, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  if (changed_.wait_until(lock, stop, deadline, [this] { return head_ || finished_; })) return Wait::Ready;
  return stop.stop_requested() ? Wait::Stopped : Wait::TimedOut;
}

HttpExchange::Wait HttpExchange::wait_for_bytes(Time deadline, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  // A stop goes first: bytes that keep coming must not put it off.
  if (stop.stop_requested()) return Wait::Stopped;
  if (changed_.wait_until(lock, stop, deadline, [this] { return !bytes_.empty() || finished_; })) {
    return Wait::Ready;
  }
  return stop.stop_requested() ? Wait::Stopped : Wait::TimedOut;
}

bool HttpExchange::wait_for_end(Time deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [this] { return finished_; });
}

std::string HttpExchange::take() {
  std::string taken;
  Resume resume;
  {
    const std::lock_guard lock(mutex_);
    taken = std::exchange(bytes_, {});
    resume = std::exchange(resume_, nullptr);
  }
  if (resume) resume();
  return taken;
}

void HttpExchange::abandon() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  static_cast<void>(take());
}

std::optional<AnswerHead> HttpExchange::head() const {
  const std::lock_guard lock(mutex_);
  return head_;
}

std::optional<ExchangeFailure> HttpExchange::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace athanor::kubernetes
