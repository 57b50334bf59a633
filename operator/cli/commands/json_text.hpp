// JSON as the commands print it.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace athanor::cli {

/// Indented by two. A path or a statement may be no UTF-8, which JSON can't hold: U+FFFD stands for such
/// bytes.
[[nodiscard]] inline std::string json_text(const nlohmann::ordered_json& value) {
  return value.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace athanor::cli
