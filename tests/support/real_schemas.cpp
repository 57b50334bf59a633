#include "support/real_schemas.hpp"

#include <fstream>

#include "support/child_process.hpp"
#include "support/temp_folder.hpp"

namespace athanor::testing {

std::filesystem::path real_schema_file(const std::string& package) {
  const TempFolder folder;
  const auto output = folder.path() / "output";
  ChildProcess::run(
      {.command = {ATHANOR_SOURCE_DIR "/tests/tools/real-schemas.sh", package}, .output = output});
  std::string file;
  std::ifstream in(output);
  std::getline(in, file);
  return file;
}

}  // namespace athanor::testing
