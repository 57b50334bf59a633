// A migrator on a scripted database.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/migrator.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/fake_randomness.hpp"
#include "fakes/scripted_database.hpp"
#include "support/revisions.hpp"
#include "unit/engine/ledger_rows.hpp"

namespace athanor::engine {

/// A database with both tables, at `rows`, and one revision to run: r1 → r2.
class Running : public ::testing::Test {
 protected:
  Running() {
    settings.self = Owner{"staging", "shop", "", ""};
    settings.lock_patience = std::chrono::milliseconds(10'000);
    script->on_begin = [this](const auto& options,
                              std::string_view sql) -> Result<std::optional<ports::Rows>> {
      if (sql.starts_with("WITH names")) return ports::Rows{survey()};
      if (!options.lock_key.empty() && locked_for > 0) {
        --locked_for;
        return std::nullopt;
      }
      return ports::Rows{view()};
    };
    script->on_query = [this](std::string_view sql) -> Result<ports::Rows> {
      ports::Row row = view();
      if (sql.find("|| '\t' ||") != std::string_view::npos) row.emplace_back();  // the acts: none
      return ports::Rows{row};
    };
    script->on_conclude = [this](std::string_view) -> Result<ports::Rows> {
      return ports::Rows{{"2026-11-22T20:14:00.000Z", seen, "2", std::nullopt, touched}};
    };
  }

  static ports::Row survey() {
    return {"public",
            "t",
            "t",
            "t",
            "t",
            "t",
            "t",
            "32",
            "t",
            "t",
            "t",
            "t",
            "public.alembic_version",
            "t",
            "t",
            "t",
            "athanor_ledger",
            "f",
            std::nullopt,
            std::nullopt,
            "tester",
            "test"};
  }
  [[nodiscard]] ports::Row view() const {
    return {rows, entry_cell({"1", "1", "upgrade", last_revision, "done", "", "", "", "", owner, "shop", "",
                              "", "2026-11-22T20:14:01.000Z", "0"})};
  }
  static Error error(ErrorKind kind, std::string reason, std::string sqlstate = {}) {
    return Error{kind, std::move(reason), "it failed", {"", "", 0, std::move(sqlstate)}};
  }

  Outcome run(std::stop_token stop = {}, std::stop_token cancel = {}) {
    Migrator migrator(
        [this](const std::stop_token&) -> Result<std::unique_ptr<ports::Database>> {
          if (refuse) return fail(*refuse);
          return std::make_unique<fakes::ScriptedDatabase>(script);
        },
        settings, clock, randomness);
    const auto state = migrator.read_state();
    if (state) script->calls.clear();
    return migrator.run(graph, upgrade_plan(), progress, std::move(stop), std::move(cancel));
  }
  [[nodiscard]] Plan upgrade_plan() const { return testing::upgrade_plan(graph, {"r1"}); }

  struct Told : Progress {
    int waits = 0;
    LockHolder holder;
    std::vector<std::string> order;
    void waiting_for_lock(const LockHolder& who) override {
      ++waits;
      holder = who;
      order.emplace_back("waiting");
    }
    void lock_granted() override { order.emplace_back("granted"); }
    void trying_again(const Error& error, std::chrono::milliseconds wait) override {
      order.push_back(error.reason + " " + std::to_string(wait.count()));
    }
  };

  std::shared_ptr<fakes::Script> script = std::make_shared<fakes::Script>();
  fakes::FakeClock clock;
  fakes::FakeRandomness randomness;
  Settings settings;
  Told progress;
  std::string rows = "r1", seen = "r1", touched = "{1}", owner = "staging", last_revision = "r1";
  int locked_for = 0;
  std::optional<Error> refuse;
  RevisionGraph graph = testing::graph_of(
      {testing::revision("r1", "", ""), testing::revision("r2", "r1", "SELECT 1; SELECT 2;")});
};

}  // namespace athanor::engine
