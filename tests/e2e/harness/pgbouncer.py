"""Debian's PgBouncer in transaction mode in front of a server."""

import shutil
import signal

import psycopg2

from .postgres import as_server_user, server_folder
from .processes import Process, free_port, wait_for_port


class PgBouncer:
    """@param pool_size server connections for each database and role"""

    def __init__(self, server, databases, pool_size=2):
        self.port = free_port()
        self._folder = server_folder("pgbouncer")
        users = "".join(f'"{database.name}" "{database.password}"\n' for database in databases)
        (self._folder / "users.txt").write_text(users)
        (self._folder / "pgbouncer.ini").write_text(
            f"[databases]\n* = host=127.0.0.1 port={server.port}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\n"
            f"auth_type = plain\nauth_file = {self._folder}/users.txt\npool_mode = transaction\n"
            f"default_pool_size = {pool_size}\nserver_idle_timeout = 600\nlogfile =\npidfile =\n")
        for file in ("users.txt", "pgbouncer.ini"):
            (self._folder / file).chmod(0o644)
        # Debian puts it into /usr/sbin, which isn't on everybody's PATH.
        self._process = Process(as_server_user("/usr/sbin/pgbouncer", self._folder / "pgbouncer.ini"),
                                self._folder / "pgbouncer.log", cwd=self._folder)
        wait_for_port(self.port, self._process)

    def connect(self, database):
        """A session through the pooler, as the database's own role."""
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, dbname=database.name, user=database.name,
                                      password=database.password, connect_timeout=10)
        connection.autocommit = True
        return connection

    def close(self):
        self._process.terminate(signal.SIGTERM, timeout=5)
        shutil.rmtree(self._folder, ignore_errors=True)
