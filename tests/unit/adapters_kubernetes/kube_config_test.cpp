#include "adapters/kubernetes/kube_config.hpp"

#include <map>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/adapters_kubernetes/memory_files.hpp"

namespace athanor::kubernetes {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using Environment = std::map<std::string, std::string>;

EnvironmentLookup lookup(Environment values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

constexpr const char* kConfig = R"(
apiVersion: v1
kind: Config
current-context: staging
clusters:
- name: one
  cluster: {server: 'https://one.example:6443', certificate-authority: pki/ca.crt, tls-server-name: api}
- name: two
  cluster: {server: 'https://two.example', certificate-authority-data: Y2EgcGVt}
users:
- name: certified
  user: {client-certificate-data: Y2VydA==, client-key: /keys/client.key}
- name: token
  user: {token: fixed, tokenFile: tokens/t}
contexts:
- name: staging
  context: {cluster: one, user: certified, namespace: shop}
- name: production
  context: {cluster: two, user: token}
- name: anonymous
  context: {cluster: two}
)";

class KubeConfigTest : public ::testing::Test {
 protected:
  Result<ClusterConfig> load(const std::string& text, const std::string& context = "") {
    files_.put("/home/me/config", text);
    ClusterConfigRequest request;
    request.kubeconfig = "/home/me/config";
    request.context = context;
    request.environment = lookup({});
    return load_cluster_config(request, files_);
  }

  Result<ClusterConfig> load_from(Environment environment, const std::string& context = "") {
    ClusterConfigRequest request;
    request.context = context;
    request.environment = lookup(std::move(environment));
    request.service_account_folder = "/sa";
    return load_cluster_config(request, files_);
  }

  MemoryFiles files_;
};

TEST_F(KubeConfigTest, the_current_context_gives_cluster_user_and_namespace) {
  const auto config = load(kConfig);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->server, "https://one.example:6443");
  EXPECT_EQ(config->tls.certificate_authority.file, "/home/me/pki/ca.crt") << "relative to the kubeconfig";
  EXPECT_EQ(config->tls.server_name, "api");
  EXPECT_EQ(config->tls.client_certificate.pem, "cert");
  EXPECT_EQ(config->tls.client_key.file, "/keys/client.key");
  EXPECT_FALSE(config->tls.insecure_skip_verify);
  EXPECT_EQ(config->ns, "shop");
  EXPECT_EQ(config->origin, R"(context "staging" of /home/me/config)");
}

TEST_F(KubeConfigTest, a_named_context_goes_before_the_current_one) {
  const auto config = load(kConfig, "production");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->server, "https://two.example");
  EXPECT_EQ(config->tls.certificate_authority.pem, "ca pem");
  EXPECT_EQ(config->token, (TokenSettings{"fixed", "/home/me/tokens/t"}));
  EXPECT_EQ(config->ns, "default");
}

TEST_F(KubeConfigTest, a_context_without_a_user_goes_without_credentials) {
  const auto config = load(kConfig, "anonymous");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->token, TokenSettings{});
  EXPECT_TRUE(config->tls.client_certificate.empty());
}

TEST_F(KubeConfigTest, json_is_a_kubeconfig_too) {
  const auto config = load(
      R"({"current-context":"c","contexts":[{"name":"c","context":{"cluster":"k"}}],"clusters":[{"name":"k","cluster":{"server":"http://h"}}]})");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->server, "http://h");
}

TEST_F(KubeConfigTest, verification_is_off_only_where_it_says_so) {
  const auto config = load(R"(
current-context: c
contexts: [{name: c, context: {cluster: k}}]
clusters: [{name: k, cluster: {server: 'https://h', insecure-skip-tls-verify: true}}]
)");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_TRUE(config->tls.insecure_skip_verify);
}

TEST_F(KubeConfigTest, a_missing_kubeconfig_is_named) {
  ClusterConfigRequest request;
  request.kubeconfig = "/nowhere/config";
  request.environment = lookup({{"KUBERNETES_SERVICE_HOST", "10.0.0.1"}, {"KUBERNETES_SERVICE_PORT", "443"}});
  const auto config = load_cluster_config(request, files_);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().reason, "FileMissing");
  EXPECT_THAT(config.error().message, HasSubstr("/nowhere/config"));
}

