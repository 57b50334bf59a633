#include "adapters/manifests/manifest.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "adapters/manifests/manifest_data.hpp"
#include "adapters/manifests/yaml_json.hpp"
#include "api/codec.hpp"
#include "api/object_names.hpp"
#include "core/digest.hpp"
#include "core/text.hpp"

namespace athanor::manifests {
namespace {

using nlohmann::json;

constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";

tl::unexpected<Error> refuse(const std::string& file, std::size_t line, std::string_view what) {
  return fail(ErrorKind::Terminal, "InvalidManifest", fmt::format("{}:{}: {}", file, line, what),
              {"", file, line, ""});
}

/// The lines on which the documents of a YAML stream begin are lost once it is a tree of empty maps.
std::size_t line_of(const YAML::Node& node) {
  return static_cast<std::size_t>(std::max(node.Mark().line, 0)) + 1;
}

std::string expected_api_version(Kind kind) {
  return kind == Kind::Environment ? fmt::format("{}/{}", api::kGroup, api::kVersion) : "v1";
}

std::string text_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// An object of ours by another name: to ignore it would be to delete what it was before.
/// @return what is wrong; nullopt for an object that is somebody else's
std::optional<std::string> complaint_of_kind(const std::string& kind, const std::string& api_version) {
  for (const Kind ours : {Kind::Environment, Kind::ConfigMap, Kind::Secret}) {
    if (to_lower(kind) != to_lower(kind_name(ours))) continue;
    const std::string expected = expected_api_version(ours);
    return kind == kind_name(ours)
               ? fmt::format("a {} of {}, expected {}", kind, api_version, expected)
               : fmt::format("a {} of {}, expected {} of {}", kind, api_version, kind_name(ours), expected);
  }
  if (!api_version.starts_with(std::string(api::kGroup) + "/")) return std::nullopt;
  return fmt::format("a {} of {}, which has no kind but {}", kind, api_version, api::kKind);
}

/// One document, or one item of a List.
class DocumentReader {
 public:
  DocumentReader(const std::string& file, std::size_t line, ManifestFile& out)
      : file_(file), line_(line), out_(out) {}

  Result<void> read(const json& object) {
    if (object.is_null()) return {};  // an empty document, between two ---
    if (!object.is_object()) return wrong("not an object");
    const std::string kind = text_at(object, "kind");
    const std::string api_version = text_at(object, "apiVersion");
    if (kind.empty() || api_version.empty())
      return wrong("no apiVersion and kind, as every Kubernetes object has");
    if (kind == "List" && api_version == "v1") return read_list(object);
    if (api_version == expected_api_version(Kind::Environment) && kind == api::kKind)
      return read_environment(object);
    if (api_version == "v1" && kind == "ConfigMap") return read_data(object, Kind::ConfigMap);
    if (api_version == "v1" && kind == "Secret") return read_data(object, Kind::Secret);
    if (auto misspelt = complaint_of_kind(kind, api_version)) return wrong(*misspelt);
    const json metadata = object.value("metadata", json::object());
    out_.ignored.push_back(
        fmt::format("{} {} {}", api_version, kind, metadata.is_object() ? text_at(metadata, "name") : ""));
    return {};
  }

 private:
  Result<void> wrong(std::string_view what) const { return refuse(file_, line_, what); }

  Result<void> read_list(const json& object) {
    const auto items = object.find("items");
    if (items == object.end() || items->is_null()) return {};
    if (!items->is_array()) return wrong("the items of a List are no list");
    for (const json& item : *items) {
      if (auto done = read(item); !done) return done;
    }
    return {};
  }

  Result<StringMap> read_text_map(const json& parent, const char* name, std::string_view owner) const {
    StringMap entries;
    const auto found = parent.find(name);
    if (found == parent.end() || found->is_null()) return entries;
    if (!found->is_object()) return refuse(file_, line_, fmt::format("{}: {} is no map", owner, name));
    for (const auto& [key, value] : found->items()) {
      if (!value.is_string()) {
        return refuse(file_, line_,
                      fmt::format("{}: {}.{} is of type {}, not text; put it in quotes", owner, name, key,
                                  value.type_name()));
      }
      entries.emplace(key, value.get<std::string>());
    }
    return entries;
  }

