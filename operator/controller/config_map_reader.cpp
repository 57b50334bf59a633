#include "controller/config_map_reader.hpp"

#include <utility>

namespace athanor::controller {

ConfigMapReader::ConfigMapReader(ports::ResourceClient& client, ConfigMapLookup lookup)
    : client_(client), lookup_(std::move(lookup)) {}

Result<std::shared_ptr<const ports::ConfigMap>> ConfigMapReader::read(const ports::ObjectKey& key) {
  // Before the reading: what is read is this version or a newer one, which is then read once more.
  auto seen = lookup_(key);
  if (seen) {
    const std::scoped_lock lock(mutex_);
    const auto kept = kept_.find(key);
    const bool same = kept != kept_.end() && kept->second.seen.uid == seen->uid &&
                      kept->second.seen.resource_version == seen->resource_version;
    if (same) return kept->second.config_map;
  }
  auto read = client_.config_map(key);
  if (!read) return fail(std::move(read.error()));
  read->binary_data.clear();
  auto config_map = std::make_shared<const ports::ConfigMap>(std::move(*read));
  const std::scoped_lock lock(mutex_);
  std::erase_if(kept_, [this](const auto& entry) { return !lookup_(entry.first); });
  if (seen) kept_.insert_or_assign(key, Kept{std::move(*seen), config_map});
  return config_map;
}

}  // namespace athanor::controller
