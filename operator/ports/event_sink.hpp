// Events: told on transitions only, turned into events.k8s.io/v1 objects with series for repeats.
#pragma once

#include <cstdint>
#include <string>

#include "ports/objects.hpp"

namespace athanor::ports {

enum class EventType { Normal, Warning };

/// What the controller tells.
struct Event {
  ObjectMeta regarding;  ///< the MigrationEnvironment
  EventType type = EventType::Normal;
  std::string reason;  ///< CamelCase
  std::string action;  ///< CamelCase, what was being done: "Migrate", "Observe"
  std::string note;    ///< for a person, at most 1,024 bytes once written (longer ones are cut)
};

class EventSink {
 public:
  virtual ~EventSink() = default;
  /// Never blocks and never fails: an event that can't be written is dropped with a log line.
  virtual void record(const Event& event) = 0;
};

/// What goes over the wire.
struct EventRecord {
  Event event;
  std::string name;        ///< of the Event object: deterministic, so that a repeated POST is the same act
  std::string event_time;  ///< RFC 3339 with microseconds: the first time
  std::int64_t series_count = 0;  ///< 0: no series yet
  std::string last_observed;      ///< RFC 3339 with microseconds
  std::string reporting_instance;
};

}  // namespace athanor::ports
