// The revision files of a project as one set, checked as the operator checks it.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"

namespace athanor::cli {

struct SourceFile {
  std::string path;
  std::string text;
};

struct BundledFile {
  std::string key;   ///< the path's last part
  std::string path;  ///< for errors
  std::string text;  ///< byte for byte

  bool operator==(const BundledFile&) const = default;
};

struct BundleSet {
  /// A revision after all that it needs, ties by id and then by path: a new revision at the end of the
  /// history changes the last of several ConfigMaps alone.
  std::vector<BundledFile> files;
  std::string digest;  ///< what the operator will make of them
};

/// @return Terminal `NoRevisions`, `InvalidRevisionFile`, `RevisionsTooLarge` and the graph's errors as the
/// operator has them; `InvalidKey` for a file whose name is no key of a ConfigMap, with a better one;
/// `DuplicateKey` for two files of one name in different folders
[[nodiscard]] Result<BundleSet> bundle_set(std::vector<SourceFile> files);

}  // namespace athanor::cli
