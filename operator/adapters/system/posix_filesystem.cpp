#include "adapters/system/posix_filesystem.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace athanor::system {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kReadPiece = std::size_t{64} * 1024;
constexpr mode_t kPermissionBits = 07777;
constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kForAll = 0666;
/// What a process of the same number left behind may have the first names.
constexpr int kMostNames = 1000;

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::string describe(int error) {
  return std::generic_category().message(error);
}

tl::unexpected<Error> unreadable(const fs::path& path, int error, const char* reason = "FileUnreadable") {
  return fail(ErrorKind::Transient, reason,
              fmt::format("cannot read {}: {}", path.string(), describe(error)));
}

tl::unexpected<Error> unwritable(const fs::path& path, int error) {
  return fail(ErrorKind::Transient, "FileUnwritable",
              fmt::format("cannot write {}: {}", path.string(), describe(error)));
}

tl::unexpected<Error> file_exists(const fs::path& path) {
  return fail(ErrorKind::Terminal, "FileExists",
              fmt::format("{} is there already, and is not written over", path.string()),
              ErrorSite{.file = path.string()});
}

/// @return 0, or errno
int write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// The mode of the file that is to be replaced; nullopt: there is none.
std::optional<mode_t> mode_of(const fs::path& path) {
  struct stat old {};
  if (::stat(path.c_str(), &old) != 0) return std::nullopt;
  return old.st_mode & kPermissionBits;
}

/// Creates a file that wasn't there, with `mode` as the umask leaves it. The system itself applies the umask:
/// nobody can ask for it without changing it for every thread of the process.
/// @param name is given what makes it unique
/// @return a descriptor, or -1 with errno set
int create_unique(std::string& name, mode_t mode) {
  static std::atomic<unsigned> made{0};
  const std::string stem = name;
  for (int attempt = 0; attempt < kMostNames; ++attempt) {
    name = fmt::format("{}.{}-{}", stem, ::getpid(), made++);
    const int fd = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd >= 0 || errno != EEXIST) return fd;
  }
  return -1;
}

/// Puts the content into the temporary file, and on disk. @return 0, or errno
int fill(int fd, std::optional<mode_t> mode, std::string_view content) {
  if (const int error = write_all(fd, content)) return error;
  if (mode && ::fchmod(fd, *mode) != 0) return errno;
  return ::fsync(fd) != 0 ? errno : 0;
}

/// Makes a rename or an unlink in `folder` outlive a power cut.
void sync_folder(const fs::path& folder) {
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems refuse it; the content itself is on disk already.
  if (fd.valid()) static_cast<void>(::fsync(fd.get()));
}

/// What a file system answers that cannot do what is asked.
bool is_unsupported(int error) {
  return error == EPERM || error == EOPNOTSUPP || error == ENOSYS || error == EINVAL;
}

/// Gives the temporary file its name if nothing has it. A link, unlike a rename, never replaces; where there
/// are none (FAT, many shares), the kernel's own rename without replacing does it; and where there is none of
/// that either, an empty file takes the name first, so that of two who want it still one gets it.
/// @return 0, or errno; EEXIST: something has the name
int name_new(const char* temporary, const char* target) {
  if (::link(temporary, target) == 0) {
    ::unlink(temporary);
    return 0;
  }
  if (!is_unsupported(errno)) return errno;
  if (::renameat2(AT_FDCWD, temporary, AT_FDCWD, target, RENAME_NOREPLACE) == 0) return 0;
  if (!is_unsupported(errno)) return errno;
  const Descriptor taken(::open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kForAll));
  if (!taken.valid()) return errno;
  if (::rename(temporary, target) == 0) return 0;
  const int error = errno;
  ::unlink(target);
  return error;
}

fs::path folder_of(const fs::path& path) {
  const fs::path parent = path.parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

/// Writes a file beside `path` and has it put in its place.
/// @param mode of the file; nullopt: as the umask leaves it
/// @param publish gives the temporary file its name. @return 0, or errno
Result<void> put(const fs::path& path, std::string_view content, std::optional<mode_t> mode,
                 int (*publish)(const char* temporary, const char* target)) {
  const fs::path folder = folder_of(path);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return unwritable(path, error.value());
  // Beside the target, since a rename works within one file system only; hidden, so that readers of the
  // folder that look at names pass it by.
  std::string temporary = (folder / ("." + path.filename().string())).string();
  const Descriptor fd(create_unique(temporary, mode ? kOwnerOnly : kForAll));
  if (!fd.valid()) return unwritable(path, errno);
  int failed = fill(fd.get(), mode, content);
  if (failed == 0) failed = publish(temporary.c_str(), path.c_str());
  if (failed != 0) {
    ::unlink(temporary.c_str());
    return failed == EEXIST ? file_exists(path) : unwritable(path, failed);
  }
  sync_folder(folder);
  return {};
}

}  // namespace

Result<std::string> PosixFilesystem::read(const fs::path& path) const {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid() && errno == ENOENT) return unreadable(path, ENOENT, "FileMissing");
  if (!fd.valid()) return unreadable(path, errno);
  std::string content;
  struct stat info {};
  if (::fstat(fd.get(), &info) == 0 && info.st_size > 0) {
    content.reserve(static_cast<std::size_t>(info.st_size));
  }
  std::array<char, kReadPiece> piece;
  while (true) {
    const ssize_t got = ::read(fd.get(), piece.data(), piece.size());
    if (got == 0) return content;
    if (got > 0) {
      content.append(piece.data(), static_cast<std::size_t>(got));
    } else if (errno != EINTR) {
      return unreadable(path, errno);
    }
  }
}

Result<std::vector<ports::FileStamp>> PosixFilesystem::list(const fs::path& folder) const {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  std::vector<ports::FileStamp> stamps;
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    struct stat info {};
    if (::stat(entries->path().c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    const std::int64_t modified_ns = std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
    stamps.push_back({entries->path().filename().string(), modified_ns,
                      static_cast<std::uint64_t>(info.st_size), static_cast<std::uint64_t>(info.st_ino)});
  }
  if (error) return unreadable(folder, error.value());
  std::sort(stamps.begin(), stamps.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return stamps;
}

Result<void> PosixFilesystem::write_atomically(const fs::path& named, std::string_view content) {
  // A rename replaces what stands there: of a link, what it leads to is meant; a device or a pipe is never.
  std::error_code unknown;
  const fs::path path = fs::is_symlink(named, unknown) ? fs::weakly_canonical(named, unknown) : named;
  if (fs::exists(path, unknown) && !fs::is_regular_file(path, unknown)) {
    return fail(ErrorKind::Transient, "FileUnwritable",
                fmt::format("cannot write {}: it is not a regular file", named.string()));
  }
  return put(path, content, mode_of(path), [](const char* temporary, const char* target) {
    return ::rename(temporary, target) != 0 ? errno : 0;
  });
}

Result<void> PosixFilesystem::create_atomically(const fs::path& path, std::string_view content) {
  return put(path, content, std::nullopt, name_new);
}

Result<void> PosixFilesystem::remove(const fs::path& path) {
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return {};
    return unwritable(path, errno);
  }
  sync_folder(folder_of(path));
  return {};
}

}  // namespace athanor::system
