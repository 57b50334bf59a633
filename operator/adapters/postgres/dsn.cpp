#include "adapters/postgres/dsn.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "adapters/postgres/parameters.hpp"
#include "api/database_url.hpp"

namespace athanor::postgres {
namespace {

tl::unexpected<Error> invalid(std::string message) {
  return fail(ErrorKind::Terminal, "InvalidDatabaseUrl", std::move(message));
}

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool is_keyword_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// Where the authority of a URL begins, or npos.
std::size_t authority_begin(std::string_view text) {
  const bool is_url = api::database_scheme(text) == api::DatabaseScheme::PostgreSql;
  return is_url ? text.find("://") + 3 : std::string_view::npos;
}

struct HostPort {
  std::string_view host;
  std::string_view port;
};

/// One element of the host list: `name`, `name:port`, `[v6]`, `[v6]:port`.
Result<HostPort> split_host(std::string_view text) {
  if (!text.starts_with('[')) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return HostPort{text, {}};
    return HostPort{text.substr(0, colon), text.substr(colon + 1)};
  }
  const std::size_t close = text.find(']');
  if (close == std::string_view::npos) return invalid("The database URL has an IPv6 address without `]`.");
  const std::string_view rest = text.substr(close + 1);
  if (!rest.empty() && rest.front() != ':') {
    return invalid("The database URL has something other than a port after `]`.");
  }
  return HostPort{text.substr(1, close - 1), rest.empty() ? rest : rest.substr(1)};
}

Result<void> set_decoded(Keywords& keywords, std::string_view name, std::string_view value) {
  auto decoded = percent_decode(value);
  if (!decoded) return fail(std::move(decoded.error()));
  keywords.insert_or_assign(std::string(name), std::move(*decoded));
  return {};
}

Result<void> read_user_info(std::string_view text, Keywords& keywords) {
  const std::size_t colon = text.find(':');
  if (auto set = set_decoded(keywords, "user", text.substr(0, colon)); !set) return set;
  if (colon == std::string_view::npos) return {};
  return set_decoded(keywords, "password", text.substr(colon + 1));
}

Result<void> read_hosts(std::string_view text, Keywords& keywords) {
  if (text.empty()) return {};
  std::string hosts;
  std::string ports;
  bool any_port = false;
  bool first = true;
  for (const std::string& element : split_list(text)) {
    auto part = split_host(element);
    if (!part) return fail(std::move(part.error()));
    auto host = percent_decode(part->host);
    if (!host) return fail(std::move(host.error()));
    if (!first) {
      hosts += ',';
      ports += ',';
    }
    first = false;
    hosts += *host;
    ports += part->port;
    any_port = any_port || !part->port.empty();
  }
  if (hosts.find_first_not_of(',') != std::string::npos) keywords["host"] = hosts;
  if (any_port) keywords["port"] = ports;
  return {};
}

/// `name:port` of a host that is given as a parameter, SQLAlchemy's way; an address without brackets has more
/// colons, and a folder is left whole.
Result<HostPort> split_host_parameter(std::string_view text) {
  const std::size_t colon = text.find(':');
  const bool whole = text.starts_with('/') || text.starts_with('@') || colon == std::string_view::npos ||
                     text.find(':', colon + 1) != std::string_view::npos;
  if (whole && !text.starts_with('[')) return HostPort{text, {}};
  return split_host(text);
}

/// `?host=a:1&host=b:2`, which libpq would take the last of; for it, several hosts are one list.
Result<void> set_hosts(Keywords& keywords, const std::vector<std::string>& elements, bool has_port) {
  std::string hosts;
  std::string ports;
  bool any_port = false;
  for (const std::string& element : elements) {
    auto part = split_host_parameter(element);
    if (!part) return fail(std::move(part.error()));
    const std::string_view separator = &element == &elements.front() ? "" : ",";
    hosts.append(separator).append(part->host);
    ports.append(separator).append(part->port);
    any_port = any_port || !part->port.empty();
  }
  if (any_port && has_port) {
    return invalid("The database URL gives ports both within `host` and as the parameter `port`.");
  }
  keywords["host"] = hosts;
  if (any_port) keywords["port"] = ports;
  return {};
}

tl::unexpected<Error> repeated(const std::string& name) {
  if (!is_parameter(name)) return invalid("The database URL has a parameter twice.");
  return invalid("The database URL has the parameter `" + name + "` twice.");
}

Result<void> read_query(std::string_view text, Keywords& keywords) {
  Keywords given;
  std::vector<std::string> hosts;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) {
      return invalid(
          "The database URL has a parameter without `=`: a `?` inside user or password is written as %3F.");
    }
    auto name = percent_decode(pair.substr(0, equals));
    if (!name) return fail(std::move(name.error()));
    auto value = percent_decode(pair.substr(equals + 1));
    if (!value) return fail(std::move(value.error()));
    if (*name == "host") {
      for (std::string& element : split_list(*value)) hosts.push_back(std::move(element));
    } else if (!given.try_emplace(*name, std::move(*value)).second) {
      return repeated(*name);
    }
  }
  const bool has_port = given.contains("port");
  for (auto& [name, value] : given) keywords.insert_or_assign(name, std::move(value));
  if (hosts.empty()) return {};
  return set_hosts(keywords, hosts, has_port);
}

