#include "adapters/postgres/wake_up.hpp"

#include <cerrno>
#include <system_error>

#include <sys/eventfd.h>
#include <unistd.h>

namespace athanor::postgres {

WakeUp::WakeUp() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

WakeUp::~WakeUp() {
  close(descriptor_);
}

void WakeUp::ring() noexcept {
  // Fails only where it rings already.
  (void)eventfd_write(descriptor_, 1);
}

void WakeUp::hush() noexcept {
  eventfd_t count = 0;
  (void)eventfd_read(descriptor_, &count);
}

}  // namespace athanor::postgres
