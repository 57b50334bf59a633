"""MigrationEnvironments as a test sees them."""

import base64
import json

from .api import ApiError
from .wait import eventually

GROUP = "athanor.dev"
API_VERSION = f"{GROUP}/v1alpha1"
PLURAL = "migrationenvironments"


def config_map(namespace, name, files, labels=None, binary=None):
    """@param binary {key: bytes}"""
    body = {"apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"namespace": namespace, "name": name, "labels": labels or {}}, "data": dict(files)}
    if binary:
        body["binaryData"] = {key: base64.b64encode(value).decode() for key, value in binary.items()}
    return body


def secret(namespace, name, values):
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"namespace": namespace, "name": name},
            "stringData": dict(values)}


def environment(namespace, name, config_maps=None, spec=None, database=None):
    """With short intervals; `spec` is laid over it, top level key by key."""
    body = {
        "apiVersion": API_VERSION, "kind": "MigrationEnvironment",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {
            "database": database or {"urlFrom": {"secretKeyRef": {"name": f"{name}-db", "key": "uri"}}},
            "revisions": {"configMaps": [{"name": one} for one in (config_maps or [f"{name}-revisions"])]},
            "drift": {"interval": "10s"},
        },
    }
    body["spec"].update(spec or {})
    return body


class Environment:
    """One MigrationEnvironment on the API server."""

    def __init__(self, cluster, namespace, name):
        self.cluster, self.namespace, self.name = cluster, namespace, name

    @property
    def path(self):
        return f"/apis/{API_VERSION}/namespaces/{self.namespace}/{PLURAL}/{self.name}"

    def get(self):
        return self.cluster.api.get(self.path)

    def status(self):
        return self.get().get("status", {})

    def patch_spec(self, **fields):
        return self.cluster.api.merge(self.path, {"spec": fields})

    def annotate(self, **annotations):
        """`reconcile_at="x"` sets athanor.dev/reconcile-at."""
        values = {f"{GROUP}/{key.replace('_', '-')}": value for key, value in annotations.items()}
        return self.cluster.api.merge(self.path, {"metadata": {"annotations": values}})

    def delete(self):
        self.cluster.api.delete(self.path)

    def condition(self, kind):
        """The condition as a dict; {} if it isn't there."""
        return next((one for one in self.status().get("conditions", []) if one["type"] == kind), {})

    def diagnose(self):
        """What a person would look at first."""
        try:
            text = json.dumps(self.get().get("status", {}), indent=1)
        except ApiError as error:
            text = str(error)
        events = "\n".join(f"  {event['type']} {event['reason']}: {event['note']}" for event in self.events())
        tails = "\n".join(operator.log_tail(about=self.namespace) for operator in self.cluster.operators)
        return f"--- status of {self.namespace}/{self.name}\n{text}\n--- events\n{events}\n{tails}"

    def events(self):
        """Newest last: dicts with type, reason, note."""
        items = self.cluster.api.get(f"/apis/events.k8s.io/v1/namespaces/{self.namespace}/events")["items"]
        mine = [item for item in items if item.get("regarding", {}).get("name") == self.name]
        return [{"type": item.get("type", ""), "reason": item.get("reason", ""), "note": item.get("note", "")}
                for item in mine]

    def eventually(self, check, timeout=30, what=""):
        """`check` is called with the whole object until it is true."""
        return eventually(lambda: check(self.get()), timeout, what=what or "the environment is as expected",
                          diagnose=self.diagnose)

    def wait_condition(self, kind, status="True", reason=None, timeout=30):
        """@return the condition, of the present generation"""
        def holds():
            current = self.get()
            found = next((c for c in current.get("status", {}).get("conditions", []) if c["type"] == kind), {})
            wanted = {"status": status, **({"reason": reason} if reason else {})}
            assert all(found.get(key) == value for key, value in wanted.items()), f"{kind} is {found}"
            generation = current["metadata"]["generation"]
            assert current["status"].get("observedGeneration") == generation, \
                f"generation {generation} is not observed: {current['status'].get('observedGeneration')}"
            return found

        return eventually(holds, timeout, what=f"{self.namespace}/{self.name}: {kind}={status} {reason or ''}",
                          diagnose=self.diagnose)

    def wait_ready(self, revisions=None, timeout=30):
        """Ready=True, at exactly these revisions if they are given. @return the status"""
        def ready():
            current = self.get()
            status = current.get("status", {})
            found = next((c for c in status.get("conditions", []) if c["type"] == "Ready"), {})
            assert found.get("status") == "True", f"Ready is {found}"
            assert status.get("observedGeneration") == current["metadata"]["generation"], "an older generation"
            if revisions is not None:
                assert sorted(status.get("currentRevisions", [])) == sorted(revisions), status.get("currentRevisions")
            return status

        return eventually(ready, timeout, what=f"{self.namespace}/{self.name} is Ready at {revisions}",
                          diagnose=self.diagnose)

    def wait_event(self, reason, timeout=20):
        """@return the event"""
        return eventually(lambda: next((event for event in self.events() if event["reason"] == reason), None), timeout,
                          what=f"an event {reason}", diagnose=self.diagnose)
