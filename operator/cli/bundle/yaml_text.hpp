// YAML that reads back as the same bytes everywhere: in kubectl, in kustomize, in Python.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace athanor::cli {

/// A document, `---` first, members in their order. yaml-cpp's emitter is not used: it writes literal blocks
/// without regard to what they may hold, and the end of a text is not always that of the block.
/// REQUIRES: an object of objects, arrays and text (UTF-8) alone.
[[nodiscard]] std::string yaml_document(const nlohmann::ordered_json& object);

/// One member of a mapping that stands `depth` mappings deep, its line end included. Text of several lines
/// is a literal block where the block means exactly that text; carriage returns, line separators and what a
/// reader may refuse make it a quoted text with one line for each of its lines.
[[nodiscard]] std::string yaml_member(std::string_view key, const nlohmann::ordered_json& value,
                                      std::size_t depth);

}  // namespace athanor::cli
