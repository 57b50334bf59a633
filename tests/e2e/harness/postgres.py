"""A private, real PostgreSQL server, with passwords and without fsync."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import urllib.parse

import psycopg2

from .processes import TOOLS, Process, free_port
from .wait import eventually

SUPERUSER_PASSWORD = "super-s3cret"


def binaries():
    """$ATHANOR_POSTGRES_BIN, else the newest of Debian's."""
    if os.environ.get("ATHANOR_POSTGRES_BIN"):
        return pathlib.Path(os.environ["ATHANOR_POSTGRES_BIN"])
    return debian_binaries()


def debian_binaries():
    """The newest of Debian's, whatever version is asked for."""
    found = pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb")
    installed = sorted(found, key=lambda path: int(path.parts[4]))
    if not installed:
        raise RuntimeError("PostgreSQL is missing: run tests/tools/packages.sh test")
    return installed[-1].parent


def server_folder(prefix):
    """A new folder that the servers' user owns and can reach (the checkout may lie under /root)."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"athanor-{prefix}."))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    return folder


def as_server_user(*arguments):
    return [TOOLS / "unprivileged.sh", *arguments]


class Postgres:
    """Made and started by the constructor."""

    def __init__(self, settings=None, folder=None, files=None, programs=None):
        """@param files {name: text} put beside the data folder, readable by the server alone
        @param programs the folder of its programs, in place of binaries()
        """
        self.bin = programs or binaries()
        self.folder = folder or server_folder("postgres")
        self.data = self.folder / "data"
        for name, text in (files or {}).items():
            self._write(name, text)
        self.port = free_port()
        # Nothing here has to survive a power cut, and the disk is everybody's.
        self._settings = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "4GB", "max_connections": "60",
                          "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "timezone": "UTC",
                          "logging_collector": "off", "log_min_messages": "warning",
                          "password_encryption": "scram-sha-256", **(settings or {})}
        self._process = None
        if not self.data.exists():
            self._make_cluster()
        self.start()

    def _write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(path, "postgres", "postgres")
        return path

    def _make_cluster(self):
        password_file = self._write("password", SUPERUSER_PASSWORD)
        result = subprocess.run(as_server_user(self.bin / "initdb", "-D", self.data, "-U", "postgres", "-E", "UTF8",
                                               "--locale", "C", "-A", "scram-sha-256", "--pwfile", password_file,
                                               "--no-sync"),
                                capture_output=True, text=True, cwd=self.folder)
        if result.returncode != 0:
            raise RuntimeError(f"initdb: {result.stdout}{result.stderr}")

    def start(self):
        """Returns once it accepts connections."""
        options = [f"-c{name}={value}" for name, value in self._settings.items()]
        self._process = Process(as_server_user(self.bin / "postgres", "-D", self.data, "-p", self.port, *options),
                                self.folder / "postgres.log", cwd=self.folder)

        def accepts():
            if not self._process.alive:
                raise RuntimeError(f"PostgreSQL has ended:\n{self._process.log_tail()}")
            try:
                self.connect("postgres").close()
            except psycopg2.OperationalError as error:
                raise AssertionError(str(error)) from None
            return True

        eventually(accepts, timeout=60, every=0.05, what="PostgreSQL accepts connections",
                   diagnose=self._process.log_tail)

    def stop(self, immediate=False):
        """Sessions are ended; `immediate` as in a crash."""
        self._process.terminate(signal.SIGQUIT if immediate else signal.SIGINT, timeout=30)

    def restart(self):
        self.stop()
        self.start()

    @property
    def major_version(self):
        with self.connect("postgres") as connection:
            return connection.server_version // 10000

    def connect(self, database, user="postgres", password=SUPERUSER_PASSWORD):
        """An autocommit session of psycopg2."""
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, dbname=database, user=user,
                                      password=password, connect_timeout=10)
        connection.autocommit = True
        return connection

    def sql(self, database, text, *parameters):
        """Runs SQL as superuser. @return the rows, or [] for a statement without any"""
        with contextlib.closing(self.connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute(text, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def scalar(self, database, text, *parameters):
        rows = self.sql(database, text, *parameters)
        return rows[0][0] if rows else None

    def create_database(self, name, password="pässword/1", schema_rights=True):
        """A database and a plain login role of the same name that owns it.

        @param schema_rights False: the role owns nothing and may create nothing
        """
        literal = password.replace("'", "''")
        self.sql("postgres", f"CREATE ROLE \"{name}\" LOGIN NOSUPERUSER NOCREATEROLE PASSWORD '{literal}'")
        owner = f'OWNER "{name}"' if schema_rights else ""
        self.sql("postgres", f'CREATE DATABASE "{name}" {owner} TEMPLATE template0')
        if schema_rights:
            self.sql(name, f'GRANT ALL ON SCHEMA public TO "{name}"')
        else:
            self.sql(name, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        return Database(self, name, password)

    def standby(self):
        """A server in recovery with the same content, which accepts read-only sessions only.

        A copy of the stopped primary, told that it is a standby: pg_basebackup isn't in every build.
        """
        self.stop()
        folder = server_folder("standby")
        subprocess.run(as_server_user("cp", "-r", self.data, folder / "data"), check=True)
        subprocess.run(as_server_user("touch", folder / "data" / "standby.signal"), check=True)
        subprocess.run(as_server_user("chmod", "700", folder / "data"), check=True)
        self.start()
        return Postgres(settings={"hot_standby": "on"}, folder=folder)

    def log(self):
        return self._process.log()

    def close(self):
        self._process.terminate(signal.SIGQUIT, timeout=10)
        shutil.rmtree(self.folder, ignore_errors=True)


class Database:
    """One database, as the role that owns it sees it."""

    def __init__(self, server, name, password):
        self.server, self.name, self.password = server, name, password

    def trust(self):
        """Its role needs no password any more, as where a socket or a certificate says who comes."""
        path = self.server.data / "pg_hba.conf"
        path.write_text(f"host {self.name} {self.name} 127.0.0.1/32 trust\n{path.read_text()}")
        self.server.sql("postgres", "SELECT pg_reload_conf()")

    def drop(self):
        """With whoever is connected."""
        self.server.sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                        self.name)
        self.server.sql("postgres", f'DROP DATABASE "{self.name}"')

    def url(self, port=None, password=None, name=None, query=""):
        secret = urllib.parse.quote(self.password if password is None else password, safe="")
        return (f"postgresql://{self.name}:{secret}@127.0.0.1:{port or self.server.port}/"
                f"{name or self.name}{query}")

    def sql(self, text, *parameters):
        return self.server.sql(self.name, text, *parameters)

    def scalar(self, text, *parameters):
        return self.server.scalar(self.name, text, *parameters)

    def versions(self, table="alembic_version"):
        """The version rows, sorted; None if there is no version table."""
        if self.scalar("SELECT to_regclass(%s)", table) is None:
            return None
        return sorted(row[0] for row in self.sql(f"SELECT version_num FROM {table}"))

    def ledger(self, table="alembic_version", schema="public"):
        """Its rows in order, as dicts; [] if there is none."""
        own = self.scalar("SELECT to_regclass(%s)::text", f'athanor."{schema}.{table}"')
        beside = self.scalar("SELECT to_regclass(%s)::text", f'"{schema}".athanor_ledger')
        if own is None and beside is None:
            return []
        rows = self.sql(f"SELECT to_json(l) FROM {own or beside} l ORDER BY seq")
        return [row[0] for row in rows]

    def applied_by_ledger(self):
        """Revisions that the ledger says are applied, in the order in which they became so."""
        applied = []
        for row in self.ledger():
            if row["state"] != "done":
                continue
            if row["act"] == "upgrade":
                assert row["revision"] not in applied, f"{row['revision']} is in the ledger twice: {self.ledger()}"
                applied.append(row["revision"])
            elif row["act"] == "downgrade":
                applied.remove(row["revision"])
        return applied

    def tables(self, schema="public"):
        """Names of the application's tables, sorted."""
        rows = self.sql("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", schema)
        return [row[0] for row in rows if row[0] not in ("alembic_version", "athanor_ledger")]

    def dump(self):
        """Columns, indexes and constraints of every schema, to compare before and after."""
        return self.sql("SELECT table_schema, table_name, column_name, data_type, is_nullable FROM "
                        "information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema') "
                        "ORDER BY 1, 2, 3") + \
            self.sql("SELECT schemaname, indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname NOT IN "
                     "('pg_catalog') ORDER BY 1, 2")
