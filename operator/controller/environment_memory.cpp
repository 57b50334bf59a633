#include "controller/environment_memory.hpp"

#include <utility>

namespace athanor::controller {

std::shared_ptr<EnvironmentMemory> EnvironmentMemories::of(const ports::ObjectKey& key,
                                                           const std::string& uid) {
  const std::scoped_lock lock(mutex_);
  auto& memory = memories_[key];
  if (!memory || memory->uid != uid) {
    memory = std::make_shared<EnvironmentMemory>();
    memory->uid = uid;
  }
  return memory;
}

bool EnvironmentMemories::forget(const ports::ObjectKey& key) {
  const std::scoped_lock lock(mutex_);
  return memories_.erase(key) > 0;
}

RunRegistry::Run::Run(RunRegistry& registry, ports::ObjectKey key)
    : registry_(registry), key_(std::move(key)) {
  const std::scoped_lock lock(registry_.mutex_);
  registry_.runs_.insert_or_assign(key_, source_);
}

RunRegistry::Run::~Run() {
  const std::scoped_lock lock(registry_.mutex_);
  registry_.runs_.erase(key_);
}

void RunRegistry::stop(const ports::ObjectKey& key) {
  const std::scoped_lock lock(mutex_);
  const auto run = runs_.find(key);
  if (run != runs_.end()) run->second.request_stop();
}

}  // namespace athanor::controller
