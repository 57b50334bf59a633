"""What the API server was asked for, as its audit log tells it."""

import json
import typing


class Request(typing.NamedTuple):
    user: str
    right: tuple  # (group, resource, verb), the resource with its subresource; a path without either: ("", path, verb)
    namespace: str
    name: str
    code: int

    @property
    def forbidden(self):
        return self.code == 403


def _request(line):
    entry = json.loads(line)
    found = entry.get("objectRef", {})
    resource = "/".join(filter(None, [found.get("resource"), found.get("subresource")]))
    return Request(entry["user"]["username"],
                   (found.get("apiGroup", ""), resource or entry["requestURI"], entry["verb"]),
                   found.get("namespace", ""), found.get("name", ""), entry.get("responseStatus", {}).get("code", 0))


def _lines(control_plane):
    text = control_plane.audit_log.read_text() if control_plane.audit_log.exists() else ""
    # The last line may be about to be written.
    return [line for line in text.splitlines(keepends=True) if line.endswith("\n")]


def length(control_plane):
    """How many requests are written down so far."""
    return len(_lines(control_plane))


def requests_of(control_plane, user, since=0):
    """Every answered request of a user after the first `since` of all; a watch counts from its start."""
    return [found for found in map(_request, _lines(control_plane)[since:]) if found.user == user]
