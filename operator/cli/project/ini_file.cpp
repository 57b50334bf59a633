#include "cli/project/ini_file.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <ini.h>

#include "core/text.hpp"

namespace athanor::cli {
namespace {

constexpr std::string_view kDefault = "DEFAULT";
/// configparser's own.
constexpr std::size_t kMaxDepth = 10;
/// Longer than any URL; without it inih cuts lines at 200 bytes and says nothing of it.
constexpr int kMaxLineBytes = 1024 * 1024;

Error invalid(const std::filesystem::path& path, std::size_t line, const std::string& what) {
  return Error{ErrorKind::Terminal, "InvalidConfig",
               fmt::format("{}, line {}: {}", path.string(), line, what),
               ErrorSite{.file = path.string(), .line = line}};
}

/// inih as built reads other things than Python's configparser does; its settings are the process's.
void read_as_configparser() {
  static std::once_flag once;
  std::call_once(once, [] {
    ini_max_line = kMaxLineBytes;
    ini_use_stack = false;
    ini_allow_realloc = true;
    ini_allow_inline_comments = false;  // a `;` belongs to the value
    ini_stop_on_first_error = true;
  });
}

}  // namespace

/// Hands inih one line after the other, and so knows which line a value comes from and whether it goes on
/// with the one before: inih tells neither.
class IniFile::Reader {
 public:
  Reader(std::string_view text, IniFile& file) : rest_(text), file_(file) {}

  Result<void> run() {
    const int failed = ini_parse_stream(&Reader::next_line, this, &Reader::take, this);
    if (error_) return fail(std::move(*error_));
    if (failed < 0)
      return fail(ErrorKind::Transient, "OutOfMemory", "no memory to read " + file_.path_.string());
    if (failed > 0) {
      return fail(invalid(file_.path_, static_cast<std::size_t>(failed),
                          "this is neither a [section] nor `key = value`. A comment begins with # or ;"));
    }
    return {};
  }

 private:
  static char* next_line(char* buffer, int size, void* self) {
    return static_cast<Reader*>(self)->give_line(buffer, static_cast<std::size_t>(size));
  }
  static int take(void* self, const char* /*section*/, const char* name, const char* value) {
    return static_cast<Reader*>(self)->take_value(name, value) ? 1 : 0;
  }

  /// As fgets(): at most size - 1 bytes, up to and with the line's end.
  char* give_line(char* buffer, std::size_t size) {
    if (rest_.empty() || error_) return nullptr;
    if (at_line_start_ && !begin_line()) return nullptr;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size() - 1) + 1;
    const std::size_t count = std::min(end, size - 1);
    std::copy_n(rest_.begin(), count, buffer);
    buffer[count] = '\0';
    at_line_start_ = buffer[count - 1] == '\n';
    rest_.remove_prefix(count);
    return buffer;
  }

  /// configparser's rule: a line goes on with the value above if it is indented more than that value's key.
  /// For inih, to which every indented line goes on, the others are moved to column 1.
  bool begin_line() {
    ++line_;
    const std::string_view line = rest_.substr(0, rest_.find('\n'));
    const std::string_view text = trim(line);
    continues_ = false;
    if (text.empty() && !key_.empty()) ++empty_lines_;
    if (text.empty() || text.starts_with('#') || text.starts_with(';')) return true;
    const auto indent = static_cast<std::size_t>(text.data() - line.data());
    continues_ = !key_.empty() && indent > key_indent_;
    if (continues_) return true;
    key_.clear();
    empty_lines_ = 0;
    key_indent_ = indent;
    rest_.remove_prefix(indent);
    return begin_section(text);
  }

  /// inih says nothing of a section without values, such as one that takes all of them from DEFAULT.
  bool begin_section(std::string_view line) {
    const std::size_t end = line.rfind(']');
    if (!line.starts_with('[') || end == std::string_view::npos) return true;
    const std::string name(line.substr(1, end - 1));
    section_ = name;
    if (name == kDefault) return true;
    if (name.empty()) {
      error_ = invalid(file_.path_, line_, "this section has no name. Write [NAME].");
      return false;
    }
    if (std::ranges::find(file_.names_, name) != file_.names_.end()) {
      error_ = invalid(file_.path_, line_,
                       fmt::format("section [{}] is there already. Make one section of the two.", name));
      return false;
    }
    file_.names_.push_back(name);
    return true;
  }

