// Objects that several tests start from.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace athanor::api {

/// The least that an environment has to say.
inline nlohmann::json minimal_object() {
  return nlohmann::json::parse(R"({
    "apiVersion": "athanor.dev/v1alpha1", "kind": "MigrationEnvironment",
    "metadata": {"name": "staging", "namespace": "shop"},
    "spec": {
      "database": {"urlFrom": {"secretKeyRef": {"name": "shop-db", "key": "uri"}}},
      "revisions": {"configMaps": [{"name": "shop-staging-revisions"}]}
    }})");
}

/// Every field of the spec, none at its default. `url` and `urlFrom` stand beside `connection`, which
/// decode_spec() refuses: it is for walking over all fields.
inline nlohmann::json full_object() {
  return nlohmann::json::parse(R"({
    "spec": {
      "suspend": true,
      "database": {
        "url": "postgresql://shop@db/shop",
        "urlFrom": {"secretKeyRef": {"name": "shop-db", "key": "uri"}},
        "connection": {
          "host": {"value": "db"}, "port": {"value": 5433}, "dbname": {"value": "shop"},
          "user": {"valueFrom": {"configMapKeyRef": {"name": "shop", "key": "user"}}},
          "password": {"valueFrom": {"secretKeyRef": {"name": "shop-db", "key": "password"}}},
          "sslmode": {"value": "verify-ca"},
          "sslrootcert": {"valueFrom": {"configMapKeyRef": {"name": "ca", "key": "path"}}}
        },
        "schema": "shop", "role": "shop_owner",
        "tls": {"mode": "require", "rootCert": {"valueFrom": {"secretKeyRef": {"name": "ca", "key": "ca.crt"}}}}
      },
      "revisions": {
        "configMaps": [{"name": "one"}, {"name": "two"}],
        "configMapSelector": {
          "matchLabels": {"app": "shop"},
          "matchExpressions": [{"key": "tier", "operator": "In", "values": ["a", "b"]}]
        },
        "digest": "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      },
      "target": "billing@head",
      "versionTable": {"name": "versions", "schema": "meta"},
      "adopt": {"from": "golang-migrate", "table": "meta.schema_migrations"},
      "policy": {"downgrade": "Allow", "editedRevision": "Warn", "lockTimeout": "750ms", "statementTimeout": "1h"},
      "drift": {"interval": "90s"}
    }})");
}

/// `full_object()` with only one way to name the database left, and nothing said twice.
inline nlohmann::json full_valid_object() {
  nlohmann::json object = full_object();
  nlohmann::json& database = object["spec"]["database"];
  database.erase("url");
  database.erase("urlFrom");
  database["connection"].erase("sslmode");
  database["connection"].erase("sslrootcert");
  return object;
}

}  // namespace athanor::api
