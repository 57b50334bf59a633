#include "adapters/system/posix_filesystem.hpp"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/temp_folder.hpp"

namespace athanor::system {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PosixFilesystemTest : public ::testing::Test {
 protected:
  void put(const fs::path& path, std::string_view text) { std::ofstream(path, std::ios::binary) << text; }

  std::vector<std::string> names() {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder_)) found.push_back(entry.path().filename());
    std::sort(found.begin(), found.end());
    return found;
  }

  const athanor::testing::TempFolder temporary_;
  const fs::path folder_ = temporary_.path();
  PosixFilesystem files_;
};

TEST_F(PosixFilesystemTest, reads_what_was_written_byte_for_byte) {
  const std::string content("a\0b\r\n\xff", 6);
  ASSERT_TRUE(files_.write_atomically(folder_ / "x", content));
  EXPECT_EQ(files_.read(folder_ / "x").value(), content);
}

TEST_F(PosixFilesystemTest, reads_a_file_longer_than_one_piece) {
  const std::string content(300'000, 'x');
  put(folder_ / "x", content);
  EXPECT_EQ(files_.read(folder_ / "x").value(), content);
}

TEST_F(PosixFilesystemTest, a_missing_file_is_named_with_the_systems_reason) {
  const auto result = files_.read(folder_ / "absent");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::Transient);
  EXPECT_EQ(result.error().reason, "FileMissing");
  EXPECT_THAT(result.error().message, HasSubstr((folder_ / "absent").string()));
  EXPECT_THAT(result.error().message, HasSubstr("No such file or directory"));
}

TEST_F(PosixFilesystemTest, a_folder_cannot_be_read_as_a_file) {
  const auto result = files_.read(folder_);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("Is a directory"));
}

TEST_F(PosixFilesystemTest, write_makes_missing_parents_and_leaves_nothing_else_behind) {
  ASSERT_TRUE(files_.write_atomically(folder_ / "a/b/c", "1"));
  ASSERT_TRUE(files_.write_atomically(folder_ / "a/b/c", "2"));
  EXPECT_EQ(files_.read(folder_ / "a/b/c").value(), "2");
  EXPECT_EQ(files_.list(folder_ / "a/b").value().size(), 1U);
}

TEST_F(PosixFilesystemTest, create_makes_a_file_and_leaves_nothing_else_behind) {
  ASSERT_TRUE(files_.create_atomically(folder_ / "a/x", "1"));
  EXPECT_EQ(files_.read(folder_ / "a/x").value(), "1");
  EXPECT_EQ(files_.list(folder_ / "a").value().size(), 1U);
}

TEST_F(PosixFilesystemTest, create_never_writes_over_a_file) {
  put(folder_ / "x", "old");
  const auto created = files_.create_atomically(folder_ / "x", "new");
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(created.error().reason, "FileExists");
  EXPECT_THAT(created.error().message, HasSubstr((folder_ / "x").string()));
  EXPECT_EQ(files_.read(folder_ / "x").value(), "old");
  EXPECT_THAT(names(), ElementsAre("x"));
}

TEST_F(PosixFilesystemTest, of_many_that_create_a_file_one_does) {
  constexpr int kWriters = 8;
  std::atomic<int> created{0};
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < kWriters; ++i)
      writers.emplace_back([&] { created += files_.create_atomically(folder_ / "x", "1") ? 1 : 0; });
  }
  EXPECT_EQ(created, 1);
  EXPECT_THAT(names(), ElementsAre("x"));
}

TEST_F(PosixFilesystemTest, write_keeps_the_mode_of_the_file_it_replaces) {
  put(folder_ / "x", "1");
  fs::permissions(folder_ / "x", fs::perms::owner_read | fs::perms::owner_write);
  ASSERT_TRUE(files_.write_atomically(folder_ / "x", "2"));
  EXPECT_EQ(fs::status(folder_ / "x").permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(PosixFilesystemTest, a_new_file_has_the_mode_that_the_umask_leaves_though_nobody_touches_the_umask) {
  const mode_t before = ::umask(027);
  std::atomic<bool> ended{false};
  // What another thread creates meanwhile must not get more than the umask leaves either.
  std::jthread other([&] {
    for (int made = 0; !ended; ++made) {
      put(folder_ / ("other" + std::to_string(made)), "");
    }
  });
  for (int i = 0; i < 200; ++i)
    ASSERT_TRUE(files_.write_atomically(folder_ / ("new" + std::to_string(i)), "1"));
  ended = true;
  other.join();
  ::umask(before);
  for (const auto& entry : fs::directory_iterator(folder_)) {
    EXPECT_EQ(entry.status().permissions(), fs::perms{0640}) << entry.path();
  }
}

TEST_F(PosixFilesystemTest, a_failed_write_says_why_and_cleans_up) {
  fs::create_directories(folder_ / "x/y");
  const auto result = files_.write_atomically(folder_ / "x", "content");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, "FileUnwritable");
  EXPECT_THAT(result.error().message, HasSubstr((folder_ / "x").string()));
  EXPECT_THAT(names(), ElementsAre("x"));
}

TEST_F(PosixFilesystemTest, lists_regular_files_and_links_to_them_sorted_by_name) {
  put(folder_ / "b.yaml", "22");
  put(folder_ / "a.yaml", "1");
  fs::create_directory(folder_ / "folder");
  fs::create_directory_symlink(folder_ / "folder", folder_ / "..data");
  fs::create_symlink(folder_ / "a.yaml", folder_ / "c.yaml");
  fs::create_symlink(folder_ / "gone", folder_ / "dangling.yaml");
  const auto stamps = files_.list(folder_).value();
  ASSERT_EQ(stamps.size(), 3U);
  EXPECT_EQ(stamps[0].name, "a.yaml");
  EXPECT_EQ(stamps[1].name, "b.yaml");
  EXPECT_EQ(stamps[1].size, 2U);
  EXPECT_EQ(stamps[2].name, "c.yaml");
}

TEST_F(PosixFilesystemTest, a_file_that_is_there_but_cannot_be_read_is_told_apart_from_a_missing_one) {
  put(folder_ / "file", "x");
  for (const auto& path : {folder_, folder_ / "file" / "below"}) {
    const auto result = files_.read(path);
    ASSERT_FALSE(result) << path;
    EXPECT_EQ(result.error().reason, "FileUnreadable");
  }
}

TEST_F(PosixFilesystemTest, a_stamp_changes_when_a_file_is_replaced_by_one_of_the_same_size) {
  ASSERT_TRUE(files_.write_atomically(folder_ / "x", "1"));
  const auto before = files_.list(folder_).value();
  ASSERT_TRUE(files_.write_atomically(folder_ / "x", "2"));
  EXPECT_NE(files_.list(folder_).value(), before);
}

TEST_F(PosixFilesystemTest, a_missing_folder_is_an_error_and_not_an_empty_list) {
  const auto result = files_.list(folder_ / "absent");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, "FileUnreadable");
}

TEST_F(PosixFilesystemTest, remove_takes_a_file_away_and_accepts_that_it_is_gone) {
  put(folder_ / "x", "1");
  EXPECT_TRUE(files_.remove(folder_ / "x"));
  EXPECT_TRUE(names().empty());
  EXPECT_TRUE(files_.remove(folder_ / "x"));
}

TEST_F(PosixFilesystemTest, remove_refuses_a_folder) {
  fs::create_directory(folder_ / "d");
  const auto result = files_.remove(folder_ / "d");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, "FileUnwritable");
}

}  // namespace
}  // namespace athanor::system
