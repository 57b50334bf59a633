"""The real kubectl."""

import json
import os
import pathlib
import subprocess

from .processes import tool


class Kubectl:
    def __init__(self, kubeconfig):
        self.binary = os.environ.get("ATHANOR_KUBECTL") or str(pathlib.Path(tool("clients.sh"), "kubectl", "kubectl"))
        self._kubeconfig = kubeconfig

    def __call__(self, *arguments, stdin=None, check=True, timeout=60, kubeconfig=None):
        """@return standard output; with check=False the whole CompletedProcess

        @param kubeconfig in place of the administrator's
        """
        result = subprocess.run([self.binary, "--kubeconfig", str(kubeconfig or self._kubeconfig),
                                 "--cache-dir", str(pathlib.Path(self._kubeconfig).parent / "kubectl-cache"),
                                 *map(str, arguments)],
                                input=stdin, capture_output=True, text=True, timeout=timeout)
        if not check:
            return result
        assert result.returncode == 0, f"kubectl {' '.join(map(str, arguments))}: {result.stderr or result.stdout}"
        return result.stdout

    def apply(self, *objects):
        """kubectl apply of values (dicts)."""
        return self("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))

    def apply_file(self, path, *arguments):
        return self("apply", "-f", path, *arguments)
