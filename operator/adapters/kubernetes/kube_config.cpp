#include "adapters/kubernetes/kube_config.hpp"

#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "adapters/kubernetes/base64.hpp"
#include "adapters/kubernetes/server_url.hpp"

namespace athanor::kubernetes {
namespace {

namespace fs = std::filesystem;

/// One entry of `clusters`, `users` or `contexts`, and the file that it stands in.
struct Entry {
  YAML::Node body;
  fs::path file;
  std::string title;  ///< for people: `user "admin"`
};

struct KubeConfigFile {
  fs::path path;
  YAML::Node root;
};

using KubeConfigFiles = std::vector<KubeConfigFile>;

tl::unexpected<Error> invalid(const std::string& message) {
  return fail(ErrorKind::Terminal, "InvalidKubeConfig", message);
}

tl::unexpected<Error> invalid_field(const Entry& entry, std::string_view field, std::string_view problem) {
  return invalid(fmt::format("{}: {}: {}: {}", entry.file.string(), entry.title, field, problem));
}

/// The member's text; empty if it is missing or null.
Result<std::string> text_field(const Entry& entry, const char* field) {
  const YAML::Node value = entry.body[field];
  if (!value || value.IsNull()) return std::string();
  if (!value.IsScalar()) return invalid_field(entry, field, "expected text");
  return value.Scalar();
}

Result<bool> bool_field(const Entry& entry, const char* field) {
  const YAML::Node value = entry.body[field];
  if (!value || value.IsNull()) return false;
  bool decoded = false;
  if (!YAML::convert<bool>::decode(value, decoded))
    return invalid_field(entry, field, "expected true or false");
  return decoded;
}

fs::path beside(const Entry& entry, const std::string& path) {
  return entry.file.parent_path() / path;
}

/// `field`-data (base64 of PEM), which goes first as with kubectl, or the file that `field` names.
Result<PemSource> pem_field(const Entry& entry, const std::string& field) {
  const std::string data_field = field + "-data";
  const Result<std::string> data = text_field(entry, data_field.c_str());
  if (!data) return fail(data.error());
  PemSource source;
  if (!data->empty()) {
    const std::optional<std::string> pem = base64_decode(*data);
    if (!pem) return invalid_field(entry, data_field, "not base64");
    source.pem = *pem;
    return source;
  }
  const Result<std::string> path = text_field(entry, field.c_str());
  if (!path) return fail(path.error());
  if (!path->empty()) source.file = beside(entry, *path);
  return source;
}

/// @param list clusters, users or contexts; @param member its entries' body: cluster, user or context
Result<std::optional<Entry>> find_entry(const KubeConfigFiles& files, const char* list, const char* member,
                                        const std::string& name) {
  for (const KubeConfigFile& file : files) {
    const YAML::Node entries = file.root[list];
    if (!entries || entries.IsNull()) continue;
    if (!entries.IsSequence())
      return invalid(fmt::format("{}: {}: expected a list", file.path.string(), list));
    for (const YAML::Node& entry : entries) {
      if (!entry.IsMap() || !entry["name"] || !entry["name"].IsScalar() || entry["name"].Scalar() != name) {
        continue;
      }
      Entry found{entry[member], file.path, fmt::format("{} \"{}\"", member, name)};
      if (!found.body || found.body.IsNull()) found.body = YAML::Node(YAML::NodeType::Map);
      if (!found.body.IsMap()) return invalid_field(found, member, "expected a mapping");
      return std::optional(std::move(found));
    }
  }
  return std::optional<Entry>();
}

Result<void> apply_cluster(const Entry& cluster, ClusterConfig& config) {
  const Result<std::string> server = text_field(cluster, "server");
  if (!server) return fail(server.error());
  if (server->empty()) return invalid_field(cluster, "server", "missing");
  if (const auto parsed = parse_server_url(*server); !parsed) {
    return invalid_field(cluster, "server", parsed.error().message);
  }
  config.server = *server;
  Result<PemSource> authority = pem_field(cluster, "certificate-authority");
  if (!authority) return fail(authority.error());
  const Result<bool> insecure = bool_field(cluster, "insecure-skip-tls-verify");
  if (!insecure) return fail(insecure.error());
  const Result<std::string> server_name = text_field(cluster, "tls-server-name");
  if (!server_name) return fail(server_name.error());
  if (*insecure && !authority->empty()) {
    return invalid_field(cluster, "insecure-skip-tls-verify",
                         "excludes certificate-authority; give one of them");
  }
  const Result<std::string> proxy = text_field(cluster, "proxy-url");
  if (!proxy) return fail(proxy.error());
  if (!proxy->empty()) return invalid_field(cluster, "proxy-url", "proxies are not supported");
  config.tls.certificate_authority = std::move(*authority);
  config.tls.insecure_skip_verify = *insecure;
  config.tls.server_name = *server_name;
  return {};
}

/// Ways of logging in that need other programs, or that Kubernetes itself gave up.
Result<void> refuse_unsupported(const Entry& user) {
  static constexpr std::array<std::pair<const char*, std::string_view>, 8> kUnsupported{{
      {"exec", "programs for logging in are not run"},
      {"auth-provider", "auth providers are not supported"},
      {"username", "passwords are not supported"},
      {"password", "passwords are not supported"},
      {"as", "impersonation is not supported"},
      {"as-uid", "impersonation is not supported"},
      {"as-groups", "impersonation is not supported"},
      {"as-user-extra", "impersonation is not supported"},
  }};
  for (const auto& [field, reason] : kUnsupported) {
    const YAML::Node value = user.body[field];
    const bool empty = !value || value.IsNull() || (value.IsScalar() && value.Scalar().empty());
    if (!empty) {
      return invalid_field(user, field,
                           fmt::format("{}; give a client-certificate, a token or a tokenFile", reason));
    }
  }
  return {};
}

Result<void> apply_user(const Entry& user, ClusterConfig& config) {
  if (const Result<void> supported = refuse_unsupported(user); !supported) return supported;
  Result<PemSource> certificate = pem_field(user, "client-certificate");
  if (!certificate) return fail(certificate.error());
  Result<PemSource> key = pem_field(user, "client-key");
  if (!key) return fail(key.error());
  if (certificate->empty() != key->empty()) {
    return invalid_field(user, certificate->empty() ? "client-certificate" : "client-key",
                         "missing; certificate and key go together");
  }
  const Result<std::string> token = text_field(user, "token");
  if (!token) return fail(token.error());
  const Result<std::string> token_file = text_field(user, "tokenFile");
  if (!token_file) return fail(token_file.error());
  config.tls.client_certificate = std::move(*certificate);
  config.tls.client_key = std::move(*key);
  config.token.token = *token;
  if (!token_file->empty()) config.token.file = beside(user, *token_file);
  return {};
}

Result<KubeConfigFile> parse_file(const fs::path& path, const std::string& text) {
  try {
    KubeConfigFile file{path, YAML::Load(text)};
    if (file.root.IsNull()) file.root = YAML::Node(YAML::NodeType::Map);
    if (!file.root.IsMap()) return invalid(fmt::format("{}: expected a kubeconfig", path.string()));
    return file;
  } catch (const YAML::Exception& thrown) {
    // The parser's own text may quote what it could not read.
    return invalid(fmt::format("{}: line {}: not YAML", path.string(), thrown.mark.line + 1));
  }
}

/// The name of the context to use, and the file that says so.
Result<std::string> current_context(const KubeConfigFiles& files, const std::string& wanted) {
  if (!wanted.empty()) return wanted;
  for (const KubeConfigFile& file : files) {
    const YAML::Node current = file.root["current-context"];
    if (current && current.IsScalar() && !current.Scalar().empty()) return current.Scalar();
  }
  return invalid(
      fmt::format("{}: current-context: missing; name one with --context", files.front().path.string()));
}

std::string names_of(const KubeConfigFiles& files) {
  std::string names;
  for (const KubeConfigFile& file : files) names += (names.empty() ? "" : ", ") + file.path.string();
  return names;
}

Result<ClusterConfig> resolve(const KubeConfigFiles& files, const std::string& wanted_context) {
  const Result<std::string> name = current_context(files, wanted_context);
  if (!name) return fail(name.error());
  const auto context = find_entry(files, "contexts", "context", *name);
  if (!context) return fail(context.error());
  if (!*context) return invalid(fmt::format("{}: there is no context \"{}\"", names_of(files), *name));
  const Entry& chosen = **context;

  ClusterConfig config;
  config.origin = fmt::format("{} of {}", chosen.title, chosen.file.string());
  const auto cluster_name = text_field(chosen, "cluster");
  if (!cluster_name) return fail(cluster_name.error());
  const auto cluster = find_entry(files, "clusters", "cluster", *cluster_name);
  if (!cluster) return fail(cluster.error());
  if (!*cluster)
    return invalid_field(chosen, "cluster", fmt::format("there is no cluster \"{}\"", *cluster_name));
  if (const auto applied = apply_cluster(**cluster, config); !applied) return fail(applied.error());

  const auto user_name = text_field(chosen, "user");
  if (!user_name) return fail(user_name.error());
  if (!user_name->empty()) {
    const auto user = find_entry(files, "users", "user", *user_name);
    if (!user) return fail(user.error());
    if (!*user) return invalid_field(chosen, "user", fmt::format("there is no user \"{}\"", *user_name));
    if (const auto applied = apply_user(**user, config); !applied) return fail(applied.error());
  }
  const auto ns = text_field(chosen, "namespace");
  if (!ns) return fail(ns.error());
  config.ns = ns->empty() ? "default" : *ns;
  return config;
}

/// yaml-cpp throws on shapes that no check foresaw.
Result<ClusterConfig> resolve_guarded(const KubeConfigFiles& files, const std::string& wanted_context) {
  try {
    return resolve(files, wanted_context);
  } catch (const YAML::Exception& thrown) {
    return invalid(fmt::format("{}: line {}: not a kubeconfig", names_of(files), thrown.mark.line + 1));
  }
}

Result<ClusterConfig> load_one(const fs::path& path, const std::string& context,
                               const ports::Filesystem& files) {
  const Result<std::string> text = files.read(path);
  if (!text) return fail(text.error());
  Result<KubeConfigFile> parsed = parse_file(path, *text);
  if (!parsed) return fail(parsed.error());
  return resolve_guarded({std::move(*parsed)}, context);
}

/// @param list paths with colons between them
Result<ClusterConfig> load_list(const std::string& list, const std::string& context,
                                const ports::Filesystem& files) {
  KubeConfigFiles parsed;
  std::optional<Error> missing;
  std::size_t start = 0;
  while (start <= list.size()) {
    const std::size_t end = std::min(list.find(':', start), list.size());
    const fs::path path = list.substr(start, end - start);
    start = end + 1;
    if (path.empty()) continue;
    const Result<std::string> text = files.read(path);
    if (!text) {
      // Another cluster than the one that the unreadable file means would be worse than none.
      if (text.error().reason != "FileMissing") return fail(text.error());
      if (!missing) missing = text.error();
      continue;
    }
    Result<KubeConfigFile> file = parse_file(path, *text);
    if (!file) return fail(file.error());
    parsed.push_back(std::move(*file));
  }
  if (!parsed.empty()) return resolve_guarded(parsed, context);
  if (missing) return fail(*missing);
  return invalid("$KUBECONFIG names no file");
}

std::string url_of(const std::string& host, const std::string& port) {
  const bool ipv6 = host.find(':') != std::string::npos;
  return fmt::format("https://{}:{}", ipv6 ? "[" + host + "]" : host, port);
}

Result<ClusterConfig> load_in_cluster(const std::string& host, const std::string& port,
                                      const fs::path& folder, const ports::Filesystem& files) {
  ClusterConfig config;
  config.server = url_of(host, port);
  config.origin = "service account";
  config.token.file = folder / "token";
  config.tls.certificate_authority.file = folder / "ca.crt";
  for (const fs::path& needed : {config.token.file, config.tls.certificate_authority.file}) {
    if (const auto read = files.read(needed); !read) return fail(read.error());
  }
  const Result<std::string> ns = files.read(folder / "namespace");
  config.ns = ns && !ns->empty() ? ns->substr(0, ns->find_first_of(" \r\n")) : "default";
  return config;
}

}  // namespace

EnvironmentLookup process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

Result<ClusterConfig> load_cluster_config(const ClusterConfigRequest& request,
                                          const ports::Filesystem& files) {
  const auto variable = [&request](const char* name) { return request.environment(name).value_or(""); };
  if (!request.kubeconfig.empty()) return load_one(request.kubeconfig, request.context, files);
  if (const std::string list = variable("KUBECONFIG"); !list.empty()) {
    return load_list(list, request.context, files);
  }
  const std::string host = variable("KUBERNETES_SERVICE_HOST");
  const std::string port = variable("KUBERNETES_SERVICE_PORT");
  if (!host.empty() && !port.empty() && request.context.empty()) {
    return load_in_cluster(host, port, request.service_account_folder, files);
  }
  const std::string home = variable("HOME");
  const fs::path fallback = fs::path(home) / ".kube" / "config";
  if (!home.empty() && files.read(fallback)) return load_one(fallback, request.context, files);
  return fail(ErrorKind::Terminal, "NoClusterConfig",
              fmt::format("no cluster to talk to: --kubeconfig and $KUBECONFIG are not set, this is no pod "
                          "(KUBERNETES_SERVICE_HOST), and {} is not there",
                          fallback.string()));
}

}  // namespace athanor::kubernetes
