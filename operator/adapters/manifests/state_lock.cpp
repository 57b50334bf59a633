#include "adapters/manifests/state_lock.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace athanor::manifests {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> unwritable(const fs::path& path, const std::error_code& error) {
  return fail(ErrorKind::Terminal, "StateUnwritable",
              fmt::format("cannot write {}: {}; --state-dir names a folder that can be written to",
                          path.string(), error.message()));
}

/// The process that wrote its id into the file; it may not have come to it yet.
std::string holder_of(int descriptor) {
  std::array<char, 20> text{};
  const ssize_t got = ::pread(descriptor, text.data(), text.size(), 0);
  const std::string_view digits(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  const std::string_view id = digits.substr(0, digits.find_first_not_of("0123456789"));
  return id.empty() ? "another process" : fmt::format("process {}", id);
}

}  // namespace

Result<std::unique_ptr<StateLock>> StateLock::take(const fs::path& state) {
  std::error_code error;
  fs::create_directories(state, error);
  if (error) return unwritable(state, error);
  const fs::path file = state / ".lock";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return unwritable(file, {errno, std::generic_category()});
  std::unique_ptr<StateLock> lock(new StateLock(descriptor));
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return unwritable(file, {errno, std::generic_category()});
    return fail(ErrorKind::Terminal, "StateInUse",
                fmt::format("{} works with the state directory {} already; end it, or give this operator a "
                            "--state-dir of its own",
                            holder_of(descriptor), state.string()));
  }
  const std::string id = std::to_string(::getpid()) + "\n";
  const bool written = ::ftruncate(descriptor, 0) == 0 &&
                       ::pwrite(descriptor, id.data(), id.size(), 0) == static_cast<ssize_t>(id.size());
  if (!written) return unwritable(file, {errno, std::generic_category()});
  return lock;
}

StateLock::~StateLock() {
  ::close(descriptor_);
}

}  // namespace athanor::manifests
