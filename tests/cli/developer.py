"""A run of `athanor` that goes on while the test does something."""

import subprocess
import threading

from workspace import ATHANOR


class Developer:
    """A run of `athanor` of which the test hears while it goes on."""

    def __init__(self, workspace, *words):
        self.process = subprocess.Popen([ATHANOR, *words], cwd=workspace.folder, env=workspace.environment,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True)
        self.told = []
        self._heard = threading.Condition()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self):
        for line in self.process.stderr:
            with self._heard:
                self.told.append(line)
                self._heard.notify_all()
        with self._heard:
            self.told.append("")  # the end: who waits for more is told so
            self._heard.notify_all()

    def wait_for(self, text):
        """The line that says it. Fails once the process has ended without."""
        with self._heard:
            said = self._heard.wait_for(lambda: "" in self.told or any(text in line for line in self.told), 60)
            lines = [line for line in self.told if text in line]
        assert said and lines, f"nothing said {text!r}: {self.told}"
        return lines[0]

    def end(self):
        """@return (exit code, what it said)"""
        code = self.process.wait(60)
        self._listener.join()
        self.process.stdout.close()
        self.process.stderr.close()
        return code, "".join(self.told)
