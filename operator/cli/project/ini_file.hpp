// alembic.ini as Python's configparser reads it, for Alembic reads it so.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace athanor::cli {

/// One value as it stands in the file.
struct IniValue {
  std::string text;      ///< lines of a value over several joined by line feeds
  std::size_t line = 0;  ///< where its key stands, 1-based
};

class IniFile {
 public:
  /// @param path names the file in errors; its folder is what `%(here)s` means
  /// @return Terminal `InvalidConfig`, naming file and line: a line that is neither section nor `key =
  /// value`, a key or section that is there twice (configparser refuses those too)
  [[nodiscard]] static Result<IniFile> parse(std::string_view text, const std::filesystem::path& path);

  /// Sections in the file's order, without DEFAULT.
  [[nodiscard]] const std::vector<std::string>& sections() const { return names_; }
  [[nodiscard]] bool has_section(std::string_view section) const;

  /// The value of a key (in any case) in a section, or else in `[DEFAULT]`, its `%(other)s` and `%%`
  /// resolved.
  /// @return nullopt: there is none; Terminal `InvalidConfig` for what can't be resolved, with the way out
  [[nodiscard]] Result<std::optional<std::string>> get(std::string_view section, std::string_view key) const;

  /// The line that a key of a section stands on; 0: nowhere.
  [[nodiscard]] std::size_t line_of(std::string_view section, std::string_view key) const;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Which configparser, and so Alembic, takes for a part of the first line, and refuses.
  [[nodiscard]] bool has_byte_order_mark() const { return has_byte_order_mark_; }

 private:
  using Values = std::map<std::string, IniValue, std::less<>>;

  class Reader;

  [[nodiscard]] const IniValue* find(std::string_view section, std::string_view key) const;
  [[nodiscard]] Result<std::string> interpolate(std::string_view section, std::string_view key,
                                                const IniValue& value, std::size_t depth) const;

  std::filesystem::path path_;
  bool has_byte_order_mark_ = false;
  std::vector<std::string> names_;
  std::map<std::string, Values, std::less<>> sections_;
};

}  // namespace athanor::cli
