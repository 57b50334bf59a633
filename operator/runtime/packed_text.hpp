// Text that is kept for long and read now and then, in a fraction of its bytes.
#pragma once

#include <string>
#include <string_view>

namespace athanor::runtime {

/// Compresses `text`, with the words that every Kubernetes object repeats as a dictionary: an object of 2 KB
/// takes about a third of that. Where packing gains nothing, the text is kept as it is.
[[nodiscard]] std::string pack_text(std::string_view text);

/// What pack_text() was given.
/// REQUIRES: `packed` is what pack_text() of this process returned
[[nodiscard]] std::string unpack_text(std::string_view packed);

}  // namespace athanor::runtime
