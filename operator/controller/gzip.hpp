// Gzip, as ConfigMaps carry it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace athanor::controller {

/// Design section 5: what one entry may unpack to, in bytes.
inline constexpr std::size_t kMaxUnpackedBytes = std::size_t{64} * 1024 * 1024;

/// Unpacks one gzip stream (several members in a row count as one, as gunzip reads them).
/// @param what names the entry in errors
/// @return Terminal `InvalidGzip` for what isn't gzip, is cut short, or unpacks to more than `limit` bytes
[[nodiscard]] Result<std::string> gunzip(std::string_view packed, std::string_view what,
                                         std::size_t limit = kMaxUnpackedBytes);

}  // namespace athanor::controller
