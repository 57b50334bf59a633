"""A control plane, a PostgreSQL server and operators, with shortcuts for what scenarios do all the time."""

import pathlib
import re
import secrets

import yaml

from .api import ApiError
from .athanor_operator import Operator
from .control_plane import ControlPlane
from .environments import Environment, config_map, environment, secret
from .kubectl import Kubectl
from .processes import REPOSITORY
from .wait import eventually

SYSTEM_NAMESPACE = "athanor-system"
DEPLOY = REPOSITORY / "deploy" / "operator"
CRD = REPOSITORY / "crds" / "athanor.dev_migrationenvironments.yaml"


class Cluster:
    def __init__(self, folder, postgres):
        self.folder = pathlib.Path(folder)
        self.postgres = postgres
        self.control_plane = ControlPlane(self.folder / "control-plane")
        self.kubectl = Kubectl(self.control_plane.admin_kubeconfig)
        self.operators = []
        self._kubeconfigs = {}
        self.kubectl.apply_file(CRD)
        # kubectl wait fails on an object that has no conditions yet, instead of waiting for them.
        eventually(lambda: self.kubectl("wait", "--for=condition=Established", "--timeout=10s",
                                        "crd/migrationenvironments.athanor.dev"),
                   what="the custom resource is established")
        self.kubectl.apply_file(DEPLOY / "namespace.yaml")

    @property
    def api(self):
        return self.control_plane.api

    def operator_kubeconfig(self):
        """The operator's ServiceAccount with the rights of deploy/operator/rbac-cluster.yaml."""
        if "cluster" not in self._kubeconfigs:
            self.kubectl.apply_file(DEPLOY / "rbac-cluster.yaml")
            self._kubeconfigs["cluster"] = self.control_plane.service_account_kubeconfig(SYSTEM_NAMESPACE, "athanor")
        return self._kubeconfigs["cluster"]

    def namespaced_kubeconfig(self, namespaces):
        """Another ServiceAccount, with the rights of deploy/operator/rbac-namespace.yaml in these namespaces only."""
        account = "athanor-few"
        for file, places in (("namespace.yaml", [None]), ("rbac-namespace.yaml", namespaces)):
            for body in yaml.safe_load_all((DEPLOY / file).read_text()):
                if body["kind"] == "Namespace":
                    continue
                body["metadata"]["name"] = body["metadata"]["name"].replace("athanor", account, 1)
                if "roleRef" in body:
                    body["roleRef"]["name"] = body["roleRef"]["name"].replace("athanor", account, 1)
                    body["subjects"][0]["name"] = account
                for place in places:
                    if place:
                        body["metadata"]["namespace"] = place
                    self.kubectl.apply(body)
        return self.control_plane.service_account_kubeconfig(SYSTEM_NAMESPACE, account)

    def start_operator(self, ready=True, **options):
        """See Operator; the kubeconfig is the least-privileged one unless another is given."""
        options.setdefault("kubeconfig", self.operator_kubeconfig())
        operator = Operator(self.folder, **options)
        self.operators.append(operator)
        return operator.wait_ready() if ready else operator

    def stop_operator(self, operator):
        code = operator.stop()
        self.operators.remove(operator)
        return code

    def kill_operator(self, operator):
        operator.kill()
        self.operators.remove(operator)

    def close_operators(self):
        for operator in self.operators:
            operator.close()
        self.operators.clear()

    def new_namespace(self, prefix="t"):
        name = f"{re.sub('[^a-z0-9]+', '-', prefix.lower())[:40].strip('-')}-{secrets.token_hex(3)}"
        self.control_plane.create_namespace(name)
        return name

    def new_database(self, prefix="db", **options):
        """A fresh database with a login role of its own."""
        name = re.sub("[^a-z0-9]+", "_", prefix.lower())[:40] + "_" + secrets.token_hex(3)
        return self.postgres.create_database(name, **options)

    def apply(self, *objects):
        """Creates the objects, or patches those that are there, through the API."""
        for body in objects:
            meta = body["metadata"]
            collection = {
                "ConfigMap": f"/api/v1/namespaces/{meta['namespace']}/configmaps",
                "Secret": f"/api/v1/namespaces/{meta['namespace']}/secrets",
                "MigrationEnvironment":
                    f"/apis/athanor.dev/v1alpha1/namespaces/{meta['namespace']}/migrationenvironments",
            }[body["kind"]]
            try:
                self.api.create(collection, body)
            except ApiError as error:
                if error.status != 409:
                    raise
                self.api.merge(f"{collection}/{meta['name']}", body)

    def environment(self, namespace, name):
        return Environment(self, namespace, name)

    def create_environment(self, namespace, name, files, database, spec=None):
        """Secret, ConfigMap and MigrationEnvironment, in this order. @return the Environment"""
        self.apply(secret(namespace, f"{name}-db", {"uri": database.url()}),
                   config_map(namespace, f"{name}-revisions", files),
                   environment(namespace, name, spec=spec))
        return self.environment(namespace, name)

    def set_files(self, namespace, name, files):
        """Makes these the ConfigMap's files, all others go."""
        path = f"/api/v1/namespaces/{namespace}/configmaps/{name}"
        present = self.api.get(path).get("data") or {}
        self.api.merge(path, {"data": {**{key: None for key in present}, **files}})

    def delete_config_map(self, namespace, name):
        self.api.delete(f"/api/v1/namespaces/{namespace}/configmaps/{name}")

    def metric(self, operator, check, what, timeout=20):
        """Waits until check(scrape) is true."""
        return eventually(lambda: check(operator.metrics()), timeout, what=what, diagnose=operator.log_tail)

    def close(self):
        self.close_operators()
        self.control_plane.close()
