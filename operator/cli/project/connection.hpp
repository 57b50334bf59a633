// How the command line connects with the databases it is told of.
#pragma once

#include <string>
#include <utility>

#include "ports/database.hpp"

namespace athanor::cli {

/// libpq's defaults where the URL says nothing, and SQLite.
/// @param application what the server lists the session as
[[nodiscard]] inline ports::ConnectionSpec connection_to(std::string url, std::string application) {
  ports::ConnectionSpec spec;
  spec.url = std::move(url);
  spec.operator_rules = false;
  spec.allow_sqlite = true;
  spec.application_name = std::move(application);
  return spec;
}

}  // namespace athanor::cli
