// Gzip, as ConfigMaps carry it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace athanor::controller {

/// Unpacks one gzip stream (several members in a row count as one, as gunzip reads them).
/// @param what names the entry in errors
/// @param limit nothing is unpacked beyond `limit` bytes and one: a longer text shows by its size
/// @return Terminal `InvalidGzip` for what isn't gzip or is cut short
[[nodiscard]] Result<std::string> gunzip(std::string_view packed, std::string_view what, std::size_t limit);

/// Packs a text into one gzip stream. Neither a name nor a time nor the system stands in its head: the same
/// text is always packed into the same bytes.
[[nodiscard]] std::string gzip(std::string_view text);

}  // namespace athanor::controller