  Result<Manifest> read_metadata(const json& object, Kind kind) const {
    const auto metadata = object.find("metadata");
    if (metadata == object.end() || !metadata->is_object()) {
      return refuse(file_, line_, fmt::format("a {} without metadata", kind_name(kind)));
    }
    Manifest manifest;
    manifest.kind = kind;
    manifest.file = file_;
    manifest.line = line_;
    for (const char* field : {"name", "namespace"}) {
      // What stands unquoted as on, no or 5 is another type, as it is for kubectl.
      const auto value = metadata->find(field);
      if (value == metadata->end() || value->is_string() || value->is_null()) continue;
      return refuse(file_, line_,
                    fmt::format("a {}: metadata.{} is of type {}; put it in quotes", kind_name(kind), field,
                                value->type_name()));
    }
    manifest.key = {text_at(*metadata, "namespace"), text_at(*metadata, "name")};
    if (manifest.key.ns.empty()) manifest.key.ns = "default";
    if (!api::is_object_name(manifest.key.name) || !api::is_object_name(manifest.key.ns)) {
      return refuse(file_, line_,
                    fmt::format("{} is no name for an object; lower-case letters, digits, - and . are",
                                manifest.describe()));
    }
    auto labels = read_text_map(*metadata, "labels", manifest.describe());
    if (!labels) return fail(labels.error());
    auto annotations = read_text_map(*metadata, "annotations", manifest.describe());
    if (!annotations) return fail(annotations.error());
    manifest.labels = *std::move(labels);
    manifest.annotations = *std::move(annotations);
    manifest.annotations.erase(std::string(kLastApplied));
    manifest.hash = sha256_hex(object.dump());
    return manifest;
  }

  Result<void> read_environment(json object) {
    object.erase("status");
    auto manifest = read_metadata(object, Kind::Environment);
    if (!manifest) return fail(manifest.error());
    manifest->spec_hash = sha256_hex(object.value("spec", json()).dump());
    manifest->json = object.dump();
    for (const std::string& field : api::unknown_spec_fields(manifest->json)) {
      out_.warnings.push_back(fmt::format("{}:{}: {} has no field {}; it is passed over", file_, line_,
                                          manifest->describe(), field));
    }
    add(*std::move(manifest));
    return {};
  }

  Result<void> read_data(const json& object, Kind kind) {
    auto manifest = read_metadata(object, kind);
    if (!manifest) return fail(manifest.error());
    const std::string owner = manifest->describe();
    auto data = read_text_map(object, "data", owner);
    if (!data) return fail(data.error());
    auto other = read_text_map(object, kind == Kind::Secret ? "stringData" : "binaryData", owner);
    if (!other) return fail(other.error());
    auto filled = kind == Kind::Secret ? fill_secret(*manifest, *std::move(data), *std::move(other))
                                       : fill_config_map(*manifest, *std::move(data), *std::move(other));
    if (!filled) return wrong(fmt::format("{}: {}", owner, filled.error()));
    add(*std::move(manifest));
    return {};
  }

  void add(Manifest manifest) {
    out_.manifests.push_back(std::make_shared<const Manifest>(std::move(manifest)));
  }

  const std::string& file_;
  std::size_t line_;
  ManifestFile& out_;
};

Result<ManifestFile> read_documents(const std::vector<YAML::Node>& documents, const std::string& file) {
  ManifestFile out;
  for (const YAML::Node& document : documents) {
    const auto object = to_json(document);
    if (!object) return refuse(file, object.error().site.line, object.error().message);
    if (auto done = DocumentReader(file, line_of(document), out).read(*object); !done)
      return fail(done.error());
  }
  return out;
}

}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::Environment:
      return api::kKind;
    case Kind::ConfigMap:
      return "ConfigMap";
    case Kind::Secret:
      break;
  }
  return "Secret";
}

std::string Manifest::describe() const {
  return fmt::format("{} {}", kind_name(kind), key.to_string());
}

Result<ManifestFile> parse_manifests(std::string_view text, const std::string& file) {
  std::vector<YAML::Node> documents;
  try {
    documents = YAML::LoadAll(std::string(text));
  } catch (const YAML::Exception& error) {
    return refuse(file, static_cast<std::size_t>(std::max(error.mark.line, 0)) + 1, error.msg);
  }
  try {
    return read_documents(documents, file);
  } catch (const json::exception& error) {
    return refuse(file, 1, error.what());
  }
}

}  // namespace athanor::manifests
