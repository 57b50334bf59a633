#include "cli/project/project.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "api/database_url.hpp"
#include "core/text.hpp"
#include "core/words.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> refuse(std::string reason, const IniFile& ini, std::size_t line,
                             const std::string& what) {
  const std::string place =
      line == 0 ? ini.path().string() : fmt::format("{}, line {}", ini.path().string(), line);
  return fail(ErrorKind::Terminal, std::move(reason), place + ": " + what,
              ErrorSite{.file = ini.path().string(), .line = line});
}

/// One section's values, with the environment's variables filled in.
class Section {
 public:
  Section(const IniFile& ini, std::string name, const EnvironmentVariables& variables)
      : ini_(ini), name_(std::move(name)), variables_(variables) {}

  /// @return the key's value; "" if there is none
  Result<std::string> get(std::string_view key) const {
    auto value = ini_.get(name_, key);
    if (!value) return fail(std::move(value.error()));
    if (!*value) return std::string();
    auto expanded = expand_variables(**value, variables_);
    if (expanded) return std::move(*expanded);
    return refuse("VariableMissing", ini_, ini_.line_of(name_, key),
                  fmt::format("{} of [{}] takes ${{{}}} from the environment, where it is not set. Set it "
                              "(export {}=…), or write $${{ for a literal ${{.",
                              key, name_, expanded.error(), expanded.error()));
  }

  /// The same with variables left to the shell that runs it: a message that quotes the command, and the list
  /// of processes, then show no value of theirs.
  Result<std::string> get_for_shell(std::string_view key) const {
    auto value = ini_.get(name_, key);
    if (!value) return fail(std::move(value.error()));
    return value->value_or("");
  }

  /// The same for a value that may not come out empty where there is one.
  Result<std::string> get_filled(std::string_view key) const {
    auto value = get(key);
    const auto written = ini_.get(name_, key);
    if (!value || !value->empty() || !written || !*written || (*written)->empty()) return value;
    return refuse("VariableMissing", ini_, ini_.line_of(name_, key),
                  fmt::format("{} of [{}] is {}, which comes out empty: the variable is set, to nothing.",
                              key, name_, **written));
  }

  /// "alembic.ini, line 3, sqlalchemy.url of [staging]".
  std::string place_of(std::string_view key) const {
    return fmt::format("{}, line {}, {} of [{}]", ini_.path().string(), ini_.line_of(name_, key), key, name_);
  }

  tl::unexpected<Error> refuse_value(std::string_view key, const std::string& what) const {
    return refuse("InvalidConfig", ini_, ini_.line_of(name_, key), fmt::format("{} {}", key, what));
  }

 private:
  const IniFile& ini_;
  std::string name_;
  const EnvironmentVariables& variables_;
};

/// Pieces between characters of `separators`, without the empty ones.
std::vector<std::string> split_on(std::string_view text, std::string_view separators) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (const auto piece = trim(text.substr(0, end)); !piece.empty()) pieces.emplace_back(piece);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return pieces;
}

/// Alembic's version_locations: apart by what version_path_separator says, or as it was before that existed
/// by spaces and commas.
Result<std::vector<fs::path>> version_locations(const Section& section, const fs::path& script_location) {
  const auto written = section.get("version_locations");
  if (!written) return fail(written.error());
  if (trim(*written).empty()) return std::vector<fs::path>{script_location / "versions"};
  std::string key = "version_path_separator";
  auto separator = section.get(key);
  if (separator && separator->empty())
    separator = section.get(key = "path_separator");  // its name since 1.16
  if (!separator) return fail(separator.error());
  std::string characters;
  if (separator->empty()) {
    characters = ", \t\n";
  } else if (*separator == "space") {
    characters = " ";
  } else if (*separator == "newline") {
    characters = "\n";
  } else if (*separator == "os" || *separator == ":") {
    characters = ":";
  } else if (*separator == ";") {
    characters = ";";
  } else {
    return section.refuse_value(key,
                                fmt::format("is \"{}\"; it may be os, space, newline, : or ;", *separator));
  }
  std::vector<fs::path> locations;
  for (std::string& piece : split_on(*written, characters)) locations.emplace_back(std::move(piece));
  return locations;
}

Result<std::size_t> slug_length(const Section& section) {
  constexpr std::size_t kUsual = 40;
  const auto written = section.get("truncate_slug_length");
  if (!written) return fail(written.error());
  if (written->empty()) return kUsual;
  std::size_t length = 0;
  const char* end = written->data() + written->size();
  if (std::from_chars(written->data(), end, length).ptr != end || length == 0) {
    return section.refuse_value("truncate_slug_length",
                                fmt::format("is \"{}\", and not a number of characters", *written));
  }
  return length;
}

/// Whoever works within a project's folders has missed its file by a few steps.
std::optional<std::string> folder_above_with(const fs::path& file) {
  if (file.is_absolute()) return std::nullopt;
  std::error_code error;
  for (fs::path folder = fs::current_path(error); folder.has_relative_path();) {
    folder = folder.parent_path();
    if (fs::is_regular_file(folder / file, error)) return folder.string();
  }
  return std::nullopt;
}

