#include "cli/commands/bundle_output.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "cli/bundle/yaml_text.hpp"
#include "cli/commands/json_text.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;

/// What kubectl adds to its copy of a manifest, and the annotation's own name.
constexpr std::size_t kAnnotationBytes = 512;

struct OutputFile {
  fs::path path;
  std::string content;
};

bool is_folder(const std::string& output) {
  std::error_code error;
  return output.ends_with('/') || fs::is_directory(output, error);
}

std::string yaml_of(const Bundle& bundle) {
  std::string yaml;
  for (const ConfigMapManifest& config_map : bundle.config_maps) yaml += yaml_document(config_map.object);
  if (bundle.environment) yaml += yaml_document(*bundle.environment);
  return yaml;
}

/// `kubectl apply -f FOLDER` takes files by name: ConfigMaps come before the environment.
std::vector<OutputFile> files_of(const Bundle& bundle, const std::string& output) {
  if (!is_folder(output)) return {{output, yaml_of(bundle)}};
  const fs::path folder = output;
  std::vector<OutputFile> files;
  for (const ConfigMapManifest& config_map : bundle.config_maps) {
    files.push_back(
        {folder / fmt::format("configmap-{}.yaml", config_map.name), yaml_document(config_map.object)});
  }
  if (bundle.environment) {
    const auto& name = bundle.environment->at("metadata").at("name").get_ref<const std::string&>();
    files.push_back({folder / fmt::format("environment-{}.yaml", name), yaml_document(*bundle.environment)});
  }
  return files;
}

/// Numbered ConfigMaps of an earlier, longer bundle in the same folder.
std::vector<fs::path> left_over(const Bundle& bundle, const std::vector<OutputFile>& written,
                                const std::string& output, const ports::Filesystem& files) {
  std::vector<fs::path> found;
  const auto listed = files.list(output);
  if (!is_folder(output) || !listed) return found;
  const std::string begin = fmt::format("configmap-{}-", bundle.config_maps.front().name);
  constexpr std::string_view kEnd = ".yaml";
  for (const auto& file : *listed) {
    const std::string& name = file.name;
    if (name.size() <= begin.size() + kEnd.size() || !name.starts_with(begin) || !name.ends_with(kEnd))
      continue;
    const bool numbered = name.find_first_not_of("0123456789", begin.size()) == name.size() - kEnd.size();
    const fs::path path = fs::path(output) / name;
    if (numbered && std::ranges::find(written, path, &OutputFile::path) == written.end())
      found.push_back(path);
  }
  return found;
}

bool needs_server_side(const Bundle& bundle) {
  return std::ranges::any_of(bundle.config_maps, [](const ConfigMapManifest& config_map) {
    return config_map.size.json + kAnnotationBytes > kApplyLimitBytes;
  });
}

nlohmann::ordered_json json_of(const Bundle& bundle, const std::vector<OutputFile>& written) {
  nlohmann::ordered_json told{{"digest", bundle.digest}, {"serverSideApply", needs_server_side(bundle)}};
  told["configMaps"] = nlohmann::ordered_json::array();
  for (const ConfigMapManifest& config_map : bundle.config_maps) {
    told["configMaps"].push_back(
        nlohmann::ordered_json{{"name", config_map.name}, {"revisions", config_map.files}});
  }
  if (!written.empty()) {
    told["files"] = nlohmann::ordered_json::array();
    for (const OutputFile& file : written) told["files"].push_back(file.path.string());
    return told;
  }
  told["manifests"] = nlohmann::ordered_json::array();
  for (const ConfigMapManifest& config_map : bundle.config_maps)
    told["manifests"].push_back(config_map.object);
  if (bundle.environment) told["manifests"].push_back(*bundle.environment);
  return told;
}

}  // namespace

Result<void> tell_bundle(const Bundle& bundle, const std::string& output, bool json, const World& world) {
  // Not between them: half of a bundle in place of another is neither.
  if (world.stop.stop_requested())
    return fail(ErrorKind::Transient, "Stopped", "stopped; nothing was written");
  const auto written = output.empty() ? std::vector<OutputFile>() : files_of(bundle, output);
  for (const OutputFile& file : written) {
    if (auto done = world.files.write_atomically(file.path, file.content); !done)
      return fail(std::move(done.error()));
  }
  for (const fs::path& path : left_over(bundle, written, output, world.files)) {
    world.console.note(
        fmt::format("{} is left from an earlier bundle: remove it, and its ConfigMap.", path.string()));
  }
  if (json) {
    world.console.line(json_text(json_of(bundle, written)));
    return {};
  }
  if (output.empty()) world.console.out(yaml_of(bundle));
  world.console.note("digest " + bundle.digest);
  if (needs_server_side(bundle)) {
    world.console.note(
        "Plain `kubectl apply` fails above 256 KiB: apply this with kubectl apply --server-side -f …");
  }
  return {};
}

}  // namespace athanor::cli
