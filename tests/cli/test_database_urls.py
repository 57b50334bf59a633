"""Every form of a database URL that an ini file may hold, on a real server: both tools come to the same database."""

import urllib.parse

import pytest

from harness.certificates import Authority
from harness.postgres import Postgres, server_folder
from harness.processes import free_port

# All that has a meaning in a URL, in an ini file or in libpq's own strings. SQLAlchemy takes a database's name as it is
# written, and libpq without its escapes: this one is the same to both.
DATABASE = "Shöp db"
ROLE = "rôle @1"
PASSWORD = "@:/%?# &=+;'\"\\${X}ßé"


def quoted(text):
    return urllib.parse.quote(text, safe="")


class Server:
    """It speaks TLS, listens on a socket too, and has one database at revision a1."""

    def __init__(self, certificates):
        self.authority = Authority(certificates)
        certificate, key = self.authority.serve("server", "IP:127.0.0.1")
        folder = server_folder("urls")
        self.postgres = Postgres(folder=folder, files={"server.crt": certificate, "server.key": key},
                                 settings={"ssl": "on", "ssl_cert_file": "../server.crt",
                                           "ssl_key_file": "../server.key", "unix_socket_directories": folder})
        self.postgres.create_database(DATABASE, password=PASSWORD)
        self.postgres.sql("postgres", f'ALTER ROLE "{DATABASE}" RENAME TO "{ROLE}"')
        self.words = {"user": quoted(ROLE), "password": quoted(PASSWORD), "port": self.postgres.port,
                      "dead": free_port(), "dir": folder, "quoted_dir": quoted(str(folder)), "db": DATABASE,
                      "ca": self.authority.folder / "ca.crt"}

    def url(self, form):
        return form.format(**self.words)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = Server(tmp_path_factory.mktemp("certificates"))
    yield made
    made.postgres.close()


@pytest.fixture
def project(workspace, server):
    workspace.made("init", "alembic")
    workspace.write("alembic/versions/a1.sql", "-- revision: a1\n-- message: first\n\n-- athanor:upgrade\n"
                                               "SELECT 1;\n")
    workspace.environment["DATABASE_URL"] = server.url(
        "postgresql://{user}:{password}@127.0.0.1:{port}/{db}")
    workspace.made("upgrade", "head")
    del workspace.environment["DATABASE_URL"]
    return workspace


def configured(project, lines):
    """Its ini file with these in the place of the URL."""
    ini = project.folder / "alembic.ini"
    ini.write_text(ini.read_text().replace("sqlalchemy.url = ${DATABASE_URL}", lines))


def in_ini(url):
    return "sqlalchemy.url = " + url.replace("%", "%%")


BOTH = [
    ("a host and a port", "postgresql://{user}:{password}@127.0.0.1:{port}/{db}"),
    ("the driver named", "postgresql+psycopg2://{user}:{password}@127.0.0.1:{port}/{db}"),
    ("parameters alone", "postgresql://?host=127.0.0.1&port={port}&user={user}&password={password}&dbname={db}"),
    ("a password among the parameters", "postgresql://{user}@127.0.0.1:{port}/{db}?password={password}"),
    ("a database among the parameters", "postgresql://{user}:{password}@127.0.0.1:{port}?dbname={db}"),
    ("a socket", "postgresql://{user}:{password}@/{db}?host={dir}&port={port}"),
    ("a socket whose folder is encoded", "postgresql://{user}:{password}@/{db}?host={quoted_dir}&port={port}"),
    ("a socket with the port behind", "postgresql://{user}:{password}@:{port}/{db}?host={dir}"),
    ("TLS asked for", "postgresql://{user}:{password}@127.0.0.1:{port}/{db}?sslmode=require"),
    ("TLS and its authority",
     "postgresql://{user}:{password}@127.0.0.1:{port}/{db}?sslmode=verify-full&sslrootcert={ca}"),
    ("TLS switched off", "postgresql://{user}:{password}@127.0.0.1:{port}/{db}?sslmode=disable"),
    ("several hosts, the first dead",
     "postgresql://{user}:{password}@/{db}?host=127.0.0.1:{dead}&host=127.0.0.1:{port}"),
    ("a list of hosts and one of ports",
     "postgresql://{user}:{password}@/{db}?host=127.0.0.1,127.0.0.1&port={dead},{port}"),
    ("a dead host and a socket", "postgresql://{user}:{password}@/{db}?host=127.0.0.1,{dir}&port={dead},{port}"),
    ("settings of the connection",
     "postgresql://{user}:{password}@127.0.0.1:{port}/{db}?connect_timeout=9&application_name=deploy%20job"
     "&options=-c%20jit%3Doff"),
]


@pytest.mark.parametrize("form", [form for _, form in BOTH], ids=[name for name, _ in BOTH])
def test_both_tools_come_to_the_same_database_by(project, server, form):
    configured(project, in_ini(server.url(form)))
    theirs = project.alembic("current")
    assert (theirs.returncode, theirs.stdout) == (0, "a1 (head)\n"), theirs.stderr
    assert project.made("current") == "a1 (head)\n"