/// A kubeconfig of one context `c`, cluster `k` and user `u`.
std::string config_of(const std::string& cluster, const std::string& user) {
  return "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\nclusters: [{name: k, "
         "cluster: {" +
         cluster + "}}]\nusers: [{name: u, user: {" + user + "}}]\n";
}

struct Bad {
  const char* name;
  std::string text;
  std::string where;  ///< what the message has to name
  std::string why;
};

class BadKubeConfig : public KubeConfigTest, public ::testing::WithParamInterface<Bad> {};

TEST_P(BadKubeConfig, is_refused_by_file_entry_and_field) {
  const auto config = load(GetParam().text);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(config.error().reason, "InvalidKubeConfig");
  EXPECT_THAT(config.error().message,
              AllOf(HasSubstr("/home/me/config"), HasSubstr(GetParam().where), HasSubstr(GetParam().why)));
  EXPECT_THAT(config.error().message, Not(HasSubstr("hunter2")));
}

const std::string kServer = "server: 'https://h'";

INSTANTIATE_TEST_SUITE_P(
    KubeConfig, BadKubeConfig,
    ::testing::Values(
        Bad{"exec", config_of(kServer, "exec: {command: aws}"), "user \"u\": exec", "not run"},
        Bad{"auth_provider", config_of(kServer, "auth-provider: {name: oidc}"), "user \"u\": auth-provider",
            "not supported"},
        Bad{"password", config_of(kServer, "username: me, password: hunter2"), "user \"u\": username",
            "passwords are not supported"},
        Bad{"password_alone", config_of(kServer, "password: hunter2"), "user \"u\": password",
            "passwords are not supported"},
        Bad{"impersonation", config_of(kServer, "as: admin"), "user \"u\": as", "impersonation"},
        Bad{"a_certificate_without_a_key", config_of(kServer, "client-certificate: c"),
            "user \"u\": client-key", "missing"},
        Bad{"a_key_without_a_certificate", config_of(kServer, "client-key-data: aHVudGVyMg=="),
            "user \"u\": client-certificate", "missing"},
        Bad{"a_token_that_is_a_mapping", config_of(kServer, "token: {a: hunter2}"), "user \"u\": token",
            "expected text"},
        Bad{"certificate_data_that_is_no_base64", config_of(kServer, "client-certificate-data: 'hunter2!'"),
            "user \"u\": client-certificate-data", "not base64"},
        Bad{"no_server", config_of("", ""), "cluster \"k\": server", "missing"},
        Bad{"a_server_that_is_no_url", config_of("server: h", ""), "cluster \"k\": server",
            "https://HOST:PORT"},
        Bad{"a_flag_that_is_none", config_of(kServer + ", insecure-skip-tls-verify: perhaps", ""),
            "cluster \"k\": insecure-skip-tls-verify", "true or false"},
        Bad{"insecure_and_a_ca",
            config_of(kServer + ", insecure-skip-tls-verify: true, certificate-authority: c", ""),
            "cluster \"k\": insecure-skip-tls-verify", "excludes"},
        Bad{"a_proxy", config_of(kServer + ", proxy-url: 'http://p'", ""), "cluster \"k\": proxy-url",
            "not supported"},
        Bad{"no_current_context", "contexts: []", "current-context", "--context"},
        Bad{"a_context_that_is_missing", "current-context: c", "context \"c\"", "there is no"},
        Bad{"a_cluster_that_is_missing", "current-context: c\ncontexts: [{name: c, context: {cluster: k}}]",
            "context \"c\": cluster", "there is no cluster \"k\""},
        Bad{"a_user_that_is_missing",
            "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n"
            "clusters: [{name: k, cluster: {server: 'https://h'}}]",
            "context \"c\": user", "there is no user \"u\""},
        Bad{"contexts_that_are_no_list", "current-context: c\ncontexts: {c: {}}", "contexts",
            "expected a list"},
        Bad{"a_context_that_is_no_mapping", "current-context: c\ncontexts: [{name: c, context: hunter2}]",
            "context \"c\"", "expected a mapping"},
        Bad{"no_mapping", "[1, 2]", "", "expected a kubeconfig"},
        Bad{"no_yaml", "token: hunter2\n\t: [", "line 2", "not YAML"}),
    [](const auto& row) { return row.param.name; });

