"""URLs that cannot be: what is wrong is named, the password is not, and nothing is made."""

import json

import pytest

SECRET = "s3cr3t"

# What is wrong, the URL, the words that name it.
MALFORMED = [
    ("a port of letters", "postgresql://u:s3cr3t@127.0.0.1:abc/db", "port"),
    ("a port that is too large", "postgresql://u:s3cr3t@127.0.0.1:65536/db", "1 to 65535"),
    ("port zero", "postgresql://u:s3cr3t@127.0.0.1:0/db", "1 to 65535"),
    ("a bad port of a second host", "postgresql://u:s3cr3t@127.0.0.1:1,127.0.0.1:x/db", "port"),
    ("ports in two places", "postgresql://u:s3cr3t@/db?host=a:1&port=2", "both within `host`"),
    ("more ports than hosts", "postgresql://u:s3cr3t@/db?host=a,b&port=1,2,3", "different number"),
    ("a space in the host", "postgresql://u:s3cr3t@data base/db", "character that no host name has"),
    ("an unknown scheme", "mysql://u:s3cr3t@127.0.0.1/db", "sqlite:///"),
    ("a scheme in capitals", "POSTGRESQL://u:s3cr3t@127.0.0.1/db", "postgresql://"),
    ("a space before", " postgresql://u:s3cr3t@127.0.0.1:1/db", "scheme"),
    ("no scheme", "u:s3cr3t@127.0.0.1/db", "postgresql://user@host/database"),
    ("one slash", "postgresql:/u:s3cr3t@127.0.0.1/db", "postgresql://user@host/database"),
    ("a word", "s3cr3t", "postgresql://user@host/database"),
    ("an open bracket", "postgresql://u:s3cr3t@[::1/db", "without `]`"),
    ("a word behind the bracket", "postgresql://u:s3cr3t@[::1]x:5/db", "other than a port after `]`"),
    ("a % alone", "postgresql://u:s3cr3t%@127.0.0.1/db", "%25"),
    ("a % before letters", "postgresql://u:s3cr3t%zz@127.0.0.1/db", "%25"),
    ("a zero byte", "postgresql://u:s3cr3t%00@127.0.0.1/db", "%00"),
    ("a % alone in the database's name", "postgresql://u:s3cr3t@127.0.0.1/100%", "%25"),
    ("an @ in the password", "postgresql://u:s3cr3t@x@127.0.0.1/db", "%40"),
    ("a / in the password", "postgresql://u:x/s3cr3t@127.0.0.1/db", "%2F"),
    ("a ? in the password", "postgresql://u:x?s3cr3t@127.0.0.1/db", "%3F"),
    ("a ? and a = in the password", "postgresql://u:x?s3cr3t=y@127.0.0.1/db", "not one that Athanor accepts"),
    ("an unknown parameter", "postgresql://u:s3cr3t@127.0.0.1/db?sslmod=require", "sslmode"),
    ("a parameter without a value", "postgresql://u:s3cr3t@127.0.0.1/db?sslmode", "without `=`"),
    ("a parameter twice", "postgresql://u:s3cr3t@127.0.0.1/db?sslmode=require&sslmode=disable", "`sslmode` twice"),
    ("an unknown sslmode", "postgresql://u:s3cr3t@127.0.0.1/db?sslmode=on", "verify-full"),
    ("a time that is no number", "postgresql://u:s3cr3t@127.0.0.1/db?connect_timeout=soon", "must be a number"),
    ("a server that may not be written to", "postgresql://u:s3cr3t@127.0.0.1/db?target_session_attrs=read-only",
     "migrations write"),
    ("a URL as the database's name", "postgresql://u:s3cr3t@127.0.0.1/a%3Db", "name is itself"),
    ("a keyword without a value", "host=127.0.0.1 password=s3cr3t dbname", "single quotes"),
    ("a quote that is never closed", "host=127.0.0.1 password='s3cr3t dbname=x", "never closed"),
    ("a file on a host", "sqlite://s3cr3t/shop.db", "three slashes"),
    ("a file without slashes", "sqlite:shop.db", "sqlite:///relative/path.db"),
    ("a file in no folder", "sqlite:///nowhere/shop.db", "nowhere"),
    ("a folder for a file", "sqlite:///alembic", "The database file alembic: unable to open database file"),
    ("SQLite's own kind of URL", "sqlite:///file:shop.db?mode=rwc", "file: URIs"),
]


@pytest.fixture
def project(workspace):
    workspace.made("init", "alembic")
    workspace.write("alembic/versions/a1.sql", "-- revision: a1\n-- message: first\n\n-- athanor:upgrade\nSELECT 1;\n")
    return workspace


@pytest.mark.parametrize("url, said", [case[1:] for case in MALFORMED], ids=[case[0] for case in MALFORMED])
def test_nothing_is_made_and_no_password_told_of(project, url, said):
    told = project.refused("upgrade", "head", "--url", url)
    assert said in told, told
    assert SECRET not in told
    # The same from the environment, by a command that only looks, for a script.
    told = project.refused("current", "--json", env={"DATABASE_URL": url})
    assert said in json.loads(told)["error"]["message"]
    assert SECRET not in told


# Lines of an ini file, and what is said of them.
IN_THE_FILE = [
    ("a percent sign that stands alone", "postgresql://u:s3cr3t%40@127.0.0.1/db", "%%"),
    ("a key that is not there", "postgresql://u:s3cr3t%(nope)s@127.0.0.1/db", "%(nope)s"),
    ("a variable that is not set", "postgresql://u:s3cr3t${NOPE}@127.0.0.1/db", "${NOPE}"),
    ("a key that refers to itself", "postgresql://u:s3cr3t%(sqlalchemy.url)s@127.0.0.1/db", "refers to itself"),
    ("nothing", "", "names no database"),
    ("a variable that is set to nothing", "${EMPTY}", "sqlalchemy.url of [alembic] is ${EMPTY}, which comes out empty"),
    ("another tool's scheme", "mysql://u:s3cr3t@127.0.0.1/db", "sqlalchemy.url of [alembic]: "),
]


@pytest.mark.parametrize("value, said", [case[1:] for case in IN_THE_FILE], ids=[case[0] for case in IN_THE_FILE])
def test_a_value_of_the_file_is_refused_by_its_line(project, value, said):
    ini = project.folder / "alembic.ini"
    ini.write_text(ini.read_text().replace("${DATABASE_URL}", value))
    for command in (["upgrade", "head"], ["current"], ["stamp", "head"], ["ensure-version"], ["plan"]):
        told = project.refused(*command, env={"EMPTY": ""})
        assert said in told and "alembic.ini" in told, told
        assert SECRET not in told