Result<IniFile> read_ini(const ProjectRequest& request, const ports::Filesystem& files) {
  const auto text = files.read(request.config);
  if (text) return IniFile::parse(*text, request.config);
  if (text.error().reason != "FileMissing") return fail(text.error());
  const std::string folder = request.section == "alembic" ? request.section : "alembic/" + request.section;
  const auto above = folder_above_with(request.config);
  const std::string way_out =
      above ? fmt::format("There is one in {}: run athanor there, since its paths count from there.", *above)
            : fmt::format(
                  "Name the file with -c FILE (or in ALEMBIC_CONFIG), or make a project with: athanor "
                  "init {}",
                  shell_word(folder));
  return fail(ErrorKind::Terminal, "ConfigMissing",
              fmt::format("there is no {} in {}. {}", request.config, fs::current_path().string(), way_out),
              ErrorSite{.file = request.config});
}

Result<void> fill(Project& project, const Section& section) {
  std::string version_table;
  std::string recursive;
  const std::pair<std::string_view, std::string*> plain[] = {
      {"file_template", &project.file_template}, {"timezone", &project.timezone},
      {"version_table", &version_table},         {"version_table_schema", &project.version_table.schema},
      {"target_schema", &project.target_schema}, {"recursive_version_locations", &recursive}};
  for (const auto& [key, target] : plain) {
    auto value = section.get(key);
    if (!value) return fail(std::move(value.error()));
    *target = std::move(*value);
  }
  auto command = section.get_for_shell("target_schema_command");
  if (!command) return fail(std::move(command.error()));
  project.target_schema_command = std::move(*command);
  if (!version_table.empty()) project.version_table.name = version_table;
  project.recursive = to_lower(recursive) == "true";
  auto slug = slug_length(section);
  if (!slug) return fail(std::move(slug.error()));
  project.truncate_slug_length = *slug;
  return {};
}

}  // namespace

tl::expected<std::string, std::string> expand_variables(std::string_view text,
                                                        const EnvironmentVariables& variables) {
  std::string out;
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${")) {
    if (at > 0 && text[at - 1] == '$') {
      out.append(text.substr(0, at - 1)).append("${");
      text.remove_prefix(at + 2);
      continue;
    }
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) break;
    const std::string name(text.substr(at + 2, end - at - 2));
    const auto value = variables(name);
    if (!value) return tl::unexpected(name);
    out.append(text.substr(0, at)).append(*value);
    text.remove_prefix(end + 1);
  }
  return out.append(text);
}

Result<Project> load_project(const ProjectRequest& request, const ports::Filesystem& files,
                             const EnvironmentVariables& variables) {
  const auto ini = read_ini(request, files);
  if (!ini) return fail(ini.error());
  if (!ini->has_section(request.section)) {
    return refuse(
        "SectionMissing", *ini, 0,
        fmt::format("there is no section [{}]; there is: {}. Choose one with -n NAME.", request.section,
                    ini->sections().empty() ? "none" : join_words(ini->sections(), 20)));
  }
  const Section section(*ini, request.section, variables);
  Project project;
  project.config = request.config;
  project.section = request.section;
  if (ini->has_byte_order_mark()) {
    project.note =
        request.config +
        " begins with a byte order mark, with which alembic cannot read it. Save it as UTF-8 without one.";
  }
  // The file's URL may need variables that whoever passes --url has not set.
  project.url = request.url.empty() ? section.get_filled("sqlalchemy.url") : request.url;
  project.url_place = request.url.empty() ? section.place_of("sqlalchemy.url") : "--url";
  const auto location = section.get("script_location");
  if (!location) return fail(location.error());
  if (location->empty()) {
    return refuse("MissingKey", *ini, 0,
                  fmt::format("[{}] has no script_location, the folder that holds versions/. Add "
                              "script_location = alembic/{}",
                              request.section, request.section));
  }
  project.script_location = *location;
  std::error_code error;
  if (location->find(':') != std::string::npos && !fs::exists(*location, error)) {
    return section.refuse_value(
        "script_location", fmt::format("is \"{}\", which to Alembic is a folder of a Python package, and "
                                       "only Python can find that. Write the folder's path.",
                                       *location));
  }
  auto locations = version_locations(section, project.script_location);
  if (!locations) return fail(std::move(locations.error()));
  project.version_locations = std::move(*locations);
  if (auto filled = fill(project, section); !filled) return fail(std::move(filled.error()));
  return project;
}

bool is_on_sqlite(const Project& project) {
  return project.url && api::database_scheme(*project.url) == api::DatabaseScheme::Sqlite;
}

Result<std::string> database_url(const Project& project) {
  if (!project.url || !project.url->empty()) return project.url;
  return fail(
      ErrorKind::Terminal, "MissingKey",
      fmt::format("{}: [{}] names no database. Set sqlalchemy.url = postgresql://USER:${{PASSWORD}}@HOST/"
                  "NAME there (a variable keeps the password out of the file), or pass --url URL.",
                  project.config.string(), project.section),
      ErrorSite{.file = project.config.string()});
}

}  // namespace athanor::cli