Result<Keywords> parse_url(std::string_view text, std::size_t begin) {
  std::string_view rest = text.substr(begin);
  const std::size_t query = rest.find('?');
  const std::string_view parameters = query == std::string_view::npos ? "" : rest.substr(query + 1);
  rest = rest.substr(0, query);
  const std::size_t slash = rest.find('/');
  const std::string_view path = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
  std::string_view authority = rest.substr(0, slash);

  // A password with a bare @ or / would be cut apart, and its pieces be taken for names that errors print.
  if (std::count(authority.begin(), authority.end(), '@') > 1 || path.find('@') != std::string_view::npos) {
    return invalid(
        "The database URL has an `@` too many: inside user, password or database write it as %40, a `/` as "
        "%2F.");
  }
  Keywords keywords;
  if (const std::size_t at = authority.find('@'); at != std::string_view::npos) {
    if (auto read = read_user_info(authority.substr(0, at), keywords); !read)
      return fail(std::move(read.error()));
    authority.remove_prefix(at + 1);
  }
  if (auto read = read_hosts(authority, keywords); !read) return fail(std::move(read.error()));
  if (!path.empty()) {
    if (auto set = set_decoded(keywords, "dbname", path); !set) return fail(std::move(set.error()));
  }
  if (auto read = read_query(parameters, keywords); !read) return fail(std::move(read.error()));
  return keywords;
}

/// Reads the value of a keyword string from `text`, and cuts it off; libpq's rules for quotes and
/// backslashes.
std::optional<std::string> take_value(std::string_view& text) {
  std::string value;
  const bool quoted = text.starts_with('\'');
  if (quoted) text.remove_prefix(1);
  while (!text.empty()) {
    const char c = text.front();
    if (quoted ? c == '\'' : is_space(c)) break;
    text.remove_prefix(1);
    if (c == '\\') {
      if (text.empty()) break;
      value += text.front();
      text.remove_prefix(1);
    } else {
      value += c;
    }
  }
  if (!quoted) return value;
  if (text.empty()) return std::nullopt;
  text.remove_prefix(1);
  return value;
}

void skip_spaces(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
}

Result<Keywords> parse_keyword_string(std::string_view text) {
  Keywords keywords;
  for (skip_spaces(text); !text.empty(); skip_spaces(text)) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_keyword_char);
    const std::string name(text.begin(), end);
    text.remove_prefix(name.size());
    skip_spaces(text);
    if (name.empty() || !text.starts_with('=')) {
      return invalid(
          "The database's connection string is neither a URL (postgresql://user@host/database) nor a list of "
          "key=value: a value with spaces must stand in single quotes.");
    }
    text.remove_prefix(1);
    skip_spaces(text);
    auto value = take_value(text);
    if (!value) return invalid("The database's connection string has a single quote that is never closed.");
    if (value->find('\0') != std::string::npos) {
      return invalid("The database's connection string has a zero byte.");
    }
    keywords.insert_or_assign(name, std::move(*value));
  }
  return keywords;
}

}  // namespace

Result<std::string> percent_decode(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\0') return invalid("The database URL has a zero byte.");
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return invalid(
          "The database URL has a `%` that no two hex digits follow: write a percent sign as %25.");
    }
    if (high == 0 && low == 0) return invalid("The database URL has a %00.");
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return result;
}

Result<Keywords> parse_dsn(std::string_view text) {
  const std::size_t begin = authority_begin(text);
  auto keywords = begin == std::string_view::npos ? parse_keyword_string(text) : parse_url(text, begin);
  if (!keywords) return keywords;
  if (const auto dbname = keywords->find("dbname"); dbname != keywords->end()) {
    if (dbname->second.find("://") != std::string::npos || dbname->second.find('=') != std::string::npos) {
      return invalid("The database's name is itself a URL or a connection string.");
    }
  }
  return keywords;
}

std::string to_conninfo(const Keywords& keywords) {
  std::string result;
  for (const auto& [name, value] : keywords) {
    if (!result.empty()) result += ' ';
    result += name;
    result += "='";
    for (const char c : value) {
      if (c == '\'' || c == '\\') result += '\\';
      result += c;
    }
    result += '\'';
  }
  return result;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> result;
  for (std::size_t begin = 0;;) {
    const std::size_t comma = text.find(',', begin);
    result.emplace_back(text.substr(begin, comma - begin));
    if (comma == std::string_view::npos) return result;
    begin = comma + 1;
  }
}

}  // namespace athanor::postgres
