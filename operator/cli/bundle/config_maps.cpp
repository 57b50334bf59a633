#include "cli/bundle/config_maps.hpp"

#include <utility>

#include <fmt/format.h>

#include "adapters/kubernetes/base64.hpp"
#include "cli/bundle/bundle_names.hpp"
#include "controller/gzip.hpp"

namespace athanor::cli {
namespace {

/// One file as it stands in a ConfigMap.
struct Entry {
  std::string key;
  nlohmann::ordered_json value;
};

const char* field_of(bool gzip) {
  return gzip ? "binaryData" : "data";
}

Entry entry_of(const BundledFile& file, bool gzip) {
  if (!gzip) return {file.key, file.text};
  return {file.key + ".gz", kubernetes::base64_encode(controller::gzip(file.text))};
}

/// As `kubectl get -o yaml` and kustomize order it. That the files do not come last has a reason besides:
/// some readers of several documents take the last line end for a part of the `---` that follows.
Result<ConfigMapManifest> empty_config_map(std::size_t index, const ConfigMapOptions& options) {
  auto name = numbered_name(options.name, index);
  if (!name) return fail(std::move(name.error()));
  nlohmann::ordered_json object{{"apiVersion", "v1"},
                                {field_of(options.gzip), nlohmann::ordered_json::object()},
                                {"kind", "ConfigMap"},
                                {"metadata", metadata_of(*name, options.frame)}};
  const ManifestSize size = size_of(object);
  return ConfigMapManifest{std::move(*name), std::move(object), 0, size};
}

std::string kib(std::size_t bytes) {
  return fmt::format("{} KiB", (bytes + 1023) / 1024);
}

/// What would make room for a file that has none. @param head the size of an empty ConfigMap
std::string way_out(const BundledFile& file, const ManifestSize& head, const ConfigMapOptions& options) {
  const auto size = [&](bool gzip) {
    const Entry entry = entry_of(file, gzip);
    return (head + size_of_entry(entry.key, entry.value)).larger();
  };
  const std::size_t packed = size(true);
  if (!options.gzip && packed <= options.max_bytes)
    return fmt::format("Packed it has {}: bundle with --gzip.", kib(packed));
  const bool fits_plain = !options.gzip && size(false) <= kConfigMapLimitBytes;
  if (!fits_plain && packed > kConfigMapLimitBytes) {
    return "No ConfigMap can hold it, packed or not: a ConfigMap has 1 MiB at most. Split it into several "
           "revisions, or load its data by other means.";
  }
  return fmt::format(
      "Bundle with{} --max-size 1MiB, and apply with: kubectl apply --server-side (plain `kubectl apply` "
      "fails "
      "above 256 KiB, since it keeps a copy in an annotation).",
      fits_plain ? "" : " --gzip");
}

Error revision_too_large(const BundledFile& file, std::size_t bytes, const ManifestSize& head,
                         const ConfigMapOptions& options) {
  return {ErrorKind::Terminal, "RevisionTooLarge",
          fmt::format("{} alone makes a manifest of {}, more than the {} that one may have. {}", file.path,
                      kib(bytes), kib(options.max_bytes), way_out(file, head, options)),
          ErrorSite{.file = file.path}};
}

}  // namespace

nlohmann::ordered_json metadata_of(const std::string& name, const ObjectFrame& frame) {
  std::map<std::string, std::string> labels = frame.labels;
  labels["app.kubernetes.io/managed-by"] = "athanor";
  nlohmann::ordered_json metadata{{"labels", labels}, {"name", name}};
  if (!frame.ns.empty()) metadata["namespace"] = frame.ns;
  return metadata;
}

Result<std::vector<ConfigMapManifest>> config_maps(const BundleSet& set, const ConfigMapOptions& options) {
  std::vector<ConfigMapManifest> made;
  for (const BundledFile& file : set.files) {
    Entry entry = entry_of(file, options.gzip);
    const ManifestSize bytes = size_of_entry(entry.key, entry.value);
    if (made.empty() || (made.back().size + bytes).larger() > options.max_bytes) {
      auto next = empty_config_map(made.size(), options);
      if (!next) return fail(std::move(next.error()));
      if (const std::size_t alone = (next->size + bytes).larger(); alone > options.max_bytes)
        return fail(revision_too_large(file, alone, next->size, options));
      made.push_back(std::move(*next));
    }
    ConfigMapManifest& last = made.back();
    last.size = last.size + bytes;
    last.object[field_of(options.gzip)][entry.key] = std::move(entry.value);
    ++last.files;
  }
  return made;
}

}  // namespace athanor::cli
