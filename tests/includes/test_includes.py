"""The tree keeps its walls, and a wrong include that somebody plants is found."""

import pathlib

import pytest

import include_rules

OPERATOR = pathlib.Path(__file__).resolve().parents[2] / "operator"

PLANTED = {
    "core knows no port": ("core/planner.cpp", '#include "ports/clock.hpp"'),
    "core knows no JSON": ("core/planner.cpp", "#include <nlohmann/json.hpp>"),
    "api knows no port": ("api/codec.cpp", '#include "ports/log.hpp"'),
    "ports know no engine": ("ports/database.hpp", '#include "engine/settings.hpp"'),
    "the engine knows no custom resource": ("engine/migrator.cpp", '#include "api/codec.hpp"'),
    "the runtime knows no migrations": ("runtime/manager.cpp", '#include "engine/migrator.hpp"'),
    "the controller knows no adapter": ("controller/observe.cpp", '#include "adapters/postgres/dsn.hpp"'),
    "an adapter knows no controller": ("adapters/sqlite/sqlite_database.cpp", '#include "controller/observe.hpp"'),
    "an adapter knows no other": ("adapters/sqlite/sqlite_database.cpp", '#include "adapters/postgres/dsn.hpp"'),
    "nothing knows the command line": ("controller/observe.cpp", '#include "cli/config.hpp"'),
    "cpprestsdk outside its transport": ("adapters/kubernetes/rest_client.cpp", "#include <cpprest/http_client.h>"),
    "libpqxx outside the PostgreSQL adapter": ("engine/ledger.cpp", "#include <pqxx/pqxx>"),
    "SQLite outside its adapter": ("cli/upgrade.cpp", "#include <sqlite3.h>"),
    "prometheus-cpp outside its adapter": ("controller/status_writer.cpp", "#include <prometheus/registry.h>"),
    "yaml-cpp outside its rooms": ("adapters/kubernetes/rest_client.cpp", "#include <yaml-cpp/yaml.h>"),
    "libpg_query outside sql_tokens": ("core/sql_script.cpp", "#include <pg_query.h>"),
    "PostgreSQL's parser outside its door": ("schema/lint.cpp", "#include <pg_query/pg_query.pb-c.h>"),
    "the schema room knows no port": ("schema/lint.cpp", '#include "ports/database.hpp"'),
    "a library without a home": ("engine/ledger.cpp", "#include <absl/strings/str_cat.h>"),
    "a relative include": ("engine/ledger.cpp", '#include "../core/result.hpp"'),
    "a bare include of a neighbour": ("engine/ledger.cpp", '#include "migrator.hpp"'),
    "our own header in angle brackets": ("engine/ledger.cpp", "#include <core/result.hpp>"),
    "a room that nobody named": ("helpers/util.cpp", "#include <vector>"),
    "with blanks in odd places": ("core/planner.cpp", '  #  include  "engine/settings.hpp"  // why'),
}

ALLOWED = {
    "the standard library": ("core/planner.cpp", "#include <vector>"),
    "POSIX": ("adapters/manifests/reader.cpp", "#include <sys/inotify.h>"),
    "one's own room": ("engine/ledger.cpp", '#include "engine/settings.hpp"'),
    "a room below": ("controller/observe.cpp", '#include "engine/migrator.hpp"'),
    "an adapter's own folder": ("adapters/postgres/dsn.cpp", '#include "adapters/postgres/dsn.hpp"'),
    "cpprestsdk in its transport": ("adapters/kubernetes/cpprest_transport.cpp", "#include <cpprest/http_client.h>"),
    "tl::expected everywhere": ("core/result.hpp", "#include <tl/expected.hpp>"),
    "the command line wires everything": ("cli/operator.cpp", '#include "adapters/postgres/postgres_database.hpp"'),
}


def test_the_tree_keeps_its_walls():
    read, wrong = include_rules.check_tree(OPERATOR)
    assert read > 20, f"only {read} files under {OPERATOR}: is this the tree?"
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("path,line", PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_wrong_include_is_found(tmp_path, path, line):
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(f"// a file\n#include <string>\n{line}\n")
    read, wrong = include_rules.check_tree(tmp_path)
    assert read == 1 and len(wrong) >= 1, f"{line} in {path} went unnoticed"
    assert any(w.startswith(f"{path}:3:") for w in wrong), wrong


@pytest.mark.parametrize("path,line", ALLOWED.values(), ids=ALLOWED.keys())
def test_an_include_that_is_allowed_passes(path, line):
    assert include_rules.check_text(path, line) == []
