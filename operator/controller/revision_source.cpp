#include "controller/revision_source.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "api/codec.hpp"
#include "controller/gzip.hpp"
#include "core/digest.hpp"
#include "core/revision_file.hpp"

namespace athanor::controller {
namespace {

/// The ConfigMaps that a spec means: those it names, and those its selector finds; each once, sorted by name.
using Chosen = std::map<std::string, ports::ObjectMeta>;

Result<Chosen> choose(const std::string& ns, const api::RevisionsSpec& spec,
                      std::vector<ports::ObjectMeta> known) {
  std::map<std::string, ports::ObjectMeta> by_name;
  for (auto& meta : known) by_name.emplace(meta.key.name, std::move(meta));
  Chosen chosen;
  for (const auto& name : spec.config_maps) {
    const auto found = by_name.find(name);
    if (found == by_name.end()) {
      return fail(
          ErrorKind::Transient, "ConfigMapMissing",
          fmt::format(
              "ConfigMap {}/{}, which spec.revisions.configMaps names, does not exist. Create it; the "
              "environment goes on as soon as it is there.",
              ns, name));
    }
    chosen.insert(*found);
  }
  if (spec.config_map_selector) {
    for (const auto& [name, meta] : by_name) {
      if (api::selects(*spec.config_map_selector, meta.labels)) chosen.emplace(name, meta);
    }
  }
  return chosen;
}

std::string fingerprint_of(const std::string& ns, const Chosen& chosen) {
  std::string fingerprint = ns;
  for (const auto& [name, meta] : chosen)
    fingerprint += "\n" + name + "@" + meta.uid + "@" + meta.resource_version;
  return fingerprint;
}

Result<RevisionInputs> build(std::vector<Revision> revisions, const std::string& ns) {
  if (revisions.empty()) {
    return fail(
        ErrorKind::Terminal, "NoRevisions",
        fmt::format(
            "The ConfigMaps that spec.revisions names in namespace {} hold no revision files (keys ending in "
            ".sql or .sql.gz). Nothing is downgraded for that; put the revisions back.",
            ns));
  }
  auto graph = RevisionGraph::build(std::move(revisions));
  if (!graph) return fail(to_error(graph.error()));
  RevisionInputs inputs;
  inputs.digest = digest_of(*graph);
  inputs.graph = std::make_shared<const RevisionGraph>(std::move(*graph));
  return inputs;
}

Error set_too_large(const ports::ObjectKey& config_map) {
  return {
      ErrorKind::Terminal, "RevisionsTooLarge",
      fmt::format("The revisions of this environment have more than {} MiB together, the most that one set "
                  "may have; ConfigMap {} goes beyond it. Squash old revisions, or load data by other "
                  "means.",
                  kMaxSetBytes >> 20U, config_map.to_string())};
}

}  // namespace

Result<RevisionInputs> RevisionSource::fetch(const std::string& ns, const Chosen& chosen,
                                             std::size_t& ignored) {
  std::vector<Revision> revisions;
  SetTally tally;
  for (const auto& [name, meta] : chosen) {
    auto config_map = client_.config_map(meta.key);
    if (!config_map && config_map.error().reason == "NotFound") {
      return fail(
          ErrorKind::Transient, "ConfigMapMissing",
          fmt::format(
              "ConfigMap {}/{} has just been deleted. Create it; the environment goes on as soon as it is "
              "there.",
              ns, name));
    }
    if (!config_map) return fail(std::move(config_map.error()));
    const std::scoped_lock lock(parsing_);
    auto parsed = revisions_of(*config_map, tally);
    ignored = tally.ignored_keys;
    if (!parsed) return fail(std::move(parsed.error()));
    std::move(parsed->begin(), parsed->end(), std::back_inserter(revisions));
  }
  return build(std::move(revisions), ns);
}

Result<std::vector<Revision>> revisions_of(const ports::ConfigMap& config_map, SetTally& tally) {
  std::vector<Revision> revisions;
  const ports::ObjectKey& key_of_map = config_map.meta.key;
  const auto add = [&](std::string_view text, const std::string& source) -> Result<void> {
    if (text.size() > kMaxRevisionFileBytes) return fail(revision_file_too_large(source));
    if (text.size() > tally.bytes_left) return fail(set_too_large(key_of_map));
    tally.bytes_left -= text.size();
    auto revision = parse_revision_file(text, source);
    if (!revision) return fail(std::move(revision.error()));
    revisions.push_back(std::move(*revision));
    return {};
  };
  for (const auto* entries : {&config_map.data, &config_map.binary_data}) {
    for (const auto& [key, value] : *entries) {
      const std::string source = fmt::format("ConfigMap {} key {}", key_of_map.to_string(), key);
      if (key.ends_with(".sql")) {
        if (auto added = add(value, source); !added) return fail(std::move(added.error()));
      } else if (key.ends_with(".sql.gz")) {
        const auto text = gunzip(value, source, std::min(kMaxRevisionFileBytes, tally.bytes_left));
        if (!text) return fail(text.error());
        if (auto added = add(*text, source); !added) return fail(std::move(added.error()));
      } else {
        ++tally.ignored_keys;
      }
    }
  }
  return revisions;
}

RevisionSource::RevisionSource(ports::ResourceClient& client, ConfigMapLister lister)
    : client_(client), lister_(std::move(lister)) {}

std::shared_ptr<const RevisionSet> RevisionSource::read(const std::string& ns,
                                                        const api::RevisionsSpec& spec) {
  auto chosen = choose(ns, spec, lister_(ns));
  auto set = std::make_shared<RevisionSet>();
  if (!chosen) {
    set->fingerprint = ns + "\n" + chosen.error().message;
    set->inputs = fail(std::move(chosen.error()));
    return set;
  }
  set->fingerprint = fingerprint_of(ns, *chosen);
  {
    const std::scoped_lock lock(mutex_);
    const auto found = sets_.find(set->fingerprint);
    if (found != sets_.end()) {
      if (auto known = found->second.lock()) return known;
    }
  }
  set->inputs = fetch(ns, *chosen, set->ignored_keys);
  const bool fetched = set->inputs || set->inputs.error().kind == ErrorKind::Terminal;
  return fetched ? remember(std::move(set)) : set;
}

std::shared_ptr<const RevisionSet> RevisionSource::remember(std::shared_ptr<const RevisionSet> set) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(sets_, [](const auto& entry) { return entry.second.expired(); });
  sets_.insert_or_assign(set->fingerprint, set);
  return set;
}

}  // namespace athanor::controller
