"""The operator under test, as a process of its own."""

import json
import os
import pathlib
import signal
import urllib.error
import urllib.request

from .metrics import scrape
from .processes import REPOSITORY, Process, free_port
from .wait import eventually


def test_binary():
    """The build with failpoints."""
    path = pathlib.Path(os.environ.get("ATHANOR_BINARY") or REPOSITORY / "build" / "dev" / "operator" / "athanor")
    if not path.exists():
        raise RuntimeError(f"{path} is missing: build it with cmake --build --preset dev")
    return path


test_binary.__test__ = False


def release_binary():
    """What ships: no failpoints."""
    path = pathlib.Path(os.environ.get("ATHANOR_RELEASE_BINARY") or
                        REPOSITORY / "build" / "release" / "operator" / "athanor")
    if not path.exists():
        raise RuntimeError(f"{path} is missing: cmake --preset release && "
                           "cmake --build --preset release --target athanor")
    return path


class Operator:
    """Started by the constructor; `wait_ready` says when its caches are synced.

    @param kubeconfig or `arguments` for standalone mode
    @param namespaces none: all of them
    @param failpoint name[:count], of test builds
    @param log_level None: as it comes
    """

    count = 0

    def __init__(self, folder, kubeconfig=None, namespaces=(), leader_elect=False, workers=None, failpoint=None,
                 arguments=(), env=None, binary=None, log_format="json", log_level="debug", cwd=None):
        Operator.count += 1
        self.name = f"operator-{Operator.count}"
        self.metrics_address = f"127.0.0.1:{free_port()}"
        self.health_address = f"127.0.0.1:{free_port()}"
        command = [binary or test_binary(), "operator", "--metrics-address", self.metrics_address,
                   "--health-address", self.health_address, "--log-format", log_format]
        if log_level:
            command += ["--log-level", log_level]
        if kubeconfig:
            command += ["--kubeconfig", kubeconfig, f"--leader-elect={'true' if leader_elect else 'false'}"]
        for namespace in namespaces:
            command += ["--namespace", namespace]
        if workers:
            command += ["--workers", workers]
        environment = dict(env or {})
        if failpoint:
            environment["ATHANOR_FAILPOINT"] = failpoint
        self._process = Process([*command, *arguments], pathlib.Path(folder) / f"{self.name}.log", env=environment,
                                cwd=cwd)

    def _probe(self, path):
        try:
            with urllib.request.urlopen(f"http://{self.health_address}{path}", timeout=5) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code

    def readyz(self):
        return self._probe("/readyz")

    def healthz(self):
        return self._probe("/healthz")

    def wait_ready(self, timeout=30):
        def ready():
            if not self.alive:
                raise RuntimeError(f"the operator ended with {self.exit_code}:\n{self.log_tail()}")
            return self.readyz() == 200

        eventually(ready, timeout, what="the operator is ready", diagnose=self.log_tail)
        return self

    def metrics(self):
        return scrape(self.metrics_address)

    @property
    def pid(self):
        return self._process.pid

    @property
    def alive(self):
        return self._process.alive

    @property
    def exit_code(self):
        return self._process.exit_code

    def wait_exit(self, timeout=30):
        """@return the exit code (negative for a signal), or None if it still runs"""
        return self._process.wait(timeout)

    def kill(self):
        """kill -9"""
        self._process.kill()

    def pause(self):
        self._process.send(signal.SIGSTOP)

    def resume(self):
        self._process.send(signal.SIGCONT)

    def stop(self, timeout=20):
        """SIGTERM. @return the exit code, which is 0 for a clean end"""
        return self._process.terminate(timeout=timeout)

    def log(self):
        return self._process.log()

    def log_tail(self, lines=25, about=""):
        """@param about only lines that contain this"""
        found = [line for line in self.log().splitlines() if about in line]
        return f"--- the last lines of {self.name}'s log {about}\n" + "\n".join(found[-lines:])

    def log_lines(self):
        """The log's lines as values; a line that isn't JSON fails."""
        return [json.loads(line) for line in self.log().splitlines() if line]

    def close(self):
        self.resume()
        if self.alive:
            self.stop()
