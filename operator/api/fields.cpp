#include "api/fields.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/codec.hpp"
#include "api/utf8.hpp"

namespace athanor::api {

using nlohmann::json;

void Notes::problem(const std::string& path, std::string_view text) {
  problems_.push_back(fmt::format("{}: {}", path, text));
}

std::string Notes::text() const {
  return fmt::format("{}", fmt::join(problems_, "; "));
}

const json* Fields::find(std::string_view name) const {
  notes_->asked(path(name));
  const auto found = object_->find(std::string(name));
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

void Fields::wrong_type(const std::string& path, const json& value, std::string_view expected) const {
  notes_->problem(path, fmt::format("is of type {}, expected {}", value.type_name(), expected));
}

void Fields::problem(std::string_view name, std::string_view text) const {
  notes_->problem(name.empty() ? path_ : path(name), text);
}

bool Fields::has(std::string_view name) const {
  return find(name) != nullptr;
}

std::optional<std::string> Fields::text(std::string_view name) const {
  const json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  wrong_type(path(name), *value, "a string");
  return std::nullopt;
}

std::optional<std::string> Fields::text_or_integer(std::string_view name) const {
  const json* value = find(name);
  return value != nullptr && value->is_number_integer() ? std::optional(value->dump()) : text(name);
}

std::optional<bool> Fields::boolean(std::string_view name) const {
  const json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  wrong_type(path(name), *value, "true or false");
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> Fields::duration(std::string_view name) const {
  const std::optional<std::string> written = text(name);
  if (!written) return std::nullopt;
  const auto parsed = parse_duration(*written);
  if (!parsed) problem(name, fmt::format("{} is no duration such as 500ms, 5s, 1h30m", shown(*written)));
  return parsed;
}

std::optional<Fields> Fields::object(std::string_view name) const {
  const json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_object()) return Fields(*value, path(name), *notes_);
  wrong_type(path(name), *value, "an object");
  return std::nullopt;
}

std::vector<Fields> Fields::objects(std::string_view name) const {
  std::vector<Fields> items;
  const json* value = find(name);
  if (value == nullptr) return items;
  if (!value->is_array()) {
    wrong_type(path(name), *value, "a list of objects");
    return items;
  }
  for (std::size_t i = 0; i < value->size(); ++i) {
    const std::string item_path = fmt::format("{}[{}]", path(name), i);
    if ((*value)[i].is_object()) {
      items.emplace_back((*value)[i], item_path, *notes_);
    } else {
      wrong_type(item_path, (*value)[i], "an object");
    }
  }
  return items;
}

std::vector<std::string> Fields::texts(std::string_view name) const {
  std::vector<std::string> items;
  const json* value = find(name);
  if (value == nullptr) return items;
  if (!value->is_array()) {
    wrong_type(path(name), *value, "a list of strings");
    return items;
  }
  for (std::size_t i = 0; i < value->size(); ++i) {
    if ((*value)[i].is_string()) {
      items.push_back((*value)[i].get<std::string>());
    } else {
      wrong_type(fmt::format("{}[{}]", path(name), i), (*value)[i], "a string");
    }
  }
  return items;
}

std::map<std::string, std::string> Fields::text_map(std::string_view name) const {
  std::map<std::string, std::string> entries;
  const json* value = find(name);
  if (value == nullptr) return entries;
  if (!value->is_object()) {
    wrong_type(path(name), *value, "an object of strings");
    return entries;
  }
  for (const auto& [key, entry] : value->items()) {
    notes_->asked(path(name) + "." + key);
    if (entry.is_string()) {
      entries.emplace(key, entry.get<std::string>());
    } else {
      wrong_type(path(name) + "." + key, entry, "a string");
    }
  }
  return entries;
}

std::vector<std::string> Fields::names() const {
  std::vector<std::string> present;
  for (const auto& [key, value] : object_->items()) {
    if (!value.is_null()) present.push_back(key);
  }
  return present;
}

std::string shown(std::string_view value) {
  constexpr std::size_t kShown = 60;
  std::string text = '"' + std::string(utf8_prefix(value, kShown));
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return text + (value.size() > kShown ? "…\"" : "\"");
}

}  // namespace athanor::api
