// Reconciler: what a connection is made from, and what its change means.
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/controller/revisions.hpp"
#include "unit/controller/world.hpp"

namespace athanor::controller {
namespace {

using ::testing::HasSubstr;

constexpr ports::Millis kInterval{5 * 60 * 1000};

class Connecting : public testing::Test {
 protected:
  void SetUp() override {
    ports::StringMap data = chain(2);
    data["r2.sql"] = revision_text("r2", "r1", "INSERT INTO nowhere VALUES (1);");
    world_.config_maps.put(config_map({"shop", "revisions"}, data));
    world_.add(kStaging);
  }
  void put_secret(const std::string& file) {
    ports::Secret login;
    login.meta.key = {"shop", "login"};
    login.data["uri"] = "sqlite:///" + file;
    world_.client.put(login);
  }
  void connect_by_secret() {
    put_secret(world_.database_file(kStaging).string());
    world_.change(kStaging, [](nlohmann::json& spec) {
      spec["database"] =
          nlohmann::json::parse(R"({"urlFrom": {"secretKeyRef": {"name": "login", "key": "uri"}}})");
    });
  }
  void check() {
    world_.clock.advance(kInterval);
    world_.reconcile(kStaging);
  }

  World world_;
};

TEST_F(Connecting, by_a_secret_that_names_another_database_runs_there_what_failed_here) {
  connect_by_secret();
  check();
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True SqlError");
  EXPECT_THAT(world_.message(kStaging, "Stalled"), HasSubstr("Secret"));
  const std::string right = world_.database_file(kStaging).string() + ".right";
  std::filesystem::copy_file(world_.database_file(kStaging), right);
  world_.ask(kStaging, "CREATE TABLE nowhere (id integer)");
  std::filesystem::rename(world_.database_file(kStaging), world_.database_file(kProduction));
  std::filesystem::rename(right, world_.database_file(kStaging));
  put_secret(world_.database_file(kProduction).string());
  check();
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
}

TEST_F(Connecting, by_a_secret_that_stays_as_it_is_runs_nothing_again) {
  connect_by_secret();
  check();
  const auto executed = world_.gate.executed.size();
  check();
  world_.restart();
  check();
  EXPECT_EQ(world_.gate.executed.size(), executed);
  EXPECT_EQ(world_.status_writes(), 1U);
}

TEST_F(Connecting, with_a_config_map_costs_a_request_when_that_has_changed) {
  const auto put_authority = [this](const std::string& pem) {
    ports::ConfigMap authority;
    authority.meta.key = {"shop", "ca"};
    authority.data["ca.crt"] = pem;
    world_.config_maps.put(authority);
  };
  world_.config_maps.put(config_map({"shop", "revisions"}, chain(2)));
  put_authority("-----BEGIN CERTIFICATE-----one");
  world_.change(kStaging, [](nlohmann::json& spec) {
    spec["database"]["tls"] = nlohmann::json::parse(
        R"({"rootCert": {"valueFrom": {"configMapKeyRef": {"name": "ca", "key": "ca.crt"}}}})");
  });
  check();
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  const int requests = world_.client.calls("config_map");
  check();
  check();
  EXPECT_EQ(world_.client.calls("config_map"), requests);
  put_authority("-----BEGIN CERTIFICATE-----another");
  check();
  EXPECT_EQ(world_.client.calls("config_map"), requests + 1);
  EXPECT_EQ(world_.gate.specs.back().root_cert_pem, "-----BEGIN CERTIFICATE-----another");
}

}  // namespace
}  // namespace athanor::controller
