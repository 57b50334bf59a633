// File systems that have no hard links, such as FAT: the kernel refuses here what they refuse.
#include <array>
#include <cerrno>
#include <cstddef>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/system/posix_filesystem.hpp"
#include "support/temp_folder.hpp"
#include "unit/sentence.hpp"

namespace athanor::system {
namespace {

struct Refused {
  long call = 0;
  int error = 0;
};

struct Lacking {
  std::string sentence;
  std::vector<Refused> calls;
};

void PrintTo(const Lacking& lacking, std::ostream* out) {
  *out << lacking.sentence;
}

/// For this process, for good.
bool refuse(const std::vector<Refused>& calls) {
  std::vector<sock_filter> filter{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
  for (const auto& [call, error] : calls) {
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<__u32>(call), 0, 1));
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<__u32>(error)));
  }
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

class WithoutLinks : public ::testing::TestWithParam<Lacking> {};

TEST_P(WithoutLinks, AFileIsCreatedOnceAndNeverWrittenOver) {
  const athanor::testing::TempFolder folder;
  const std::string path = (folder.path() / "x").string();
  const pid_t child = ::fork();
  if (child == 0) {
    PosixFilesystem files;
    if (!refuse(GetParam().calls)) ::_exit(2);
    if (::link("/proc/self/exe", (path + ".link").c_str()) == 0) ::_exit(3);
    if (!files.create_atomically(path, "first")) ::_exit(4);
    const auto again = files.create_atomically(path, "second");
    ::_exit(!again && again.error().reason == "FileExists" ? 0 : 5);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(folder.read("x"), "first");
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    names.push_back(entry.path().filename());
  EXPECT_THAT(names, ::testing::ElementsAre("x"));
}

#ifdef SYS_link
const std::vector<Refused> kNoLinks{{SYS_link, EPERM}, {SYS_linkat, EPERM}};
#else
const std::vector<Refused> kNoLinks{{SYS_linkat, EPERM}};
#endif

std::vector<Refused> neither_links_nor_exclusive_renames() {
  auto calls = kNoLinks;
  calls.push_back({SYS_renameat2, EINVAL});
  return calls;
}

INSTANTIATE_TEST_SUITE_P(Table, WithoutLinks,
                         ::testing::Values(Lacking{"no links", kNoLinks},
                                           Lacking{"no renames without replacing either",
                                                   neither_links_nor_exclusive_renames()}),
                         sentence_name<Lacking>);

}  // namespace
}  // namespace athanor::system
