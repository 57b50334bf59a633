#include "adapters/postgres/side_threads.hpp"

#include <system_error>
#include <thread>

namespace athanor::postgres {

bool SideThreads::run(std::function<void()> work) {
  if (free_->fetch_sub(1) <= 0) {
    ++*free_;
    return false;
  }
  try {
    std::thread([free = free_, work = std::move(work)]() mutable {
      work();
      work = nullptr;
      ++*free;
    }).detach();
  } catch (const std::system_error&) {
    ++*free_;
    return false;
  }
  return true;
}

}  // namespace athanor::postgres
