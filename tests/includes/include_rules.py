"""Who may include whom: reads the #include lines of operator/ and names every one that crosses a wall.

The link rules of CMake keep rooms apart only where a symbol is used; a header can still be read across a wall.
"""

import pathlib
import re
import sys

# What each room may include beside itself. `operator/main.cpp` and cli/ wire everything.
ROOMS = {
    "core": set(),
    "schema": {"core"},
    "api": {"core"},
    "ports": {"core", "schema"},
    "engine": {"ports", "schema", "core"},
    "runtime": {"ports", "core"},
    "adapters": {"ports", "api", "schema", "core"},
    "controller": {"runtime", "engine", "ports", "api", "schema", "core"},
    "cli": {"adapters", "controller", "runtime", "engine", "ports", "api", "schema", "core"},
    "main.cpp": {"cli", "core"},
}

# Libraries that only certain files may know, by the first part of the included path; a room's name ends in /.
LIBRARIES = {
    "cpprest": ("adapters/kubernetes/cpprest_transport.cpp",),
    "pplx": ("adapters/kubernetes/cpprest_transport.cpp",),
    "pqxx": ("adapters/postgres/",),
    "libpq-fe.h": ("adapters/postgres/",),
    "sqlite3.h": ("adapters/sqlite/",),
    "prometheus": ("adapters/prometheus/",),
    "civetweb.h": ("adapters/prometheus/",),
    "CivetServer.h": ("adapters/prometheus/",),
    "yaml-cpp": ("adapters/manifests/", "adapters/kubernetes/kube_config", "cli/"),
    "CLI": ("cli/",),
    "spdlog": ("cli/",),
    "ini.h": ("cli/",),
    "INIReader.h": ("cli/",),
    "pg_query.h": ("core/sql_tokens.cpp", "schema/parse_tree.cpp"),
    "pg_query": ("core/sql_tokens.cpp", "schema/parse_tree"),
    "protobuf-c": ("core/sql_tokens.cpp", "schema/parse_tree"),
    "zlib.h": ("controller/", "adapters/", "runtime/packed_text.cpp"),
    "openssl": ("core/digest.cpp", "adapters/kubernetes/"),
    "boost": ("adapters/kubernetes/cpprest_transport.cpp",),
    "nlohmann": ("api/", "adapters/", "controller/", "cli/"),
    "fmt": ("api/", "engine/", "runtime/", "adapters/", "controller/", "cli/"),
    "date": ("cli/",),
    "tl": tuple(f"{room}/" for room in ROOMS),
}

INCLUDE = re.compile(r"^\s*#\s*include\s*([<\"])([^>\"]+)[>\"]")
# A header of the standard library or of POSIX carries no folder of a library.
STANDARD = re.compile(r"^[a-z_0-9]+$|^(sys|netinet|arpa|net|linux)/[a-z_0-9]+\.h$|"
                      r"^(dirent|errno|fcntl|fnmatch|glob|grp|locale|malloc|netdb|poll|pthread|pwd|signal|spawn|stdlib"
                      r"|string|time|unistd)\.h$")


def violation(path, included, system):
    """Why the file at `path` (relative to operator/) may not include `included`, or None."""
    room = path.split("/")[0]
    if room not in ROOMS:
        return f"{room}/ is no room of the house: name it, and what it may include, in tests/includes"
    first = included.split("/")[0]
    if not system:
        if first == "..":
            return "includes are written from operator/, never relative"
        if first == room:
            return None if "/" in included else "includes are written from operator/"
        if first in ROOMS[room]:
            if first == "adapters" and room != "cli":
                return "only cli/ knows of adapters"
            return None
        return f"{room}/ may include {', '.join(sorted(ROOMS[room] | {room}))}, not {first}"
    if first in ROOMS and "/" in included:
        return "headers of our own are included with quotation marks"
    if first in LIBRARIES:
        allowed = LIBRARIES[first]
        return None if path.startswith(allowed) else f"{first} belongs to {', '.join(allowed)}"
    if STANDARD.match(included):
        return None
    return f"{first} is a library without a home: give it one in tests/includes"


def adapters_apart(path, included):
    """Adapters know nothing of each other."""
    mine, theirs = path.split("/"), included.split("/")
    if mine[0] == theirs[0] == "adapters" and len(mine) > 2 and len(theirs) > 2 and mine[1] != theirs[1]:
        return f"adapters/{mine[1]} may not know of adapters/{theirs[1]}"
    return None


def check_text(path, text):
    """Every wrong include of one file, as 'path:line: include: why'."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        system, included = match.group(1) == "<", match.group(2)
        why = violation(path, included, system) or (None if system else adapters_apart(path, included))
        if why:
            found.append(f"{path}:{number}: {included}: {why}")
    return found


def check_tree(root):
    """@return (number of files read, wrong includes)"""
    root = pathlib.Path(root)
    files = sorted(p for p in root.rglob("*") if p.suffix in (".cpp", ".hpp", ".h", ".cc"))
    found = []
    for file in files:
        found += check_text(file.relative_to(root).as_posix(), file.read_text(encoding="utf-8"))
    return len(files), found


if __name__ == "__main__":
    read, wrong = check_tree(sys.argv[1])
    print("\n".join(wrong + [f"{read} files read, {len(wrong)} wrong includes"]))
    sys.exit(1 if wrong or read == 0 else 0)
