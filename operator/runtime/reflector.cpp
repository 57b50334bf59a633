#include "runtime/reflector.hpp"

#include <memory>
#include <utility>

namespace athanor::runtime {
namespace {

ports::LogLevel level_of(const Error& error) {
  // A quiet kind is no trouble, and there would be a line every three minutes.
  if (error.reason == "WatchIdle") return ports::LogLevel::Debug;
  // An expired version is how the protocol says "list again".
  return error.reason == "Expired" ? ports::LogLevel::Info : ports::LogLevel::Warning;
}

}  // namespace

Reflector::Reflector(ReflectorOptions options, ports::WatchSource& source, Store& store,
                     ReflectorHandlers handlers, ports::Clock& clock, ports::Randomness& randomness,
                     ports::MetricsSink& metrics, ports::Log& log)
    : options_(std::move(options)),
      source_(source),
      store_(store),
      handlers_(std::move(handlers)),
      clock_(clock),
      randomness_(randomness),
      metrics_(metrics),
      log_(log) {}

void Reflector::run(const std::stop_token& stop) {
  watch::Step now = watch::start();
  while (!stop.stop_requested()) {
    std::optional<watch::Input> answer;
    for (watch::Action& action : now.actions) answer = perform(action, now.state, stop);
    if (!answer || stop.stop_requested()) return;
    now = watch::step(std::move(now.state), *std::move(answer), randomness_.uniform());
  }
}

std::optional<watch::Input> Reflector::perform(watch::Action& action, watch::State& state,
                                               const std::stop_token& stop) {
  if (const auto* page = std::get_if<watch::FetchPage>(&action)) return fetch_page(*page, stop);
  if (const auto* open = std::get_if<watch::OpenWatch>(&action)) return watch_from(*open, state, stop);
  if (const auto* wait = std::get_if<watch::Wait>(&action)) {
    clock_.sleep_for(wait->duration, stop);
    return watch::WaitOver{};
  }
  if (const auto* restart = std::get_if<watch::CountRestart>(&action)) count_restart(restart->reason);
  if (std::holds_alternative<watch::FinishList>(action)) finish_list();
  return std::nullopt;
}

watch::Input Reflector::fetch_page(const watch::FetchPage& request, const std::stop_token& stop) {
  if (request.continue_token.empty()) listed_.clear();
  Result<ports::ListPage> page = source_.list(request.limit, request.continue_token, stop);
  if (!page) {
    log_failure(page.error(), "list");
    return watch::ListFailed{std::move(page.error())};
  }
  // Page by page into the store: a second copy of the whole list would double the operator's memory.
  for (ports::WatchedObject& item : page->items) {
    listed_.insert(item.meta.key);
    apply(std::move(item));
  }
  return watch::PageArrived{std::move(page->resource_version), std::move(page->continue_token)};
}

watch::Input Reflector::watch_from(const watch::OpenWatch& request, watch::State& state,
                                   const std::stop_token& stop) {
  const auto on_event = [&](ports::WatchEvent event) {
    watch::EventArrived arrived{event.object.meta.resource_version};
    switch (event.type) {
      case ports::WatchEventType::Added:
      case ports::WatchEventType::Modified:
        apply(std::move(event.object));
        break;
      case ports::WatchEventType::Deleted:
        apply_delete(event.object);
        break;
      case ports::WatchEventType::Bookmark:
        break;
    }
    state = watch::step(std::move(state), std::move(arrived), 0).state;
    return !stop.stop_requested();
  };
  const ports::MonoTime began = clock_.now();
  const Result<void> end =
      source_.watch(request.version, request.server_timeout, request.idle_timeout, on_event, stop);
  if (end) return watch::WatchEnded{std::chrono::duration_cast<ports::Millis>(clock_.now() - began)};
  log_failure(end.error(), "watch");
  return watch::WatchFailed{end.error()};
}

void Reflector::finish_list() {
  const std::vector<ObjectPtr> gone = store_.retain(options_.ns, listed_);
  listed_ = {};
  for (const ObjectPtr& object : gone) handlers_.on_deleted(object);
  const std::lock_guard lock(mutex_);
  if (synced_) return;
  synced_ = true;
  synced_changed_.notify_all();
}

void Reflector::count_restart(const std::string& reason) {
  metrics_.add("athanor_watch_restarts_total", {{"reason", reason}});
}

void Reflector::apply(ports::WatchedObject object) {
  const Store::Change change = store_.put(std::move(object));
  if (change.changed) handlers_.on_changed(change.before, change.after);
}

void Reflector::apply_delete(const ports::WatchedObject& object) {
  if (const ObjectPtr last = store_.erase(object.meta.key)) handlers_.on_deleted(last);
}

void Reflector::log_failure(const Error& error, std::string_view doing) {
  log_.write(level_of(error), error.message,
             {{"watch", options_.name},
              {"namespace", options_.ns},
              {"request", std::string(doing)},
              {"reason", error.reason}});
}

bool Reflector::synced() const {
  const std::lock_guard lock(mutex_);
  return synced_;
}

bool Reflector::wait_synced(const std::stop_token& stop) const {
  std::unique_lock lock(mutex_);
  return synced_changed_.wait(lock, stop, [this] { return synced_; });
}

}  // namespace athanor::runtime
