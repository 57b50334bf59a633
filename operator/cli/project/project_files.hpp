// The files that a new project begins with.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace athanor::cli {

/// One section of an alembic.ini.
struct NewSection {
  std::string name;              ///< the environment
  std::filesystem::path config;  ///< the ini file
  std::filesystem::path folder;  ///< what script_location is to name
};

/// What script_location says of a folder: `%(here)s/…`, so that commands work from every folder; as it was
/// written where it is absolute and not below the ini file's folder.
[[nodiscard]] std::string script_location_text(const NewSection& section);

/// The variable that a new section takes its URL from: `DATABASE_URL` for the environment that goes without
/// -n, `DATABASE_URL_STAGING` for staging.
[[nodiscard]] std::string url_variable(std::string_view section);

/// A new alembic.ini with [DEFAULT] and the one section.
/// @return Terminal `InvalidArgument` for a name or a folder that an ini file can't hold
[[nodiscard]] Result<std::string> new_ini(const NewSection& section);

/// An ini file with one section more at its end. What was there stays, byte for byte.
/// @param text without the section
/// @return as new_ini()
[[nodiscard]] Result<std::string> with_section(std::string_view text, const NewSection& section);

/// env.py, by which `alembic` works on the same section and sees the SQL revisions.
[[nodiscard]] std::string_view env_py();

/// script.py.mako, from which `alembic revision` writes.
[[nodiscard]] std::string_view script_py_mako();

}  // namespace athanor::cli
