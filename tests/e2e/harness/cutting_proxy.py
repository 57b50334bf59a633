"""A proxy in front of PostgreSQL that knows where the protocol's messages end, and cuts the connection after the
n-th of them."""

import socket
import struct
import threading

# Requests that a client sends before its startup message; they have no type byte, and the answer to the first two
# is one byte without a length.
_SSL_REQUEST, _CANCEL_REQUEST, _GSS_REQUEST = 80877103, 80877102, 80877104


class _Cut(Exception):
    pass


def _read_exactly(connection, count):
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise ConnectionError("closed")
        data += piece
    return data


class CuttingProxy:
    """Counts messages of both directions over all connections; after message number `cut_after` both sides of its
    connection are closed, once, and nobody gets through until `mend()`. From then on it only forwards.

    @param cut_after None: counts and never cuts
    """

    def __init__(self, server_port, cut_after=None):
        self._server_port = server_port
        self._cut_after = cut_after
        self._count = 0
        self._open = True
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def count(self):
        with self._lock:
            return self._count

    @property
    def has_cut(self):
        return self._cut_after is not None and self.count >= self._cut_after

    def mend(self):
        """Lets connections through again."""
        with self._lock:
            self._open = True

    def close(self):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _note(self):
        """Counts a message that was passed on."""
        with self._lock:
            self._count += 1
            if self._count == self._cut_after:
                self._open = False
                raise _Cut

    def _serve(self, client):
        with self._lock:
            refused = not self._open
        if refused:
            client.close()
            return
        server = socket.create_connection(("127.0.0.1", self._server_port))

        def close_both():
            for one in (client, server):
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                one.close()

        def answers():
            try:
                self._forward_messages(server, client)
            except (OSError, _Cut):
                pass
            close_both()

        try:
            self._forward_startup(client, server)
            threading.Thread(target=answers, daemon=True).start()
            self._forward_messages(client, server)
        except (OSError, _Cut):
            pass
        close_both()

    def _forward_startup(self, client, server):
        while True:
            head = _read_exactly(client, 8)
            length, code = struct.unpack("!II", head)
            server.sendall(head + _read_exactly(client, length - 8))
            self._note()
            if code not in (_SSL_REQUEST, _GSS_REQUEST):
                return
            client.sendall(_read_exactly(server, 1))
            self._note()

    def _forward_messages(self, source, target):
        """Messages are a type byte, a length that includes itself, and a body."""
        while True:
            head = _read_exactly(source, 5)
            body = _read_exactly(source, struct.unpack("!I", head[1:])[0] - 4)
            target.sendall(head + body)
            self._note()