TEST_F(KubeConfigTest, of_several_files_the_first_that_has_an_entry_counts) {
  files_.put("/a/config",
             "contexts: [{name: c, context: {cluster: k, user: u}}]\n"
             "clusters: [{name: k, cluster: {server: 'https://first', certificate-authority: ca}}]");
  files_.put("/b/config",
             "current-context: c\n"
             "clusters: [{name: k, cluster: {server: 'https://second'}}]\n"
             "users: [{name: u, user: {tokenFile: t}}]");
  const auto config = load_from({{"KUBECONFIG", "/missing:/a/config::/b/config"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->server, "https://first");
  EXPECT_EQ(config->tls.certificate_authority.file, "/a/ca");
  EXPECT_EQ(config->token.file, "/b/t");
}

TEST_F(KubeConfigTest, of_several_files_one_that_may_not_be_read_is_an_error_that_names_it) {
  files_.forbid("/secret/config");
  files_.put("/b/config", kConfig);
  for (const char* list : {"/secret/config:/b/config", "/b/config:/secret/config"}) {
    const auto config = load_from({{"KUBECONFIG", list}});
    ASSERT_FALSE(config) << list;
    EXPECT_EQ(config.error().reason, "FileUnreadable");
    EXPECT_THAT(config.error().message, HasSubstr("/secret/config"));
  }
}

TEST_F(KubeConfigTest, a_list_of_files_that_are_all_missing_is_an_error_and_not_the_pods_account) {
  const auto config = load_from({{"KUBECONFIG", "/missing:/gone"},
                                 {"KUBERNETES_SERVICE_HOST", "10.0.0.1"},
                                 {"KUBERNETES_SERVICE_PORT", "443"}});
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, HasSubstr("/missing"));
}

TEST_F(KubeConfigTest, in_a_pod_the_service_account_counts) {
  files_ = MemoryFiles({{"/sa/token", "t"},
                        {"/sa/ca.crt", "pem"},
                        {"/sa/namespace", "athanor-system\n"},
                        {"/home/me/.kube/config", kConfig}});
  const auto config = load_from(
      {{"KUBERNETES_SERVICE_HOST", "10.0.0.1"}, {"KUBERNETES_SERVICE_PORT", "443"}, {"HOME", "/home/me"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->server, "https://10.0.0.1:443");
  EXPECT_EQ(config->token, (TokenSettings{"", "/sa/token"}));
  EXPECT_EQ(config->tls.certificate_authority.file, "/sa/ca.crt");
  EXPECT_EQ(config->ns, "athanor-system");
}

TEST_F(KubeConfigTest, in_a_pod_of_an_ipv6_cluster_the_address_gets_brackets) {
  files_.put("/sa/token", "t");
  files_.put("/sa/ca.crt", "pem");
  const auto config =
      load_from({{"KUBERNETES_SERVICE_HOST", "fd00::1"}, {"KUBERNETES_SERVICE_PORT", "6443"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->server, "https://[fd00::1]:6443");
  EXPECT_EQ(config->ns, "default");
}

TEST_F(KubeConfigTest, a_pod_without_its_account_names_the_missing_file) {
  files_.put("/sa/token", "t");
  const auto config =
      load_from({{"KUBERNETES_SERVICE_HOST", "10.0.0.1"}, {"KUBERNETES_SERVICE_PORT", "443"}});
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, HasSubstr("/sa/ca.crt"));
}

TEST_F(KubeConfigTest, a_context_that_is_asked_for_goes_before_the_pods_account) {
  files_ = MemoryFiles({{"/sa/token", "t"}, {"/sa/ca.crt", "pem"}, {"/home/me/.kube/config", kConfig}});
  const auto config = load_from(
      {{"KUBERNETES_SERVICE_HOST", "10.0.0.1"}, {"KUBERNETES_SERVICE_PORT", "443"}, {"HOME", "/home/me"}},
      "production");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->server, "https://two.example");
}

TEST_F(KubeConfigTest, nothing_at_all_says_what_was_looked_for) {
  const auto config = load_from({{"HOME", "/home/me"}});
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(config.error().reason, "NoClusterConfig");
  EXPECT_THAT(config.error().message, HasSubstr("/home/me/.kube/config"));
}

}  // namespace
}  // namespace athanor::kubernetes
