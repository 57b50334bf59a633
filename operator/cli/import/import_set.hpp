// What importing comes to, before anything is written.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/revision.hpp"

namespace athanor::cli {

/// One revision as it will stand in a file. Its sections have no checksums yet, and its source is what it
/// comes from.
struct ImportedRevision {
  Revision revision;
  std::filesystem::path folder;    ///< where it belongs unless a folder is named; empty: the project's first
  std::vector<std::string> notes;  ///< what whoever imports should know of it: "irreversible: …"
};

/// A file that can't be imported, and why: nothing is, then.
struct Refusal {
  std::string source;
  std::string reason;
};

struct ImportSet {
  std::vector<ImportedRevision> revisions;  ///< parents first
  std::vector<Refusal> refused;
  std::vector<Refusal> left_out;  ///< what has no place in a history of revisions; the rest is imported
};

}  // namespace athanor::cli
