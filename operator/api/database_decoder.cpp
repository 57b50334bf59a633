// `.spec.database`: where the database is and how to log in.
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/database_url.hpp"
#include "api/object_names.hpp"
#include "api/spec_decoder.hpp"

namespace athanor::api {
namespace {

constexpr std::size_t kMaxUrlBytes = 4096;

/// What a value may be.
enum class Sensitivity { Open, SecretOnly };

struct ConnectionKey {
  std::string_view name;
  bool required;
  Sensitivity sensitivity;
};

// Required ones have a default of libpq's that is never meant here: a local socket, the operating system's
// user.
constexpr std::array<ConnectionKey, 7> kConnectionKeys{{{"host", true, Sensitivity::Open},
                                                        {"port", false, Sensitivity::Open},
                                                        {"dbname", true, Sensitivity::Open},
                                                        {"user", true, Sensitivity::Open},
                                                        {"password", false, Sensitivity::SecretOnly},
                                                        {"sslmode", false, Sensitivity::Open},
                                                        {"sslrootcert", false, Sensitivity::Open}}};

constexpr std::array<std::string_view, 6> kSslModes{"disable", "allow",     "prefer",
                                                    "require", "verify-ca", "verify-full"};

constexpr std::array<std::pair<std::string_view, TlsMode>, 4> kTlsModes{
    {{"disable", TlsMode::Disable},
     {"require", TlsMode::Require},
     {"verify-ca", TlsMode::VerifyCa},
     {"verify-full", TlsMode::VerifyFull}}};

ValueSource read_value_source(const Fields& fields, Sensitivity sensitivity) {
  ValueSource source;
  source.value = fields.text_or_integer("value");
  const auto from = fields.object("valueFrom");
  if (from) {
    if (const auto secret = from->object("secretKeyRef")) source.secret = read_key_ref(*secret);
    if (const auto config_map = from->object("configMapKeyRef"))
      source.config_map = read_key_ref(*config_map);
    if (from->has("secretKeyRef") == from->has("configMapKeyRef")) {
      from->problem("", "must have exactly one of secretKeyRef, configMapKeyRef");
    }
  }
  if (fields.has("value") == fields.has("valueFrom")) {
    fields.problem("", "must have exactly one of value, valueFrom");
  } else if (sensitivity == Sensitivity::SecretOnly && (fields.has("value") || source.config_map)) {
    fields.problem("", "must come from a Secret: give valueFrom.secretKeyRef");
  }
  return source;
}

void check_literal(const Fields& connection, std::string_view key, const std::string& value) {
  if (value.empty()) {
    connection.problem(key, "has an empty value");
  } else if (key == "port") {
    const bool digits = value.size() <= 5 && value.front() != '0' &&
                        value.find_first_not_of("0123456789") == std::string::npos;
    const int port = digits ? std::stoi(value) : 0;
    if (port < 1 || port > 65535) connection.problem(key, "has a value that is no port (1 to 65535)");
  } else if (key == "sslmode" && std::find(kSslModes.begin(), kSslModes.end(), value) == kSslModes.end()) {
    connection.problem(key,
                       fmt::format("is {}, expected one of {}", shown(value), fmt::join(kSslModes, ", ")));
  }
}

std::map<std::string, ValueSource> read_connection(const Fields& fields) {
  std::map<std::string, ValueSource> connection;
  for (const ConnectionKey& key : kConnectionKeys) {
    const std::string name(key.name);
    if (const auto entry = fields.object(key.name)) {
      const ValueSource source = read_value_source(*entry, key.sensitivity);
      if (source.value && key.sensitivity == Sensitivity::Open)
        check_literal(fields, key.name, *source.value);
      connection.emplace(name, source);
    } else if (key.required && !fields.has(key.name)) {
      fields.problem(key.name, "is missing");
    }
  }
  // Unknown fields elsewhere may be a newer release's. Here each is a libpq parameter, and one that is left
  // out (sslmode misspelt) would change what the connection is.
  for (const std::string& name : fields.names()) {
    const bool known = std::any_of(kConnectionKeys.begin(), kConnectionKeys.end(),
                                   [&name](const ConnectionKey& key) { return key.name == name; });
    if (!known) {
      fields.problem("",
                     fmt::format("has the unknown entry {}; taken are host, port, dbname, user, password, "
                                 "sslmode, sslrootcert",
                                 shown(name)));
    }
  }
  return connection;
}

TlsSpec read_tls(const Fields& fields) {
  TlsSpec tls;
  if (const auto written = fields.text("mode")) {
    const auto mode = std::find_if(kTlsModes.begin(), kTlsModes.end(),
                                   [&written](const auto& known) { return known.first == *written; });
    if (mode != kTlsModes.end()) {
      tls.mode = mode->second;
    } else {
      fields.problem(
          "mode", fmt::format("is {}, expected disable, require, verify-ca or verify-full", shown(*written)));
    }
  }
  if (const auto root = fields.object("rootCert")) {
    tls.root_cert = read_value_source(*root, Sensitivity::Open);
    if (tls.root_cert->value && tls.root_cert->value->empty()) root->problem("value", "is empty");
  }
  return tls;
}

void check_exclusive(const Fields& fields, const DatabaseSpec& database) {
  const int ways =
      (fields.has("url") ? 1 : 0) + (fields.has("urlFrom") ? 1 : 0) + (fields.has("connection") ? 1 : 0);
  if (ways != 1) {
    fields.problem("", fmt::format("must have exactly one of url, urlFrom, connection; it has {}",
                                   ways == 0 ? "none" : "several"));
  }
  if (database.tls.mode && database.connection.contains("sslmode")) {
    fields.problem("tls.mode", "says the same as connection.sslmode; give one of them");
  }
  if (database.tls.root_cert && database.connection.contains("sslrootcert")) {
    fields.problem("tls.rootCert", "says the same as connection.sslrootcert; give one of them");
  }
}

}  // namespace

KeyRef read_key_ref(const Fields& fields) {
  KeyRef ref{fields.text("name").value_or(""), fields.text("key").value_or("")};
  if (!is_object_name(ref.name)) {
    fields.problem("name", fmt::format("is {}, expected an object's name", shown(ref.name)));
  }
  if (!is_data_key(ref.key)) {
    fields.problem("key", fmt::format("is {}, expected a key of its data", shown(ref.key)));
  }
  return ref;
}

DatabaseSpec read_database(const Fields& fields) {
  DatabaseSpec database;
  database.url = fields.text("url");
  if (database.url && database.url->empty()) {
    fields.problem("url", "is empty");
  } else if (database.url && database.url->size() > kMaxUrlBytes) {
    fields.problem("url",
                   fmt::format("has {} bytes, at most {} are taken", database.url->size(), kMaxUrlBytes));
  } else if (database.url && url_has_password(*database.url)) {
    fields.problem("url",
                   "holds a password, which everybody who may read this object would see; put the url into "
                   "a Secret and name it with urlFrom.secretKeyRef, or use connection with the password "
                   "from a Secret");
  }
  if (const auto from = fields.object("urlFrom")) {
    if (const auto secret = from->object("secretKeyRef")) {
      database.url_from = read_key_ref(*secret);
    } else if (!from->has("secretKeyRef")) {
      from->problem("secretKeyRef", "is missing");
    }
  }
  if (const auto connection = fields.object("connection")) database.connection = read_connection(*connection);
  database.schema = read_identifier(fields, "schema", "");
  database.role = read_identifier(fields, "role", "");
  if (const auto tls = fields.object("tls")) database.tls = read_tls(*tls);
  check_exclusive(fields, database);
  return database;
}

}  // namespace athanor::api
