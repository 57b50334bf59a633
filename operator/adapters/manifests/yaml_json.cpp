#include "adapters/manifests/yaml_json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "core/text.hpp"

namespace athanor::manifests {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 100;

constexpr std::array<std::string_view, 11> kTrue{"y",    "Y",    "yes", "Yes", "YES", "true",
                                                 "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> kFalse{"n",     "N",     "no",  "No",  "NO", "false",
                                                  "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 5> kNull{"", "~", "null", "Null", "NULL"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view text) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

template <class Number, class... Base>
std::optional<json> whole_number(std::string_view text, Base... base) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base...);
  const bool all = error == std::errc() && end == text.data() + text.size();
  return all ? std::optional(json(number)) : std::nullopt;
}

struct Prefix {
  std::string_view text;
  int base;
};

// A leading 0 means octal as well: 0755 is 493, while 089 is 89.
constexpr std::array<Prefix, 4> kPrefixes{{{"0x", 16}, {"0b", 2}, {"0o", 8}, {"0", 8}}};

std::optional<json> as_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  std::string digits(negative ? text.substr(1) : text);
  if (digits.starts_with('-')) return std::nullopt;
  int base = 10;
  for (const Prefix& prefix : kPrefixes) {
    const std::string_view rest =
        std::string_view(digits).substr(std::min(digits.size(), prefix.text.size()));
    const bool octal_by_zero = prefix.text == "0";
    if (!digits.starts_with(prefix.text) || rest.empty()) continue;
    if (octal_by_zero && rest.find_first_not_of("01234567") != std::string_view::npos) continue;
    base = prefix.base;
    digits = rest;
    break;
  }
  if (digits.starts_with('-')) return std::nullopt;
  return whole_number<std::int64_t>((negative ? "-" : "") + digits, base);
}

std::optional<json> as_float(std::string_view text) {
  // Only what looks like a decimal number: from_chars also takes "inf", "nan" and "infinity".
  if (text.find_first_not_of("+-.0123456789eE") != std::string_view::npos) return std::nullopt;
  if (text.find_first_of("0123456789") == std::string_view::npos) return std::nullopt;
  return whole_number<double>(text);
}

/// What looks like a number, as one: `+` in front and `_` between digits are taken.
std::optional<json> as_number(const std::string& text) {
  const std::size_t first = text.find_first_not_of("+-.");
  if (first == std::string::npos || first > 2 || text[first] < '0' || text[first] > '9') return std::nullopt;
  std::string digits = text.front() == '+' ? text.substr(1) : text;
  if (text.front() == '+' && digits.front() == '-') return std::nullopt;
  std::erase(digits, '_');
  if (auto number = as_integer(digits)) return number;
  return as_float(digits);
}

/// What an unquoted scalar means.
json plain_scalar(const std::string& text) {
  if (is_one_of(kNull, text)) return nullptr;
  if (is_one_of(kTrue, text)) return true;
  if (is_one_of(kFalse, text)) return false;
  if (auto number = as_number(text)) return *number;
  return text;
}

tl::unexpected<Error> refuse(const YAML::Node& node, std::string message) {
  const auto line = static_cast<std::size_t>(std::max(node.Mark().line, 0)) + 1;
  return fail(ErrorKind::Terminal, "InvalidManifest", std::move(message), {"", "", line, ""});
}

/// yaml-cpp hands bytes on as they are, and nlohmann_json throws at the first that is no UTF-8.
Result<void> check_utf8(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  const std::size_t valid = valid_utf8_prefix(text);
  if (valid == text.size()) return {};
  return refuse(node,
                fmt::format("the text that begins here holds the byte 0x{:02x}, which is no UTF-8; save "
                            "the file as UTF-8",
                            static_cast<unsigned char>(text[valid])));
}

Result<json> convert(const YAML::Node& node, int depth);

Result<json> convert_map(const YAML::Node& node, int depth) {
  json object = json::object();
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) return refuse(entry.first, "a key is no text");
    if (auto checked = check_utf8(entry.first); !checked) return fail(std::move(checked.error()));
    const std::string& key = entry.first.Scalar();
    if (object.contains(key))
      return refuse(entry.first, fmt::format("the key \"{}\" stands here twice", key));
    auto value = convert(entry.second, depth + 1);
    if (!value) return value;
    object[key] = *std::move(value);
  }
  return object;
}

Result<json> convert(const YAML::Node& node, int depth) {
  if (depth > kMaxDepth) return refuse(node, fmt::format("nested deeper than {}", kMaxDepth));
  switch (node.Type()) {
    case YAML::NodeType::Scalar: {
      if (auto checked = check_utf8(node); !checked) return fail(std::move(checked.error()));
      // yaml-cpp's tag is "?" for a plain scalar and "!" for a quoted one.
      const bool is_text = node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str";
      return is_text ? json(node.Scalar()) : plain_scalar(node.Scalar());
    }
    case YAML::NodeType::Sequence: {
      json list = json::array();
      for (const YAML::Node& item : node) {
        auto value = convert(item, depth + 1);
        if (!value) return value;
        list.push_back(*std::move(value));
      }
      return list;
    }
    case YAML::NodeType::Map:
      return convert_map(node, depth);
    case YAML::NodeType::Null:
    case YAML::NodeType::Undefined:
      break;
  }
  return json();
}

void emit(YAML::Emitter& out, const json& value) {
  switch (value.type()) {
    case json::value_t::object:
      out << YAML::BeginMap;
      for (const auto& [key, item] : value.items()) {
        out << YAML::Key << key << YAML::Value;
        emit(out, item);
      }
      out << YAML::EndMap;
      return;
    case json::value_t::array:
      out << YAML::BeginSeq;
      for (const json& item : value) emit(out, item);
      out << YAML::EndSeq;
      return;
    case json::value_t::string: {
      const auto& text = value.get_ref<const std::string&>();
      if (!plain_scalar(text).is_string()) out << YAML::DoubleQuoted;
      out << text;
      return;
    }
    case json::value_t::null:
      out << YAML::Null;
      return;
    default:
      out << value.dump();
  }
}

}  // namespace

Result<json> to_json(const YAML::Node& node) {
  return convert(node, 0);
}

std::string to_yaml(const json& value) {
  YAML::Emitter out;
  emit(out, value);
  return std::string(out.c_str()) + "\n";
}

}  // namespace athanor::manifests
