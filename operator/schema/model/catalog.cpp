#include "schema/model/catalog.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>
#include <vector>

#include "core/digest.hpp"

namespace athanor::schema {
namespace {

constexpr std::string_view kHeader = "athanor schema 1\n";

// Fields are separated by tabs and records by line feeds; those of a text are written as \t and \n.
void append_escaped(std::string& to, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '\\':
        to += "\\\\";
        break;
      case '\t':
        to += "\\t";
        break;
      case '\n':
        to += "\\n";
        break;
      default:
        to += c;
    }
  }
}

std::string unescaped(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      plain += text[i];
      continue;
    }
    ++i;
    plain += text[i] == 't' ? '\t' : text[i] == 'n' ? '\n' : text[i];
  }
  return plain;
}

void append_id(std::string& to, const ObjectId& id) {
  to += to_string(id.kind);
  for (const std::string* part : {&id.schema, &id.parent, &id.name}) {
    to += '\t';
    append_escaped(to, *part);
  }
}

void append_facts(std::string& to, const Object& object) {
  for (const auto& [fact, text] : object.facts) {
    to += "\nf\t";
    to += to_string(fact);
    to += '\t';
    append_escaped(to, text);
  }
}

std::vector<std::string_view> split(std::string_view line, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find(separator, at), line.size());
    parts.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::optional<ObjectId> parse_id(const std::vector<std::string_view>& fields) {
  if (fields.size() < 5) return std::nullopt;
  const auto kind = parse_object_kind(fields[1]);
  if (!kind) return std::nullopt;
  return ObjectId{*kind, unescaped(fields[2]), unescaped(fields[3]), unescaped(fields[4])};
}

/// One line of a snapshot into the catalog. @return false for a line that means nothing
bool take_line(Catalog& catalog, Object*& current, const std::vector<std::string_view>& fields) {
  if (fields[0] == "o") {
    const auto id = parse_id(fields);
    if (!id || fields.size() != 6) return false;
    int position = 0;
    const auto parsed = std::from_chars(fields[5].begin(), fields[5].end(), position);
    if (parsed.ec != std::errc{} || parsed.ptr != fields[5].end()) return false;
    current = &catalog.emplace(*id, Object{*id, {}, {}, std::abs(position), position < 0}).first->second;
    return true;
  }
  if (current == nullptr) return false;
  if (fields[0] == "n") {
    const auto id = parse_id(fields);
    if (id) current->needs.push_back(*id);
    return id.has_value();
  }
  if (fields[0] != "f" || fields.size() != 3) return false;
  const auto fact = parse_fact(fields[1]);
  if (fact) current->facts[*fact] = unescaped(fields[2]);
  return fact.has_value();
}

/// Where a part's whole may be found.
bool has_parent(const Catalog& catalog, const ObjectId& id) {
  constexpr ObjectKind kWholes[] = {ObjectKind::Table, ObjectKind::View, ObjectKind::MaterializedView,
                                    ObjectKind::Composite, ObjectKind::Domain};
  return std::any_of(std::begin(kWholes), std::end(kWholes), [&](ObjectKind kind) {
    return catalog.contains(ObjectId{kind, id.schema, "", id.parent});
  });
}

}  // namespace

void drop_orphans(Catalog& catalog) {
  std::erase_if(catalog, [&](const auto& entry) {
    return !entry.first.parent.empty() && !has_parent(catalog, entry.first);
  });
  for (auto& [id, object] : catalog) {
    std::erase_if(object.needs, [&](const ObjectId& need) { return !catalog.contains(need); });
  }
}

std::string to_snapshot(const Catalog& catalog) {
  std::string text(kHeader);
  for (const auto& [id, object] : catalog) {
    text += "o\t";
    append_id(text, id);
    text += '\t' + std::to_string(object.inherited ? -object.position : object.position);
    append_facts(text, object);
    for (const ObjectId& need : object.needs) {
      text += "\nn\t";
      append_id(text, need);
    }
    text += '\n';
  }
  return text;
}

Result<Catalog> parse_snapshot(std::string_view text) {
  const auto unreadable = [](std::size_t line) {
    return fail(
        ErrorKind::Terminal, "SchemaSnapshotUnreadable",
        "line " + std::to_string(line) +
            " of the schema's snapshot is not what this athanor writes: a newer one may have. Update it, or "
            "record the schema anew with: athanor drift --accept");
  };
  if (!text.starts_with(kHeader)) return unreadable(1);
  text.remove_prefix(kHeader.size());
  if (text.ends_with('\n')) text.remove_suffix(1);
  Catalog catalog;
  if (text.empty()) return catalog;
  Object* current = nullptr;
  std::size_t number = 1;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (!take_line(catalog, current, split(line, '\t'))) return unreadable(number);
  }
  return catalog;
}

std::string fingerprint(const Catalog& catalog) {
  Sha256 hash;
  for (const auto& [id, object] : catalog) {
    std::string text;
    append_id(text, id);
    append_facts(text, object);
    hash.add(text + '\n');
  }
  return "sha256:" + hash.hex();
}

}  // namespace athanor::schema