  bool take_value(const std::string& name, const std::string& text) {
    if (section_.empty()) {
      error_ = invalid(file_.path_, line_, fmt::format("{} stands above the first [section]", name));
      return false;
    }
    Values& values = file_.sections_[section_];
    if (continues_) {
      values[key_].text.append(empty_lines_ + 1, '\n').append(text);
      empty_lines_ = 0;
      return true;
    }
    key_ = to_lower(name);
    if (key_.empty()) {
      error_ = invalid(file_.path_, line_, "a value without a key. Write `key = value`.");
      return false;
    }
    const auto [known, added] = values.emplace(key_, IniValue{text, line_});
    if (added) return true;
    error_ = invalid(file_.path_, line_,
                     fmt::format("{} stands in [{}] already, on line {}. Remove one of the two.", key_,
                                 section_, known->second.line));
    return false;
  }

  std::string_view rest_;
  IniFile& file_;
  std::string section_;  ///< as written: inih cuts it at 49 bytes
  std::size_t line_ = 0;
  bool at_line_start_ = true;
  std::string key_;  ///< whose value the next line may go on with; empty: none
  std::size_t key_indent_ = 0;
  std::size_t empty_lines_ = 0;  ///< since then; they belong to the value if it goes on
  bool continues_ = false;
  std::optional<Error> error_;
};

Result<IniFile> IniFile::parse(std::string_view text, const std::filesystem::path& path) {
  read_as_configparser();
  const std::string_view plain = without_byte_order_mark(text);
  IniFile file;
  file.has_byte_order_mark_ = plain.size() != text.size();
  file.path_ = path;
  if (auto read = Reader(plain, file).run(); !read) return fail(std::move(read.error()));
  return file;
}

bool IniFile::has_section(std::string_view section) const {
  return std::ranges::find(names_, section) != names_.end();
}

const IniValue* IniFile::find(std::string_view section, std::string_view key) const {
  const std::string wanted = to_lower(key);
  for (const std::string_view name : {section, kDefault}) {
    const auto values = sections_.find(name);
    if (values == sections_.end()) continue;
    if (const auto value = values->second.find(wanted); value != values->second.end()) return &value->second;
  }
  return nullptr;
}

std::size_t IniFile::line_of(std::string_view section, std::string_view key) const {
  const IniValue* value = find(section, key);
  return value == nullptr ? 0 : value->line;
}

Result<std::optional<std::string>> IniFile::get(std::string_view section, std::string_view key) const {
  const IniValue* value = find(section, key);
  if (value == nullptr) return std::nullopt;
  return interpolate(section, key, *value, 1).map([](std::string text) {
    return std::optional(std::move(text));
  });
}

Result<std::string> IniFile::interpolate(std::string_view section, std::string_view key,
                                         const IniValue& value, std::size_t depth) const {
  const auto refuse = [&](const std::string& why) {
    return fail(invalid(path_, value.line, fmt::format("the value of {} {}", key, why)));
  };
  if (depth > kMaxDepth) return refuse("refers to itself through %(…)s");
  std::string out;
  std::string_view rest = value.text;
  for (std::size_t at = rest.find('%'); at != std::string_view::npos; at = rest.find('%')) {
    out += rest.substr(0, at);
    rest.remove_prefix(at);
    if (rest.starts_with("%%")) {
      out += '%';
      rest.remove_prefix(2);
      continue;
    }
    const std::size_t end = rest.find(")s");
    if (!rest.starts_with("%(") || end == std::string_view::npos) {
      return refuse(
          "has a % that stands alone. Write %% for a percent sign (in a URL's password too), and "
          "%(other_key)s for another value.");
    }
    const std::string name = to_lower(rest.substr(2, end - 2));
    rest.remove_prefix(end + 2);
    if (name == "here") {
      out += std::filesystem::absolute(path_).lexically_normal().parent_path().string();
      continue;
    }
    const IniValue* other = find(section, name);
    if (other == nullptr) {
      return refuse(fmt::format("refers to %({})s, which neither [{}] nor [DEFAULT] has", name, section));
    }
    auto resolved = interpolate(section, name, *other, depth + 1);
    if (!resolved) return resolved;
    out += *resolved;
  }
  out += rest;
  return out;
}

}  // namespace athanor::cli
