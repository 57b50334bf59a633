#include "cli/project/file_template.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace athanor::cli {
namespace {

/// No file name is longer; Python would fill memory.
constexpr std::size_t kMostWidth = 255;

tl::unexpected<Error> refuse(std::string_view file_template, const std::string& what) {
  return fail(ErrorKind::Terminal, "InvalidConfig",
              fmt::format("file_template \"{}\": {}", file_template, what));
}

/// One `%(name)-05.2d`.
struct Conversion {
  std::string name;
  bool alternate = false;  ///< #
  bool zero = false;
  bool left = false;
  bool plus = false;
  bool blank = false;
  std::size_t width = 0;
  std::optional<std::size_t> precision;
  char type = 0;  ///< 0: the template ends before it
};

/// Takes what stands in front of a text apart.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view take_until(std::size_t end) {
    const std::string_view taken = rest_.substr(0, end);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::size_t number() {
    const std::string_view digits = take_until(std::min(rest_.find_first_not_of("0123456789"), rest_.size()));
    std::size_t value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return read.ec == std::errc::result_out_of_range ? kMostWidth + 1 : value;
  }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

void take_flags(Cursor& cursor, Conversion& conversion) {
  while (true) {
    if (cursor.take('#')) {
      conversion.alternate = true;
    } else if (cursor.take('0')) {
      conversion.zero = true;
    } else if (cursor.take('-')) {
      conversion.left = true;
    } else if (cursor.take('+')) {
      conversion.plus = true;
    } else if (cursor.take(' ')) {
      conversion.blank = true;
    } else {
      return;
    }
  }
}

/// REQUIRES: a `(` stands before the cursor's text, and its `)` in it at `name_end`.
Conversion take_conversion(Cursor& cursor, std::size_t name_end) {
  Conversion conversion;
  conversion.name = std::string(cursor.take_until(name_end));
  static_cast<void>(cursor.take(')'));
  take_flags(cursor, conversion);
  conversion.width = cursor.number();
  if (cursor.take('.')) conversion.precision = cursor.number();
  static_cast<void>(cursor.take('h') || cursor.take('l') || cursor.take('L'));  // C's, without a meaning
  if (!cursor.rest().empty()) conversion.type = cursor.take_until(1).front();
  return conversion;
}

/// Where the character after `count` characters of UTF-8 begins.
std::size_t offset_of(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (begins && count-- == 0) break;
  }
  return at;
}

std::size_t length_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// @param prefix stays in front of the zeros that fill up: a sign, 0x
std::string padded(const Conversion& conversion, const std::string& prefix, const std::string& body,
                   bool zeros) {
  const std::size_t length = length_of(prefix) + length_of(body);
  const std::size_t missing = conversion.width > length ? conversion.width - length : 0;
  if (conversion.left) return prefix + body + std::string(missing, ' ');
  return zeros ? prefix + std::string(missing, '0') + body : std::string(missing, ' ') + prefix + body;
}

std::string digits_of(std::uint64_t value, char type) {
  switch (type) {
    case 'x':
      return fmt::format("{:x}", value);
    case 'X':
      return fmt::format("{:X}", value);
    case 'o':
      return fmt::format("{:o}", value);
    default:
      return fmt::format("{}", value);
  }
}

std::string number_text(const Conversion& conversion, std::int64_t value) {
  const bool negative = value < 0;
  const auto size = negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  std::string digits = digits_of(size, conversion.type);
  const std::size_t least = conversion.precision.value_or(0);
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  std::string prefix;
  if (negative) {
    prefix = "-";
  } else if (conversion.plus || conversion.blank) {
    prefix = conversion.plus ? "+" : " ";
  }
  const bool counts_in_tens = std::string_view("diu").find(conversion.type) != std::string_view::npos;
  if (conversion.alternate && !counts_in_tens) prefix += std::string("0") + conversion.type;
  return padded(conversion, prefix, digits, conversion.zero);
}

std::string word_text(const Conversion& conversion, const std::string& word) {
  const std::size_t end = conversion.precision ? offset_of(word, *conversion.precision) : word.size();
  return padded(conversion, "", word.substr(0, end), false);
}

Result<std::string> converted(std::string_view file_template, const Conversion& conversion,
                              const TemplateValues& values) {
  const auto named = std::ranges::find(values, std::string_view(conversion.name),
                                       [](const auto& value) { return value.first; });
  if (named == values.end()) {
    std::vector<std::string_view> names;
    for (const auto& value : values) names.push_back(value.first);
    return refuse(file_template,
                  fmt::format("%({})s names nothing; there is: {}", conversion.name, fmt::join(names, ", ")));
  }
  if (conversion.width > kMostWidth || conversion.precision.value_or(0) > kMostWidth) {
    return refuse(file_template, fmt::format("%({}) is to be wider than {}, the most that a file's name may "
                                             "be",
                                             conversion.name, kMostWidth));
  }
  const auto* word = std::get_if<std::string>(&named->second);
  const auto* number = std::get_if<std::int64_t>(&named->second);
  if (conversion.type == 's') return word_text(conversion, word ? *word : std::to_string(*number));
  const bool known =
      conversion.type != 0 && std::string_view("diuxXo").find(conversion.type) != std::string_view::npos;
  if (known && number != nullptr) return number_text(conversion, *number);
  return refuse(file_template,
                fmt::format("%({}) has to end in s{}", conversion.name, word ? "" : ", d, x, X or o"));
}

}  // namespace

Result<std::string> fill_template(std::string_view file_template, const TemplateValues& values) {
  std::string out;
  Cursor cursor(file_template);
  while (true) {
    out += cursor.take_until(std::min(cursor.rest().find('%'), cursor.rest().size()));
    if (!cursor.take('%')) return out;
    if (cursor.take('%')) {
      out += '%';
      continue;
    }
    const bool opened = cursor.take('(');
    const std::size_t name_end = cursor.rest().find(')');
    if (!opened || name_end == std::string_view::npos) {
      return refuse(file_template, "a % has no (name) behind it. Write %(rev)s, and %% for a percent sign.");
    }
    const Conversion conversion = take_conversion(cursor, name_end);
    auto text = converted(file_template, conversion, values);
    if (!text) return text;
    out += *text;
  }
}

}  // namespace athanor::cli
