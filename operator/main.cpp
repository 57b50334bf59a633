// Athanor: keeps databases at the revision that their environment names.
#include <malloc.h>

#include "cli/app.hpp"

namespace {

constexpr int kDirectlyMappedBytes = 128 * 1024;

/// glibc gives every thread a heap of its own, up to eight per core, and each of them keeps the free pieces
/// between what lives long. Our threads mostly wait for a server or a database, and can share one. A block of
/// the size that a list of objects or a scrape takes goes back to the system as soon as it is freed; naming
/// the size, though it is the default, keeps glibc from raising it to the largest block ever freed. Has to
/// come before the first thread.
void keep_heap_small() {
  ::mallopt(M_ARENA_MAX, 1);
  ::mallopt(M_MMAP_THRESHOLD, kDirectlyMappedBytes);
}

}  // namespace

int main(int argc, char** argv) {
  keep_heap_small();
  return athanor::cli::run(argc, argv);
}
