// Passwords in database URLs: looked for, never repeated.
#pragma once

#include <string_view>

namespace athanor::api {

/// True if a password stands in a database URL (`scheme://user:password@host`, or a `password` parameter,
/// also percent-encoded) or in a libpq keyword string (`host=db password=…`). When in doubt, true: the answer
/// is only ever used to refuse.
[[nodiscard]] bool url_has_password(std::string_view url);

}  // namespace athanor::api
