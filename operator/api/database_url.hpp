// What can be told of a database URL without a driver. A password in it is looked for, never repeated.
#pragma once

#include <string_view>

namespace athanor::api {

enum class DatabaseScheme {
  PostgreSql,  ///< `postgresql://`, `postgres://`, with or without `+driver` as SQLAlchemy writes it
  Sqlite,      ///< `sqlite:`, likewise
  None,        ///< no URL: a keyword string of libpq's (`host=db dbname=shop`)
  Other,
};

[[nodiscard]] DatabaseScheme database_scheme(std::string_view url);

/// True if a password stands in a database URL (`scheme://user:password@host`, or a `password` parameter,
/// also percent-encoded) or in a libpq keyword string (`host=db password=…`). When in doubt, true: the answer
/// is only ever used to refuse.
[[nodiscard]] bool url_has_password(std::string_view url);

}  // namespace athanor::api
