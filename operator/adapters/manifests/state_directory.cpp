#include "adapters/manifests/state_directory.hpp"

#include <fstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "adapters/manifests/yaml_json.hpp"
#include "api/migration_environment.hpp"

namespace athanor::manifests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ports::ObjectKey;

constexpr std::string_view kSpecHash = "athanor.dev/spec-hash";
constexpr std::string_view kHoldersFile = "objects.yaml";
constexpr std::uintmax_t kMaxEventBytes = 1024 * 1024;

json to_document(const ObjectKey& key, const SavedStatus& saved) {
  return {{"apiVersion", fmt::format("{}/{}", api::kGroup, api::kVersion)},
          {"kind", api::kKind},
          {"metadata",
           {{"namespace", key.ns},
            {"name", key.name},
            {"uid", saved.uid},
            {"generation", saved.generation},
            {"annotations", {{kSpecHash, saved.spec_hash}}}}},
          {"status", json::parse(saved.status)}};
}

/// @return nullopt if it isn't what to_document() makes
std::optional<SavedStatus> from_document(const std::string& text) {
  try {
    const Result<json> document = to_json(YAML::Load(text));
    if (!document) return std::nullopt;
    const json& metadata = document->at("metadata");
    const json& status = document->at("status");
    if (document->at("kind") != api::kKind || !status.is_object()) return std::nullopt;
    return SavedStatus{metadata.at("generation").get<std::int64_t>(),
                       metadata.at("annotations").at(std::string(kSpecHash)).get<std::string>(),
                       status.dump(), metadata.value("uid", "")};
  } catch (const json::exception&) {
    return std::nullopt;
  } catch (const YAML::Exception&) {
    return std::nullopt;
  }
}

/// @return nullopt if it isn't what save_holders() wrote
std::optional<std::map<std::string, std::string>> to_holders(const std::string& text) {
  try {
    const Result<json> document = to_json(YAML::Load(text));
    if (!document || !document->is_object()) return std::nullopt;
    return document->get<std::map<std::string, std::string>>();
  } catch (const json::exception&) {
    return std::nullopt;
  } catch (const YAML::Exception&) {
    return std::nullopt;
  }
}

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (entry->is_directory(error)) folders.push_back(entry->path());
  }
  return folders;
}

std::string event_line(const ports::EventRecord& record) {
  const ports::Event& event = record.event;
  const bool repeated = record.series_count > 1;
  std::string note = event.note;
  for (char& c : note) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return fmt::format("{} {:7} {} {}: {}{}\n", repeated ? record.last_observed : record.event_time,
                     event.type == ports::EventType::Warning ? "Warning" : "Normal", event.reason,
                     event.regarding.key.to_string(), note,
                     repeated ? fmt::format(" (x{})", record.series_count) : "");
}

}  // namespace

fs::path StateDirectory::file_of(const ObjectKey& key) const {
  return folder_ / key.ns / (key.name + ".yaml");
}

std::map<ObjectKey, SavedStatus> StateDirectory::load() const {
  std::map<ObjectKey, SavedStatus> loaded;
  for (const fs::path& folder : folders_in(folder_)) {
    const auto files = filesystem_.list(folder);
    if (!files) continue;
    for (const ports::FileStamp& file : *files) {
      const fs::path path = folder / file.name;
      if (path.extension() != ".yaml") continue;
      const auto text = filesystem_.read(path);
      auto saved = text ? from_document(*text) : std::nullopt;
      if (saved) {
        loaded.emplace(ObjectKey{folder.filename().string(), path.stem().string()}, *std::move(saved));
      } else {
        log_.write(ports::LogLevel::Warning, "passed over a status file that can't be understood",
                   {{"file", path.string()}});
      }
    }
  }
  return loaded;
}

Result<void> StateDirectory::save(const ObjectKey& key, const SavedStatus& saved) {
  return filesystem_.write_atomically(file_of(key), to_yaml(to_document(key, saved)));
}

Result<void> StateDirectory::remove(const ObjectKey& key) {
  return filesystem_.remove(file_of(key));
}

std::map<std::string, std::string> StateDirectory::load_holders() const {
  const fs::path path = folder_ / kHoldersFile;
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return {};
  const auto text = filesystem_.read(path);
  auto holders = text ? to_holders(*text) : std::nullopt;
  if (holders) return *std::move(holders);
  log_.write(ports::LogLevel::Warning,
             "which file each object was taken from can't be understood; objects that stand in two files "
             "don't count until one of them is gone",
             {{"file", path.string()}});
  return {};
}

Result<void> StateDirectory::save_holders(const std::map<std::string, std::string>& holders) {
  return filesystem_.write_atomically(folder_ / kHoldersFile, to_yaml(json(holders)));
}

Result<void> StateDirectory::append_event(const ports::EventRecord& record) {
  const std::scoped_lock lock(events_mutex_);
  const fs::path file = folder_ / "events.log";
  std::error_code ignored;
  if (const auto size = fs::file_size(file, ignored); !ignored && size > kMaxEventBytes) {
    fs::rename(file, folder_ / "events.log.1", ignored);
  }
  std::ofstream out(file, std::ios::app);
  out << event_line(record) << std::flush;
  if (out) return {};
  return fail(ErrorKind::Transient, "FileUnwritable", fmt::format("cannot append to {}", file.string()));
}

Result<void> StateDirectory::probe() {
  const fs::path file = folder_ / ".probe";
  if (auto written = filesystem_.write_atomically(file, ""); !written) return written;
  return filesystem_.remove(file);
}

}  // namespace athanor::manifests
