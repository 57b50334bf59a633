#include "cli/project/project_files.hpp"

#include <cctype>

#include <fmt/format.h>

#include "cli/project/ini_file.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHead =
    R"ini(# The environments of this project, one section each. `athanor` and `alembic` both read this file.
#
#   athanor -n NAME init alembic/NAME            adds an environment
#   athanor -n NAME revision -m "add users"      writes its next revision, an SQL file
#   athanor -n NAME upgrade head                 brings its database there
#
# Without -n NAME, the section is [alembic].

# What the sections have in common. A section's own value goes before.
[DEFAULT]
# How new files are named, of: rev, slug, epoch, year, month, day, hour, minute, second.
# file_template = %%(year)d_%%(month).2d_%%(day).2d-%%(rev)s_%%(slug)s
# The most letters of the message in a file's name.
# truncate_slug_length = 40
# The time zone of create dates, such as Europe/Berlin; without it, the machine's.
# timezone = UTC
# Folders of revisions in place of script_location/versions, with colons between them.
# version_locations = %(here)s/alembic/core:%(here)s/alembic/billing
version_path_separator = os
# The table that says where a database stands.
# version_table = alembic_version
# version_table_schema = public
prepend_sys_path = .
)ini";

constexpr std::string_view kUrlHelp =
    R"ini(# The database. ${NAME} is taken from the environment, so that no password stands here:
#   postgresql://shop:${SHOP_PASSWORD}@db.example.com/shop?sslmode=require
#   sqlite:///%(here)s/shop.db
)ini";

std::string section_text(const NewSection& section) {
  return fmt::format("[{}]\nscript_location = {}\n{}sqlalchemy.url = ${{{}}}\n", section.name,
                     script_location_text(section), kUrlHelp, url_variable(section.name));
}

fs::path normal(const fs::path& path) {
  fs::path whole = fs::absolute(path).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

/// A name or folder may hold what means something else in an ini file.
Result<std::string> if_read_back(std::string text, const NewSection& section) {
  const auto refuse = [&] {
    return fail(
        ErrorKind::Terminal, "InvalidArgument",
        fmt::format("an ini file can't hold section \"{}\" with script_location \"{}\". Choose a name and a "
                    "folder without line breaks, white space at an end and ${{.",
                    section.name, section.folder.string()));
  };
  if (section.name.empty() || section.name == "DEFAULT") return refuse();
  const auto ini = IniFile::parse(text, section.config);
  if (!ini || !ini->has_section(section.name)) return refuse();
  const auto location = ini->get(section.name, "script_location");
  if (!location || !*location || normal(**location) != normal(section.folder)) return refuse();
  if ((*location)->find("${") != std::string::npos) return refuse();
  return text;
}

}  // namespace

std::string url_variable(std::string_view section) {
  std::string name = "DATABASE_URL";
  if (section == "alembic") return name;
  name += '_';
  for (const char c : section) {
    const auto byte = static_cast<unsigned char>(c);
    name += byte < 0x80 && std::isalnum(byte) != 0 ? static_cast<char>(std::toupper(byte)) : '_';
  }
  return name;
}

std::string script_location_text(const NewSection& section) {
  const fs::path home = normal(section.config).parent_path();
  const fs::path inner = normal(section.folder).lexically_relative(home);
  const bool below = !inner.empty() && *inner.begin() != "..";
  std::string text = section.folder.string();
  if (below || section.folder.is_relative()) text = inner == "." ? std::string() : "/" + inner.string();
  std::string escaped = below || section.folder.is_relative() ? "%(here)s" : "";
  for (const char c : text) escaped.append(c == '%' ? 2 : 1, c);
  return escaped;
}

Result<std::string> new_ini(const NewSection& section) {
  return if_read_back(fmt::format("{}\n{}", kHead, section_text(section)), section);
}

Result<std::string> with_section(std::string_view text, const NewSection& section) {
  const std::string_view end = text.find("\r\n") == std::string_view::npos ? "\n" : "\r\n";
  std::string whole(text);
  if (!whole.empty() && !whole.ends_with('\n')) whole += end;
  if (!whole.empty()) whole += end;
  for (const char c : section_text(section)) {
    if (c == '\n') {
      whole += end;
    } else {
      whole += c;
    }
  }
  return if_read_back(std::move(whole), section);
}

}  // namespace athanor::cli