ATHANOR_ALONE = [
    ("another driver, which Alembic would need", "postgresql+asyncpg://{user}:{password}@127.0.0.1:{port}/{db}"),
    ("the scheme that SQLAlchemy gave up", "postgres://{user}:{password}@127.0.0.1:{port}/{db}"),
    ("libpq's list of hosts", "postgresql://{user}:{password}@127.0.0.1:{dead},127.0.0.1:{port}/{db}"),
    ("an address in brackets first", "postgresql://{user}:{password}@[::1]:{dead},127.0.0.1:{port}/{db}"),
    ("libpq's encoded socket", "postgresql://{user}:{password}@{quoted_dir}:{port}/{db}"),
]


@pytest.mark.parametrize("form", [form for _, form in ATHANOR_ALONE], ids=[name for name, _ in ATHANOR_ALONE])
def test_what_alembic_does_not_read_is_read_as_libpq_does(project, server, form):
    configured(project, in_ini(server.url(form)))
    assert project.alembic("current").returncode != 0
    assert project.made("current") == "a1 (head)\n"


# The lines of the ini file, and the variables.
INI = [
    ("the whole from the environment", ["sqlalchemy.url = ${{WHOLE}}"],
     {"WHOLE": "postgresql://{user}:{password}@127.0.0.1:{port}/{db}"}),
    ("the password from the environment", ["sqlalchemy.url = postgresql://{user}:${{SECRET}}@127.0.0.1:{port}/{db}"],
     {"SECRET": "{password}"}),
    ("other keys of the section", ["sqlalchemy.url = postgresql://%(db_user)s:${{SECRET}}@%(where)s/{db}",
                                   "db_user = {user}", "where = 127.0.0.1:%(db_port)s", "db_port = {port}"],
     {"SECRET": "{password}"}),
    ("variables within other keys", ["sqlalchemy.url = postgresql://{user}:%(secret)s@127.0.0.1:{port}/{db}",
                                     "secret = ${{SECRET}}"], {"SECRET": "{password}"}),
    ("the folder of the file", ["sqlalchemy.url = postgresql://{user}:{password}@127.0.0.1:{port}/{db}"
                                "?sslmode=verify-ca&sslrootcert=%(here)s/trusted/ca.crt"], {}),
]


@pytest.mark.parametrize("lines, variables", [case[1:] for case in INI], ids=[case[0] for case in INI])
def test_both_tools_make_the_same_url_of(project, server, lines, variables):
    project.write("trusted/ca.crt", server.authority.pem)
    escaped = {key: str(value).replace("%", "%%") for key, value in server.words.items()}
    configured(project, "\n".join(line.format(**escaped) for line in lines))
    env = {name: server.url(value) for name, value in variables.items()}
    theirs = project.alembic("current", env=env)
    assert (theirs.returncode, theirs.stdout) == (0, "a1 (head)\n"), theirs.stderr
    assert project.made("current", env=env) == "a1 (head)\n"


def test_a_server_without_tls_says_so_where_it_is_asked_for(project, postgres):
    plain = postgres.create_database("without_tls")
    for mode in ("require", "verify-full"):
        said = project.refused("upgrade", "head", "--url", plain.url(query=f"?sslmode={mode}"))
        assert "TLS" in said and "127.0.0.1" in said and plain.password not in said, said
    assert plain.versions() is None


# What is wrong, and the words that name it.
REFUSED = [
    ("a wrong password", "postgresql://{user}:s3cret@127.0.0.1:{port}/{db}", [ROLE, "password"]),
    ("a role that is not there", "postgresql://nobody:s3cret@127.0.0.1:{port}/{db}", ["nobody"]),
    ("a database that is not there", "postgresql://{user}:{password}@127.0.0.1:{port}/nowhere",
     ["nowhere", "does not exist"]),
    ("no database, and none named as the role", "postgresql://postgres2:s3cret@127.0.0.1:{port}/", ["postgres2"]),
    ("a certificate that nobody vouches for", "postgresql://{user}:{password}@127.0.0.1:{port}/{db}?sslmode=verify-full"
     "&sslrootcert={dir}/server.crt", ["certificate"]),
    ("an authority that is not there", "postgresql://{user}:{password}@127.0.0.1:{port}/{db}?sslmode=verify-full"
     "&sslrootcert=/nowhere/ca.crt", ["/nowhere/ca.crt"]),
    ("a folder without a socket", "postgresql://{user}:{password}@/{db}?host=/nowhere", ["/nowhere"]),
    ("hosts that are all dead", "postgresql://{user}:{password}@127.0.0.1:{dead},[::1]:{dead}/{db}",
     ["127.0.0.1:", "[::1]:"]),
]


@pytest.mark.parametrize("form, words", [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_is_wrong_is_said_without_the_password(project, server, form, words):
    for json in ([], ["--json"]):
        said = project.refused("upgrade", "head", "--url", server.url(form), *json)
        assert all(word in said for word in words), said
        for secret in ("s3cret", PASSWORD, quoted(PASSWORD), quoted(PASSWORD)[:12]):
            assert secret not in said
