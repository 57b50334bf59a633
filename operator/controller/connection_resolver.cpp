#include "controller/connection_resolver.hpp"

#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

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
  if (database.url) spec.url = *database.url;
  if (database.url_from) {
    auto url = references.from_secret(*database.url_from, "spec.database.urlFrom.secretKeyRef");
    if (!url) return fail(std::move(url.error()));
    spec.url = std::move(*url);
  }
  for (const auto& [keyword, source] : database.connection) {
    auto value = references.read(source, "spec.database.connection." + keyword);
    if (!value) return fail(std::move(value.error()));
    // In a pod there is no file to name: the certificate itself is what a reference holds, unless it is a
    // word of libpq's (`system`).
    if (keyword == "sslrootcert" && is_pem(*value)) {
      spec.root_cert_pem = std::move(*value);
    } else {
      spec.parameters.emplace(keyword, std::move(*value));
    }
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
