"""What roles allow, rule by rule."""

import subprocess

import yaml

from .processes import REPOSITORY, tool


def bodies(path):
    """The manifests of a file."""
    return list(yaml.safe_load_all(path.read_text()))


def bodies_of_chart(*values):
    """The manifests that helm makes of the chart. @param values `name=value`, as for --set"""
    command = [f"{tool('clients.sh')}/helm/helm", "template", "athanor", REPOSITORY / "charts" / "athanor",
               "--namespace", "athanor-system"]
    for value in values:
        command += ["--set", value]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, f"helm template: {result.stderr}"
    return [body for body in yaml.safe_load_all(result.stdout) if body]


def _is_role(body):
    return body["kind"] in ("Role", "ClusterRole")


def rights(manifests):
    """@return {(group, resource, verb)} of every role among them"""
    return {(group, resource, verb) for body in manifests if _is_role(body) for rule in body["rules"]
            for group in rule["apiGroups"] for resource in rule["resources"] for verb in rule["verbs"]}


def placed_rights(manifests):
    """@return {(kind of role, namespace, group, resource, verb, the names that it is limited to)}"""
    return {(body["kind"], body["metadata"].get("namespace", ""), group, resource, verb,
             tuple(rule.get("resourceNames", ())))
            for body in manifests if _is_role(body) for rule in body["rules"]
            for group in rule["apiGroups"] for resource in rule["resources"] for verb in rule["verbs"]}
