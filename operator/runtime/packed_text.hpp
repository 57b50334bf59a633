// Text that is kept for long and read now and then, in a fraction of its bytes.
#pragma once

#include <string>
#include <string_view>

namespace athanor::runtime {

/// Compresses `text`. Where packing gains nothing, it is kept as it is.
/// @param dictionary what the text may repeat, the likeliest last: it is not kept with it
[[nodiscard]] std::string pack_text(std::string_view text, std::string_view dictionary = {});

/// What pack_text() was given.
/// @param packed made by pack_text() of this process, with the same dictionary: it is not read with mistrust
[[nodiscard]] std::string unpack_text(std::string_view packed, std::string_view dictionary = {});

}  // namespace athanor::runtime
