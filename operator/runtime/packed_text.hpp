// Text that is kept for long and read now and then, in a fraction of its bytes.
#pragma once

#include <string>
#include <string_view>

namespace athanor::runtime {

/// Compresses `text`, with an environment that is up to date as a dictionary: another one of 1.7 KB takes
/// about 230 bytes. Where packing gains nothing, the text is kept as it is.
[[nodiscard]] std::string pack_text(std::string_view text);

/// What pack_text() was given.
/// REQUIRES: `packed` is what pack_text() of this process returned
[[nodiscard]] std::string unpack_text(std::string_view packed);

}  // namespace athanor::runtime
