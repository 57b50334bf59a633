#include "controller/connection_resolver.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "api/database_url.hpp"

namespace athanor::controller {
namespace {

/// The objects that one resolution has read: none of them twice.
class References {
 public:
  References(const ReferencePorts& ports, std::string ns, ReadVersions& versions)
      : ports_(ports), ns_(std::move(ns)), versions_(versions) {}

  Result<std::string> read(const api::ValueSource& source, std::string_view field) {
    if (source.value) return *source.value;
    if (source.secret) return from_secret(*source.secret, field);
    return from_config_map(source.config_map.value(), field);
  }

  Result<std::string> from_secret(const api::KeyRef& ref, std::string_view field) {
    return pick(secrets_, ref, "Secret", field,
                [this](const ports::ObjectKey& key) -> Result<ports::StringMap> {
                  auto secret = ports_.client.secret(key);
                  if (!secret) return fail(std::move(secret.error()));
                  note("Secret", secret->meta);
                  return std::move(secret->data);
                });
  }

  Result<std::string> from_config_map(const api::KeyRef& ref, std::string_view field) {
    return pick(config_maps_, ref, "ConfigMap", field,
                [this](const ports::ObjectKey& key) -> Result<ports::StringMap> {
                  auto config_map = ports_.config_maps.read(key);
                  if (!config_map) return fail(std::move(config_map.error()));
                  note("ConfigMap", (*config_map)->meta);
                  return (*config_map)->data;
                });
  }

 private:
  using Objects = std::map<std::string, ports::StringMap, std::less<>>;

  void note(std::string_view kind, const ports::ObjectMeta& meta) {
    versions_[fmt::format("{} {}", kind, meta.key.to_string())] = meta.uid + "@" + meta.resource_version;
  }

  template <class Get>
  Result<std::string> pick(Objects& objects, const api::KeyRef& ref, std::string_view kind,
                           std::string_view field, Get get) {
    auto found = objects.find(ref.name);
    if (found == objects.end()) {
      auto data = get(ports::ObjectKey{ns_, ref.name});
      if (!data && data.error().reason == "NotFound") {
        return fail(
            ErrorKind::Transient, std::string(kind) + "Missing",
            fmt::format("{} {}/{}, which {} names, does not exist. Create it; it is looked for again.", kind,
                        ns_, ref.name, field));
      }
      if (!data) return fail(std::move(data.error()));
      found = objects.emplace(ref.name, std::move(*data)).first;
    }
    const auto entry = found->second.find(ref.key);
    if (entry != found->second.end()) return entry->second;
    return fail(ErrorKind::Transient, std::string(kind) + "KeyMissing",
                fmt::format("{} {}/{} has no key {}, which {} names. Add it; it is looked for again.", kind,
                            ns_, ref.name, ref.key, field));
  }

  ReferencePorts ports_;
  std::string ns_;
  ReadVersions& versions_;
  Objects secrets_;
  Objects config_maps_;
};

bool is_pem(std::string_view text) {
  return text.find("-----BEGIN ") != std::string_view::npos;
}

/// Where a value stands, for a person: the field, and the key that it refers to.
std::string place_of(const std::string& field, const std::string& ns, std::string_view kind,
                     const api::KeyRef& ref) {
  return fmt::format("Key {} of {} {}/{}, which {} names,", ref.key, kind, ns, ref.name, field);
}

std::string place_of(const std::string& field, const std::string& ns, const api::ValueSource& source) {
  if (source.secret) return place_of(field, ns, "Secret", *source.secret);
  if (source.config_map) return place_of(field, ns, "ConfigMap", *source.config_map);
  return field;
}

/// What a file or a pipe put behind a value (`echo URL | base64`) is none of it, and would end up in the
/// database's name; a control character inside is no such accident.
Result<std::string> one_line(std::string text, std::string_view place) {
  text.erase(text.find_last_not_of("\r\n") + 1);
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
    return fail(
        ErrorKind::Terminal, "InvalidDatabaseUrl",
        fmt::format("{} holds a control character, such as a tab or a line end inside. Write the value "
                    "as one line of plain text.",
                    place));
  }
  return text;
}

/// Checked here and not by who connects: only here it is known where the URL came from.
Result<void> check_scheme(std::string_view url, std::string_view place, bool standalone) {
  const api::DatabaseScheme scheme = api::database_scheme(url);
  const bool sqlite = scheme == api::DatabaseScheme::Sqlite;
  if (sqlite ? standalone : scheme != api::DatabaseScheme::Other) return {};
  return fail(
      ErrorKind::Terminal, "DatabaseSchemeNotAllowed",
      fmt::format("{} is no URL of a database that Athanor takes here: it has to begin with "
                  "postgresql://, postgres:// or postgresql+driver://{}.",
                  place,
                  standalone ? ", or with sqlite:/// and a path"
                             : "; SQLite databases are for the standalone mode and the command line"));
}

/// The database's URL as it is used, or why it can't be.
Result<std::string> checked_url(std::string text, const std::string& place, bool standalone) {
  auto url = one_line(std::move(text), place);
  if (!url) return url;
  if (auto allowed = check_scheme(*url, place, standalone); !allowed) return fail(std::move(allowed.error()));
  return url;
}

ports::TlsMode to_port(api::TlsMode mode) {
  switch (mode) {
    case api::TlsMode::Disable:
      return ports::TlsMode::Disable;
    case api::TlsMode::Require:
      return ports::TlsMode::Require;
    case api::TlsMode::VerifyCa:
      return ports::TlsMode::VerifyCa;
    case api::TlsMode::VerifyFull:
      break;
  }
  return ports::TlsMode::VerifyFull;
}

}  // namespace

Result<ports::ConnectionSpec> resolve_connection(const api::DatabaseSpec& database, const std::string& ns,
                                                 const ReferencePorts& ports, bool standalone,
                                                 ReadVersions& versions) {
  References references(ports, ns, versions);
  ports::ConnectionSpec spec;
  spec.allow_sqlite = standalone;
  spec.application_name = "athanor " + ns;
  std::string url_place = "spec.database.url";
  std::optional<Result<std::string>> url = database.url;
  if (database.url_from) {
    const std::string field = "spec.database.urlFrom.secretKeyRef";
    url_place = place_of(field, ns, "Secret", *database.url_from);
    url = references.from_secret(*database.url_from, field);
  }
  if (url) {
    if (*url) url = checked_url(std::move(**url), url_place, standalone);
    if (!*url) return fail(std::move(url->error()));
    spec.url = std::move(**url);
  }
  for (const auto& [keyword, source] : database.connection) {
    const std::string field = "spec.database.connection." + keyword;
    auto value = references.read(source, field);
    if (!value) return fail(std::move(value.error()));
    // In a pod there is no file to name: the certificate itself is what a reference holds, unless it is a
    // word of libpq's (`system`).
    if (keyword == "sslrootcert" && is_pem(*value)) {
      spec.root_cert_pem = std::move(*value);
      continue;
    }
    value = one_line(std::move(*value), place_of(field, ns, source));
    if (!value) return fail(std::move(value.error()));
    spec.parameters.emplace(keyword, std::move(*value));
  }
  if (database.tls.mode) spec.tls = to_port(*database.tls.mode);
  if (database.tls.root_cert) {
    auto pem = references.read(*database.tls.root_cert, "spec.database.tls.rootCert");
    if (!pem) return fail(std::move(pem.error()));
    spec.root_cert_pem = std::move(*pem);
  }
  return spec;
}

}  // namespace athanor::controller
