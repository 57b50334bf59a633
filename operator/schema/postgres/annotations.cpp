// Comments and privileges, which any kind of object may have.
#include <algorithm>

#include "core/text.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/statements.hpp"

namespace athanor::schema {
namespace {

/// What COMMENT ON calls it.
std::string commented(const Object& object) {
  const ObjectId& id = object.id;
  std::string name(keyword(id.kind));
  switch (id.kind) {
    case ObjectKind::Column:
      return name + ' ' + table_of(id) + '.' + id.name;
    case ObjectKind::Constraint:
      return name + ' ' + id.name + " ON " + (object.fact(Fact::OwnedBy) == "domain" ? "DOMAIN " : "") +
             table_of(id);
    case ObjectKind::Trigger:
    case ObjectKind::Rule:
    case ObjectKind::Policy:
      return name + ' ' + id.name + " ON " + table_of(id);
    default:
      return name + ' ' + qualified(id);
  }
}

struct Grant {
  std::string_view who;
  std::string_view what;
  bool with_option = false;
};

/// @param entry `+who=WHAT*`
Grant parse_grant(std::string_view entry) {
  entry.remove_prefix(1);
  const bool option = entry.ends_with('*');
  if (option) entry.remove_suffix(1);
  const std::size_t equals = entry.rfind('=');
  return {entry.substr(0, equals), entry.substr(equals + 1), option};
}

class PrivilegeWriter {
 public:
  explicit PrivilegeWriter(const Object& object) {
    const ObjectId& id = object.id;
    switch (id.kind) {
      case ObjectKind::DefaultPrivileges: {
        const std::size_t space = id.name.rfind(' ');
        prefix_ = "ALTER DEFAULT PRIVILEGES FOR ROLE " + id.name.substr(0, space) +
                  (id.schema.empty() ? "" : " IN SCHEMA " + id.schema) + ' ';
        object_ = id.name.substr(space + 1);
        break;
      }
      case ObjectKind::Column:
        columns_ = " (" + id.name + ")";
        object_ = "TABLE " + table_of(id);
        break;
      case ObjectKind::View:
      case ObjectKind::MaterializedView:
        object_ = "TABLE " + qualified(id);
        break;
      case ObjectKind::Aggregate:
        object_ = "FUNCTION " + qualified(id);
        break;
      default:
        object_ = std::string(keyword(id.kind)) + ' ' + qualified(id);
    }
  }

  std::string grant(const Grant& grant) const {
    return prefix_ + "GRANT " + std::string(grant.what) + columns_ + " ON " + object_ + " TO " +
           std::string(grant.who) + (grant.with_option ? " WITH GRANT OPTION" : "");
  }
  std::string revoke(const Grant& grant) const {
    return prefix_ + "REVOKE " + std::string(grant.what) + columns_ + " ON " + object_ + " FROM " +
           std::string(grant.who);
  }

 private:
  std::string prefix_;
  std::string columns_;
  std::string object_;
};

}  // namespace

std::string comment_statement(const Object& object, std::string_view comment) {
  return "COMMENT ON " + commented(object) + " IS " + (comment.empty() ? "NULL" : literal(comment));
}

Statements privilege_statements(const Object& object, std::string_view before, std::string_view after) {
  const auto old_entries = lines_of(before);
  const auto new_entries = lines_of(after);
  const auto missing = [](const std::vector<std::string_view>& from,
                          const std::vector<std::string_view>& in) {
    std::vector<std::string_view> found;
    for (const std::string_view entry : from) {
      if (std::find(in.begin(), in.end(), entry) == in.end()) found.push_back(entry);
    }
    return found;
  };
  const PrivilegeWriter writer(object);
  Statements revoked;
  Statements granted;
  // `-` is a default that was taken away: undoing that grants it.
  for (const std::string_view entry : missing(old_entries, new_entries)) {
    (entry[0] == '+' ? revoked : granted)
        .push_back(entry[0] == '+' ? writer.revoke(parse_grant(entry)) : writer.grant(parse_grant(entry)));
  }
  for (const std::string_view entry : missing(new_entries, old_entries)) {
    (entry[0] == '-' ? revoked : granted)
        .push_back(entry[0] == '-' ? writer.revoke(parse_grant(entry)) : writer.grant(parse_grant(entry)));
  }
  revoked.insert(revoked.end(), granted.begin(), granted.end());
  return revoked;
}

void append_annotations(Statements& to, const Object& object) {
  if (const auto comment = object.fact(Fact::Comment); !comment.empty())
    to.push_back(comment_statement(object, comment));
  const auto privileges = privilege_statements(object, "", object.fact(Fact::Privileges));
  to.insert(to.end(), privileges.begin(), privileges.end());
}

}  // namespace athanor::schema
