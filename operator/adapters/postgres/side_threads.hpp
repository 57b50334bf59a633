// For calls that can block for longer than anybody waits for them, and that nothing can interrupt.
#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <type_traits>
#include <utility>

namespace athanor::postgres {

/// Threads that whoever gives up waiting leaves behind: they share nothing with anybody but the promise of a
/// result, and are bounded in number, since those that are left behind may take minutes to end.
class SideThreads {
 public:
  explicit SideThreads(int most) : free_(std::make_shared<std::atomic<int>>(most)) {}

  /// Calls `work` in a thread of its own.
  /// @param work must own what it uses
  /// @return what becomes ready with its result; not valid() where there is no room for another thread
  template <class Work>
  [[nodiscard]] std::future<std::invoke_result_t<Work&>> start(Work work) {
    auto promise = std::make_shared<std::promise<std::invoke_result_t<Work&>>>();
    auto result = promise->get_future();
    if (!run([promise, work = std::move(work)]() mutable { promise->set_value(work()); })) return {};
    return result;
  }

 private:
  [[nodiscard]] bool run(std::function<void()> work);

  std::shared_ptr<std::atomic<int>> free_;
};

}  // namespace athanor::postgres
