// Database URLs and libpq keyword strings, read by ourselves: libpq quotes pieces of a malformed one,
// password included, in its error.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace athanor::postgres {

/// libpq keywords and their values; `host`, `hostaddr` and `port` may be comma-separated lists.
using Keywords = std::map<std::string, std::string, std::less<>>;

/// Reads `postgresql://`, `postgres://`, SQLAlchemy's `postgresql+driver://`, or a libpq keyword string. Of a
/// URL's parameters only `host` may be repeated, and may have a port (`?host=a:1&host=b:2`), as in
/// SQLAlchemy. A dbname that is itself a URL is refused, since libpq would expand it.
/// @return Terminal `InvalidDatabaseUrl`, which names what is wrong and never quotes the text
[[nodiscard]] Result<Keywords> parse_dsn(std::string_view text);

/// Undoes %XX.
/// @return Terminal `InvalidDatabaseUrl` for a broken escape or %00
[[nodiscard]] Result<std::string> percent_decode(std::string_view text);

/// `key='value'` with libpq's quoting; an empty value stands as `''`, which keeps libpq from taking one from
/// the environment.
[[nodiscard]] std::string to_conninfo(const Keywords& keywords);

/// Splits a comma-separated list; an empty text is one empty element, as in libpq.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text);

}  // namespace athanor::postgres
