#include "api/database_url.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace athanor::api {
namespace {

constexpr std::array<std::string_view, 3> kSecretKeywords{"password", "sslpassword", "passwd"};

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      decoded += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

bool is_secret_keyword(std::string_view text) {
  std::string keyword = percent_decoded(text);
  std::transform(keyword.begin(), keyword.end(), keyword.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(kSecretKeywords.begin(), kSecretKeywords.end(), keyword) != kSecretKeywords.end();
}

/// `a=1&b=2`: is one of the names a secret's?
bool query_has_password(std::string_view query) {
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), parameter.size() + 1));
    const std::size_t equals = parameter.find('=');
    // A piece without `=` that holds an @ is the rest of a password with an unescaped `?`.
    if (equals == std::string_view::npos && parameter.find('@') != std::string_view::npos) return true;
    if (equals != std::string_view::npos && equals + 1 < parameter.size() &&
        is_secret_keyword(parameter.substr(0, equals))) {
      return true;
    }
  }
  return false;
}

/// `host=db password = 'x'`: is one of the keywords a secret's? Quoted values are stepped over.
bool keywords_have_password(std::string_view text) {
  const auto is_space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  std::size_t at = 0;
  const auto skip_space = [&] {
    while (at < text.size() && is_space(text[at])) ++at;
  };
  while (at < text.size()) {
    skip_space();
    const std::size_t start = at;
    while (at < text.size() && text[at] != '=' && !is_space(text[at])) ++at;
    if (is_secret_keyword(text.substr(start, at - start))) return true;
    skip_space();
    if (at < text.size() && text[at] == '=') ++at;
    skip_space();
    const bool quoted = at < text.size() && text[at] == '\'';
    if (quoted) ++at;
    for (; at < text.size() && (quoted ? text[at] != '\'' : !is_space(text[at])); ++at) {
      if (text[at] == '\\') ++at;
    }
    if (quoted && at < text.size()) ++at;
  }
  return false;
}

}  // namespace

DatabaseScheme database_scheme(std::string_view url) {
  const std::size_t colon = url.find(':');
  const std::string_view scheme = url.substr(0, colon);
  const std::string_view dialect = scheme.substr(0, scheme.find('+'));
  if (colon != std::string_view::npos && dialect == "sqlite") return DatabaseScheme::Sqlite;
  const std::size_t slashes = url.find("://");
  if (slashes == std::string_view::npos || url.find('=') < slashes) return DatabaseScheme::None;
  const bool postgres = dialect == "postgresql" || dialect == "postgres";
  return postgres && colon == slashes ? DatabaseScheme::PostgreSql : DatabaseScheme::Other;
}

bool url_has_password(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return keywords_have_password(url);
  const std::string_view rest = url.substr(scheme_end + 3);
  const std::size_t question = rest.find('?');
  const std::string_view before_query = rest.substr(0, question);
  // The last @, not the first, and not only up to the first slash: a password may hold either unescaped.
  const std::size_t at = before_query.rfind('@');
  if (at != std::string_view::npos) {
    const std::string_view user_info = before_query.substr(0, at);
    const std::size_t colon = user_info.find(':');
    if (colon != std::string_view::npos && colon + 1 < user_info.size()) return true;
  }
  return question != std::string_view::npos && query_has_password(rest.substr(question + 1));
}

}  // namespace athanor::api
