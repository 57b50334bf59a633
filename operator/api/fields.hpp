// Typed reading of JSON objects, in which every field that does not fit is noted with its path.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace athanor::api {

/// What was found wrong, and which fields were asked for.
class Notes {
 public:
  void problem(const std::string& path, std::string_view text);
  void asked(const std::string& path) { known_.insert(path); }

  [[nodiscard]] bool clean() const { return problems_.empty(); }
  /// All problems in one line: "spec.a: …; spec.b: …"
  [[nodiscard]] std::string text() const;
  [[nodiscard]] const std::set<std::string>& known() const { return known_; }

 private:
  std::vector<std::string> problems_;
  std::set<std::string> known_;
};

/// One JSON object. An absent field and null are the same, as for an API server.
/// None of the readers repeats a value in a problem: it may be a password.
class Fields {
 public:
  /// @param object: outlives this
  /// @param path of the object, for example "spec.database"
  Fields(const nlohmann::json& object, std::string path, Notes& notes)
      : object_(&object), path_(std::move(path)), notes_(&notes) {}

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  /// A string, or an integer as its decimal digits.
  [[nodiscard]] std::optional<std::string> text_or_integer(std::string_view name) const;
  [[nodiscard]] std::optional<bool> boolean(std::string_view name) const;
  [[nodiscard]] std::optional<std::chrono::milliseconds> duration(std::string_view name) const;
  [[nodiscard]] std::optional<Fields> object(std::string_view name) const;
  [[nodiscard]] std::vector<Fields> objects(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
  [[nodiscard]] std::map<std::string, std::string> text_map(std::string_view name) const;
  /// The names of the fields that are there and not null.
  [[nodiscard]] std::vector<std::string> names() const;

  [[nodiscard]] std::string path(std::string_view name) const { return path_ + "." + std::string(name); }
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Notes a problem with a field, or with the whole object if `name` is empty.
  void problem(std::string_view name, std::string_view text) const;

 private:
  [[nodiscard]] const nlohmann::json* find(std::string_view name) const;
  void wrong_type(const std::string& path, const nlohmann::json& value, std::string_view expected) const;

  const nlohmann::json* object_;
  std::string path_;
  Notes* notes_;
};

/// `value` in quotes for a message: control characters replaced, cut after 60 bytes. Never for a value that
/// may be a password.
[[nodiscard]] std::string shown(std::string_view value);

}  // namespace athanor::api
