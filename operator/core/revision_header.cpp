#include "core/revision_header.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>
#include <utility>

#include "core/text.hpp"
#include "core/words.hpp"

namespace athanor {
namespace {

enum Field : std::size_t {
  kRevision,
  kDownRevision,
  kBranchLabels,
  kDependsOn,
  kCreateDate,
  kMessage,
  kTransaction,
  kFieldCount,
};

constexpr std::array<std::string_view, kFieldCount> kNames = {
    "revision", "down_revision", "branch_labels", "depends_on", "create_date", "message", "transaction"};

/// What people who know Alembic's own files, or English, write instead.
constexpr std::array<std::pair<std::string_view, Field>, 9> kOtherNames = {{
    {"revision_id", kRevision},
    {"revises", kDownRevision},
    {"parent", kDownRevision},
    {"parents", kDownRevision},
    {"labels", kBranchLabels},
    {"depends", kDependsOn},
    {"dependencies", kDependsOn},
    {"transactional", kTransaction},
    {"transaction_mode", kTransaction},
}};

/// No column of this width exists, and error messages stay readable.
constexpr std::size_t kMaxIdBytes = 255;
constexpr std::size_t kQuotedBytes = 60;

struct Value {
  std::size_t line = 0;  ///< 0: the header is absent
  std::string_view text;
};
using Values = std::array<Value, kFieldCount>;

tl::unexpected<FileFault> fault(std::size_t line, std::string message) {
  return tl::unexpected(FileFault{line, std::move(message)});
}

std::string_view without_dashes(std::string_view comment) {
  return trim(comment.substr(std::min<std::size_t>(2, comment.size())));
}

std::optional<Field> field_named(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Field>(found - kNames.begin());
}

/// The header that `key`, which is none, was probably meant to be.
std::optional<Field> probably_meant(std::string_view key) {
  constexpr std::size_t kLongestMisspelling = 20;
  if (key.size() > kLongestMisspelling) return std::nullopt;
  std::string word = to_lower(key);
  std::replace_if(
      word.begin(), word.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
  for (const auto& [name, field] : kOtherNames) {
    if (word == name) return field;
  }
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    const std::size_t tolerated = kNames[i].size() > 7 ? 2 : 1;  // short words have too many neighbours
    if (edit_distance(word, kNames[i]) <= tolerated) return static_cast<Field>(i);
  }
  return std::nullopt;
}

/// `-- down_revision 8e1d` and `-- revision = 3f2a`: a header without its colon.
std::optional<Field> without_colon(std::string_view content) {
  const std::size_t end = content.find_first_of(" \t=");
  const auto field = field_named(content.substr(0, end));
  if (!field) return std::nullopt;
  const std::string_view rest = end == std::string_view::npos ? "" : trim(content.substr(end));
  const bool is_no_english = kNames[*field].find('_') != std::string_view::npos;
  return is_no_english || rest.starts_with('=') ? field : std::nullopt;
}

tl::expected<Values, FileFault> gather(const std::vector<LineComment>& comments) {
  Values values;
  for (const LineComment& comment : comments) {
    const std::string_view content = without_dashes(comment.text);
    const std::size_t colon = content.find(':');
    const std::string_view key = trim(content.substr(0, colon));
    const auto field = colon == std::string_view::npos ? std::nullopt : field_named(key);
    if (!field) {
      const auto meant = colon == std::string_view::npos ? without_colon(content) : probably_meant(key);
      if (!meant) continue;
      const std::string_view written =
          (colon == std::string_view::npos ? content : key).substr(0, kQuotedBytes);
      return fault(comment.line, "\"" + std::string(written) + "\" is no header. Write \"-- " +
                                     std::string(kNames[*meant]) + ": ...\", or word the comment otherwise.");
    }
    Value& value = values[*field];
    if (value.line != 0) {
      return fault(comment.line, "header " + std::string(key) + " stands on line " +
                                     std::to_string(value.line) + " already. Remove one of the two.");
    }
    value = {comment.line, trim(content.substr(colon + 1))};
  }
  return values;
}

std::string why_not_a_name(std::string_view name, std::string_view illegal) {
  if (name.empty()) return "is empty";
  if (name.size() > kMaxIdBytes) return "is longer than " + std::to_string(kMaxIdBytes) + " bytes";
  for (const char c : name) {
    if (is_space(c)) return "contains white space";
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return "contains a control character";
    if (illegal.find(c) != std::string_view::npos) return std::string("contains ") + c;
  }
  for (const std::string_view word : {"head", "heads", "base", "current", "none"}) {
    if (to_lower(name) == word) return "is a word with a meaning of its own";
  }
  return {};
}

/// `a, b`, each an id or label that `why_not` has nothing against, none twice; `none` for none.
tl::expected<std::vector<std::string>, FileFault> parse_list(const Value& value, Field field,
                                                             std::string (*why_not)(std::string_view)) {
  std::vector<std::string> items;
  std::unordered_set<std::string> seen;
  const auto refuse = [&](const std::string& item, const std::string& why) {
    return fault(value.line,
                 std::string(kNames[field]).append(": \"").append(item).append("\" ").append(why));
  };
  if (value.text.empty() || to_lower(value.text) == "none") return items;
  for (std::size_t at = 0; at <= value.text.size();) {
    const std::size_t comma = std::min(value.text.find(',', at), value.text.size());
    std::string item(trim(value.text.substr(at, comma - at)));
    at = comma + 1;
    if (const std::string reason = why_not(item); !reason.empty()) {
      return refuse(item, reason + ". Write ids or labels with commas between them.");
    }
    if (!seen.insert(item).second) return refuse(item, "is named twice.");
    items.push_back(std::move(item));
  }
  return items;
}

std::string why_not_a_dependency(std::string_view name) {
  return why_not_a_branch_label(name);  // depends_on names revisions or labels
}

tl::expected<TransactionMode, FileFault> parse_transaction(const Value& value) {
  if (value.line == 0 || value.text == "on") return TransactionMode::On;
  if (value.text == "off") return TransactionMode::Off;
  return fault(value.line, "transaction: \"" + std::string(value.text) + "\" is neither on nor off.");
}

}  // namespace

std::string why_not_an_id(std::string_view id) {
  return why_not_a_name(id, "@-+:,'\"`\\/;");
}

std::string why_not_a_branch_label(std::string_view label) {
  return why_not_a_name(label, "@+:,'\"`\\/;");  // a hyphen is fine in a label, as it is for Alembic
}

std::string_view structural_header(std::string_view comment) {
  const std::string_view content = without_dashes(comment);
  const auto field = field_named(trim(content.substr(0, content.find(':'))));
  if (!field || content.find(':') == std::string_view::npos) return {};
  return *field == kCreateDate || *field == kMessage ? std::string_view() : kNames[*field];
}

tl::expected<Revision, FileFault> parse_header(const std::vector<LineComment>& comments) {
  const auto values = gather(comments);
  if (!values) return tl::unexpected(values.error());
  const Value& id = (*values)[kRevision];
  if (id.line == 0) return fault(1, "header revision is missing. Begin the file with \"-- revision: <id>\".");
  if (const std::string reason = why_not_an_id(id.text); !reason.empty()) {
    return fault(id.line, "revision: \"" + std::string(id.text) + "\" " + reason +
                              ". Letters, digits, dots and underscores are fine.");
  }
  const Value& parents = (*values)[kDownRevision];
  if (parents.line != 0 && parents.text.empty()) {
    return fault(parents.line, "down_revision is empty. Write \"none\" for a base, or the parent's id.");
  }
  auto down_revisions = parse_list(parents, kDownRevision, why_not_an_id);
  if (!down_revisions) return tl::unexpected(down_revisions.error());
  auto labels = parse_list((*values)[kBranchLabels], kBranchLabels, why_not_a_branch_label);
  if (!labels) return tl::unexpected(labels.error());
  auto dependencies = parse_list((*values)[kDependsOn], kDependsOn, why_not_a_dependency);
  if (!dependencies) return tl::unexpected(dependencies.error());
  const auto transaction = parse_transaction((*values)[kTransaction]);
  if (!transaction) return tl::unexpected(transaction.error());

  Revision revision;
  revision.id = std::string(id.text);
  revision.down_revisions = std::move(*down_revisions);
  revision.branch_labels = std::move(*labels);
  revision.depends_on = std::move(*dependencies);
  revision.create_date = std::string((*values)[kCreateDate].text);
  revision.message = std::string((*values)[kMessage].text);
  revision.transaction = *transaction;
  return revision;
}

}  // namespace athanor
