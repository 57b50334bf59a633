"""Child processes that never outlive the test process."""

import ctypes
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
TOOLS = REPOSITORY / "tests" / "tools"


def free_port():
    """A loopback port that nobody listens on, outside the range that outgoing connections take theirs from."""
    picker = random.SystemRandom()
    while True:
        port = picker.randrange(18000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def tool(name, *arguments):
    """The output of one of tests/tools/*.sh; a missing real part is an error that says what to do."""
    result = subprocess.run([TOOLS / name, *arguments], stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        raise RuntimeError(f"tests/tools/{name} {' '.join(arguments)} failed: see its message above")
    return result.stdout.strip()


def _die_with_parent():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    """A child whose output goes to a file."""

    def __init__(self, arguments, log, env=None, cwd=None):
        self.arguments = [str(argument) for argument in arguments]
        self.log_path = pathlib.Path(log)
        self._env = {**os.environ, **(env or {})}
        with open(self.log_path, "ab") as output:
            self._child = subprocess.Popen(self.arguments, stdin=subprocess.DEVNULL, stdout=output,
                                           stderr=subprocess.STDOUT, env=self._env, cwd=cwd, start_new_session=True,
                                           preexec_fn=_die_with_parent)

    @property
    def pid(self):
        return self._child.pid

    @property
    def exit_code(self):
        """None while it runs; negative for a signal."""
        return self._child.poll()

    @property
    def alive(self):
        return self.exit_code is None

    def send(self, number):
        if self.alive:
            self._child.send_signal(number)

    def wait(self, timeout):
        """@return the exit code, or None if it still runs after `timeout` seconds"""
        try:
            return self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def kill(self):
        """kill -9, and the end of it awaited."""
        self.send(signal.SIGKILL)
        self._child.wait()

    def terminate(self, number=signal.SIGTERM, timeout=15.0):
        """Asks it to end, and ends it if it doesn't. @return the exit code"""
        self.send(number)
        if self.wait(timeout) is None:
            self.kill()
        return self.exit_code

    def log(self):
        return self.log_path.read_text(errors="replace")

    def log_tail(self, lines=30):
        return "\n".join(self.log().splitlines()[-lines:])


def wait_for_port(port, process, timeout=30.0):
    """Until something accepts connections on the port; fails at once if the process has ended."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if not process.alive:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{process.arguments[0]} does not listen on port {port}:\n{process.log_tail()}")
