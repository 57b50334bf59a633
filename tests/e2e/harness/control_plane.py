"""A real control plane: etcd and kube-apiserver, which authorizes with RBAC."""

import base64
import http.client
import json
import os
import pathlib
import secrets
import shutil
import subprocess

from .api import Api, ApiError
from .certificates import Authority
from .processes import Process, free_port, tool, wait_for_port
from .wait import eventually


def kube_apiserver():
    folder = pathlib.Path(os.environ.get("ATHANOR_KUBE_BIN") or tool("control-plane.sh"))
    return folder / "kube-apiserver"


def etcd():
    found = shutil.which("etcd")
    if not found:
        raise RuntimeError("etcd is missing: run tests/tools/packages.sh test")
    return found


# What ServiceAccounts ask for, one line a request (audit.py reads them); nobody else is written down.
AUDIT_POLICY = {
    "apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"],
    "rules": [{"level": "Metadata", "userGroups": ["system:serviceaccounts"]}, {"level": "None"}],
}


class ControlPlane:
    """Started by the constructor; the API server can be stopped and started again on the same port."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self._etcd_port = free_port()
        self._admin_token = secrets.token_hex(16)
        self._api_server = None
        self._make_credentials()
        self._etcd = self._start_etcd()
        self.start_api_server()
        self.admin_kubeconfig = self.write_kubeconfig("admin", self._admin_token)

    def _make_credentials(self):
        """A certificate authority of its own, the server's certificate, the key that signs tokens."""
        Authority(self.folder).serve("server")
        subprocess.run(["openssl", "genrsa", "-out", self.folder / "tokens.key", "2048"], check=True,
                       capture_output=True)
        (self.folder / "tokens.csv").write_text(f'{self._admin_token},admin,admin,"system:masters"\n')
        (self.folder / "audit-policy.json").write_text(json.dumps(AUDIT_POLICY))

    @property
    def audit_log(self):
        return self.folder / "audit.log"

    def _start_etcd(self):
        peer = f"http://127.0.0.1:{free_port()}"
        client = f"http://127.0.0.1:{self._etcd_port}"
        process = Process([etcd(), "--name", "test", "--data-dir", self.folder / "etcd",
                           "--listen-client-urls", client, "--advertise-client-urls", client,
                           "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                           "--initial-cluster", f"test={peer}", "--unsafe-no-fsync"],
                          self.folder / "etcd.log", env={"ETCD_UNSUPPORTED_ARCH": ""})
        wait_for_port(self._etcd_port, process)
        return process

    def start_api_server(self):
        """Returns once it is ready."""
        self._api_server = Process(
            [kube_apiserver(), "--etcd-servers", f"http://127.0.0.1:{self._etcd_port}",
             "--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1", "--secure-port", self.port,
             "--tls-cert-file", "server.crt", "--tls-private-key-file", "server.key", "--client-ca-file", "ca.crt",
             "--service-account-issuer", "https://kubernetes.default.svc",
             "--service-account-signing-key-file", "tokens.key", "--service-account-key-file", "tokens.key",
             "--token-auth-file", "tokens.csv", "--authorization-mode", "RBAC",
             "--service-cluster-ip-range", "203.0.113.0/24",
             "--audit-policy-file", "audit-policy.json", "--audit-log-path", self.audit_log,
             # Nobody runs the controllers that these two wait for.
             "--disable-admission-plugins", "ServiceAccount,PersistentVolumeClaimResize",
             "--endpoint-reconciler-type", "none"],
            self.folder / "kube-apiserver.log", cwd=self.folder)
        self.api = Api(self.port, self.folder / "ca.crt", self._admin_token)

        def ready():
            if not self._api_server.alive:
                raise RuntimeError(f"kube-apiserver has ended:\n{self._api_server.log_tail()}")
            return self.api.get("/readyz") == "ok"

        eventually(ready, timeout=90, what="the API server is ready", diagnose=self._api_server.log_tail)

    def stop_api_server(self):
        """kill -9: open watches break without a word."""
        self._api_server.kill()

    def restart_api_server(self):
        self.stop_api_server()
        self.start_api_server()

    def compact_etcd(self):
        """Forgets every past revision, so that a watch that goes on from one gets 410 Gone."""
        def call(path, body):
            connection = http.client.HTTPConnection("127.0.0.1", self._etcd_port, timeout=10)
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            response = connection.getresponse()
            text = response.read().decode()
            connection.close()
            assert response.status == 200, f"etcd: {text}"
            return json.loads(text)

        key = base64.b64encode(b"/").decode()
        now = call("/v3/kv/range", {"key": key, "limit": 1, "keys_only": True})["header"]["revision"]
        try:
            call("/v3/kv/compaction", {"revision": now, "physical": True})
        except AssertionError as refusal:
            # Nothing was written since the last compaction: there is nothing left to forget.
            if "has been compacted" not in str(refusal):
                raise
        return int(now)

    def write_kubeconfig(self, user, token, namespace="default"):
        path = self.folder / f"{user}.kubeconfig"
        path.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{"name": "test", "cluster": {"server": f"https://127.0.0.1:{self.port}",
                                                      "certificate-authority": str(self.folder / "ca.crt")}}],
            "users": [{"name": user, "user": {"token": token}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": user, "namespace": namespace}}],
        }, indent=1))
        path.chmod(0o600)
        return path

    def service_account_kubeconfig(self, namespace, name):
        """A kubeconfig with a real token of a ServiceAccount, which has the rights that RBAC gives it and no more."""
        token = self.api.create(f"/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token",
                                {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
                                 "spec": {"expirationSeconds": 36000}})["status"]["token"]
        return self.write_kubeconfig(f"{namespace}-{name}", token, namespace)

    def create_namespace(self, name, labels=None):
        try:
            self.api.create("/api/v1/namespaces", {"metadata": {"name": name, "labels": labels or {}}})
        except ApiError as error:
            if error.status != 409:
                raise

    def close(self):
        self._api_server.terminate(timeout=3)
        self._etcd.terminate(timeout=3)
