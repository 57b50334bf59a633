#include "cli/import/alembic_answer.hpp"

#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/import/imported_sql.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Words = std::vector<std::string>;

/// One direction of a script: its SQL, or why there is none.
using Made = tl::expected<ImportedSql, std::string>;

/// @param preamble what env.py runs before any revision
Made made_of(const json& direction, const Words& preamble, ports::Dialect dialect) {
  if (direction.contains("error")) {
    const auto line = direction.at("line").get<std::size_t>();
    const std::string reason = without_passwords(direction.at("error").get<std::string>());
    return tl::unexpected(line == 0 ? reason : fmt::format("line {}: {}", line, reason));
  }
  auto statements = direction.at("statements").get<Words>();
  if (!statements.empty()) statements.insert(statements.begin(), preamble.begin(), preamble.end());
  auto made = import_sql(join_statements(statements), dialect);
  // SQLite's transaction holds whatever Alembic's own does, which is none.
  if (made && dialect == ports::Dialect::PostgreSql && direction.at("autocommit").get<bool>())
    made->needs_no_transaction = true;
  return made;
}

/// As it is named to a person: relative where it is below the working directory.
fs::path shown(const fs::path& path) {
  const fs::path relative = path.lexically_relative(fs::current_path());
  return relative.empty() || *relative.begin() == ".." ? path : relative;
}

class Reader {
 public:
  Reader(const json& answer, ports::Dialect dialect) : answer_(answer), dialect_(dialect) {}

  ImportSet read() {
    ImportSet set;
    for (const json& script : answer_.at("revisions")) add(set, script);
    return set;
  }

 private:
  void add(ImportSet& set, const json& script) const {
    const fs::path path = shown(script.at("path").get<std::string>());
    const auto& preambles = answer_.at("preambles");
    auto upgrade = made_of(script.at("upgrade"), preambles.at("upgrade").get<Words>(), dialect_);
    if (!upgrade) {
      set.refused.push_back({path.string(), std::move(upgrade.error())});
      return;
    }
    auto downgrade = made_of(script.at("downgrade"), preambles.at("downgrade").get<Words>(), dialect_);
    ImportedRevision imported{head_of(script), path.parent_path(), {}};
    Revision& revision = imported.revision;
    revision.source = path.string();
    if (!downgrade)
      imported.notes.push_back(fmt::format("irreversible, its downgrade has no SQL: {}", downgrade.error()));
    if (upgrade->needs_no_transaction || (downgrade && downgrade->needs_no_transaction)) {
      revision.transaction = TransactionMode::Off;
      imported.notes.emplace_back("transaction: off, for it has what cannot run in one");
    }
    revision.upgrade.sql = std::move(upgrade->sql);
    if (downgrade) revision.downgrade.emplace().sql = std::move(downgrade->sql);
    set.revisions.push_back(std::move(imported));
  }

  static Revision head_of(const json& script) {
    Revision revision;
    revision.id = script.at("revision").get<std::string>();
    revision.down_revisions = script.at("down_revisions").get<Words>();
    revision.branch_labels = script.at("branch_labels").get<Words>();
    revision.depends_on = script.at("depends_on").get<Words>();
    revision.create_date = script.at("create_date").get<std::string>();
    revision.message = fold_white_space(script.at("message").get<std::string>());
    return revision;
  }

  const json& answer_;
  ports::Dialect dialect_;
};

}  // namespace

Result<ImportSet> read_alembic_answer(std::string_view answer) {
  const json read = json::parse(answer, nullptr, false);
  if (!read.is_object()) return fail(ErrorKind::Terminal, "AlembicFailed", "alembic's answer was cut short");
  if (read.contains("error")) {
    return fail(ErrorKind::Terminal, "AlembicFailed",
                fmt::format("Alembic cannot give the scripts as SQL: {}",
                            without_passwords(read.at("error").get<std::string>())));
  }
  const auto dialect = read.at("dialect").get<std::string>();
  if (dialect != "postgresql" && dialect != "sqlite") {
    return fail(
        ErrorKind::Terminal, "OtherDialect",
        fmt::format("the scripts make SQL for {}; Athanor keeps PostgreSQL and SQLite databases. Choose "
                    "another section with -n NAME.",
                    dialect));
  }
  return Reader(read, dialect == "sqlite" ? ports::Dialect::Sqlite : ports::Dialect::PostgreSql).read();
}

}  // namespace athanor::cli
