#include <algorithm>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/object_names.hpp"
#include "cli/bundle/bundle_names.hpp"
#include "cli/bundle/bundle_set.hpp"
#include "cli/bundle/config_maps.hpp"
#include "cli/bundle/environment_manifest.hpp"
#include "cli/commands/all_commands.hpp"
#include "cli/commands/bundle_output.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/commands/project_graph.hpp"
#include "cli/project/versions_folder.hpp"

namespace athanor::cli {
namespace {

constexpr const char* kEnvironmentLabel = "athanor.dev/environment";
constexpr const char* kManagedByLabel = "app.kubernetes.io/managed-by";
constexpr std::size_t kLeastManifestBytes = 1024;

struct Options {
  std::string config_map;  ///< empty: after the section
  std::string ns;
  std::vector<std::string> labels;
  bool gzip = false;
  std::size_t max_bytes = kDefaultManifestBytes;
  bool digest_only = false;
  bool environment = false;
  std::string secret;  ///< NAME or NAME:KEY; empty: after the section
  bool pin = false;
  std::string output;
};

std::string check_label(const std::string& label) {
  const std::size_t equals = label.find('=');
  const std::string key = label.substr(0, equals);
  if (equals == std::string::npos || !api::is_label_key(key) ||
      !api::is_label_value(label.substr(equals + 1)))
    return fmt::format("{} is no label KEY=VALUE", label);
  if (key == kEnvironmentLabel || key == kManagedByLabel)
    return fmt::format("{} is set by bundle itself", key);
  return {};
}

std::string check_secret(const std::string& secret) {
  const std::size_t colon = secret.find(':');
  const bool fine = api::is_object_name(secret.substr(0, colon)) &&
                    (colon == std::string::npos || api::is_data_key(secret.substr(colon + 1)));
  return fine ? std::string() : fmt::format("{} is no Secret NAME or NAME:KEY", secret);
}

std::string check_object_name(const std::string& name) {
  return api::is_object_name(name) ? std::string()
                                   : fmt::format("{} is no name of a ConfigMap: a-z, 0-9, - and .", name);
}

std::string check_namespace(const std::string& name) {
  return api::is_namespace_name(name) ? std::string()
                                      : fmt::format("{} is no namespace: a-z, 0-9 and -", name);
}

Result<BundleSet> read_set(const Project& project, const ports::Filesystem& files) {
  auto texts = read_texts(project, files);
  if (!texts) return fail(std::move(texts.error()));
  if (texts->not_imported) return fail(std::move(*texts->not_imported));
  std::vector<SourceFile> sources;
  sources.reserve(texts->files.size());
  for (auto& [path, text] : texts->files) sources.push_back({path.string(), std::move(text)});
  return bundle_set(std::move(sources));
}

ConfigMapOptions config_map_options(const Options& options, const std::string& environment) {
  ConfigMapOptions made{.name = options.config_map.empty() ? environment + "-revisions" : options.config_map,
                        .frame = {.ns = options.ns, .labels = {{kEnvironmentLabel, environment}}},
                        .gzip = options.gzip,
                        .max_bytes = options.max_bytes};
  for (const std::string& label : options.labels) {
    const std::size_t equals = label.find('=');
    made.frame.labels[label.substr(0, equals)] = label.substr(equals + 1);
  }
  return made;
}

EnvironmentOptions environment_options(const Options& options, const std::string& name, const Bundle& bundle,
                                       const ObjectFrame& frame) {
  const std::size_t colon = options.secret.find(':');
  EnvironmentOptions made{.name = name,
                          .frame = frame,
                          .secret = options.secret.empty() ? name + "-db" : options.secret.substr(0, colon),
                          .secret_key = colon == std::string::npos ? "uri" : options.secret.substr(colon + 1),
                          .config_maps = {},
                          .digest = options.pin ? bundle.digest : "",
                          .version_table = {}};
  for (const ConfigMapManifest& config_map : bundle.config_maps) made.config_maps.push_back(config_map.name);
  return made;
}

Result<Bundle> make_bundle(const Options& options, const Project& project, const BundleSet& set) {
  const auto name = environment_name(project.section);
  if (!name) return fail(name.error());
  const ConfigMapOptions how = config_map_options(options, *name);
  auto made = config_maps(set, how);
  if (!made) return fail(std::move(made.error()));
  Bundle bundle{.digest = set.digest, .config_maps = std::move(*made), .environment = std::nullopt};
  if (!options.environment) return bundle;
  EnvironmentOptions environment = environment_options(options, *name, bundle, how.frame);
  environment.version_table = project.version_table;
  auto manifest = environment_manifest(environment);
  if (!manifest) return fail(std::move(manifest.error()));
  bundle.environment = std::move(*manifest);
  return bundle;
}

Result<int> run_bundle(const Options& options, World& world, const CommonOptions& common) {
  const auto project = open_settings(world, common);
  if (!project) return fail(project.error());
  const auto set = read_set(*project, world.files);
  if (!set) return fail(set.error());
  if (options.digest_only) {
    world.console.line(common.json ? json_text({{"digest", set->digest}}) : set->digest);
    return kFine;
  }
  const auto bundle = make_bundle(options, *project, *set);
  if (!bundle) return fail(bundle.error());
  if (auto told = tell_bundle(*bundle, options.output, common.json, world); !told)
    return fail(std::move(told.error()));
  return kFine;
}

void add_environment_options(CLI::App& command, Options& options) {
  CLI::Option* environment = command.add_flag("--environment", options.environment,
                                              "Print a MigrationEnvironment beside the ConfigMaps, named "
                                              "after the section");
  command
      .add_option("--secret", options.secret,
                  "The Secret that holds the database's URL, for --environment (default SECTION-db:uri)")
      ->check(CLI::Validator(check_secret, ""))
      ->type_name("NAME[:KEY]")
      ->needs(environment);
  command
      .add_flag("--pin", options.pin,
                "Let the environment take exactly this set: write its digest into --environment")
      ->needs(environment);
}

void add_config_map_options(CLI::App& command, Options& options) {
  command
      .add_option("--config-map", options.config_map,
                  "The ConfigMaps' name (default SECTION-revisions); further ones are NAME-2, NAME-3, …")
      ->check(CLI::Validator(check_object_name, ""))
      ->type_name("NAME");
  command.add_option("--namespace", options.ns, "Their namespace (default: none is written)")
      ->check(CLI::Validator(check_namespace, ""))
      ->type_name("NAMESPACE");
  command.add_option("--label", options.labels, "A label for each object; may be given several times")
      ->check(CLI::Validator(check_label, ""))
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_flag("--gzip", options.gzip, "Pack each file: fewer and smaller ConfigMaps, not readable");
  command
      .add_option("--max-size", options.max_bytes,
                  "The most that a manifest may have, encoded, 1KiB to 1MiB (default 200KiB); above 256KiB, "
                  "apply with: kubectl apply --server-side")
      ->transform(CLI::AsSizeValue(false).description(""))
      ->check(CLI::Range(kLeastManifestBytes, kConfigMapLimitBytes).description(""))
      ->type_name("SIZE");
}

}  // namespace

void add_bundle(CommandTable& table) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = table.add(
      "bundle", "Print the revisions as ConfigMaps for kubectl", CommandTable::Takes::Files,
      [options](World& world, const CommonOptions& common) { return run_bundle(*options, world, common); });
  add_config_map_options(command, *options);
  add_environment_options(command, *options);
  CLI::Option* output =
      command
          .add_option("-o,--output", options->output,
                      "Write to a file, or into a folder (one that is there, or a path ending in /) with "
                      "one file for each object")
          ->type_name("PATH");
  command.add_flag("--digest", options->digest_only, "Print the digest of the set, and nothing else")
      ->excludes(output)
      ->excludes("--environment");
  command.footer(
      "The digest of the set is printed on standard error; an environment shows it as "
      "status.observedDigest. Files stand in the order of the history: the same input always makes the same "
      "output, and a new revision at its end changes the last ConfigMap alone. Where a name may not hold "
      "what "
      "the section's does, it has small letters and dashes.\n"
      "\n"
      "Examples:\n"
      "  athanor -n staging bundle --namespace shop --environment | kubectl apply -f -\n"
      "  athanor -n staging bundle --gzip --environment --pin -o deploy/staging/\n"
      "  athanor -n staging bundle --digest");
}

}  // namespace athanor::cli
