"""Scrapes /metrics and reads Prometheus's text format."""

import re
import urllib.request

_SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+\S+)?$")
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')


class Scrape:
    """The samples of one scrape."""

    def __init__(self, text):
        self.text = text
        self.samples = []
        self.types = {}
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ", 3)
                self.types[name] = kind
            if not line or line.startswith("#"):
                continue
            match = _SAMPLE.match(line)
            assert match, f"no sample: {line!r}"
            name, labels, value = match.groups()
            self.samples.append((name, dict(_LABEL.findall(labels or "")), float(value)))

    def find(self, name, /, **labels):
        """Values of the samples of a name that carry these labels."""
        return [value for sample, found, value in self.samples
                if sample == name and all(found.get(key) == wanted for key, wanted in labels.items())]

    def value(self, name, /, **labels):
        """The one value; an assertion fails if there is none or more than one."""
        values = self.find(name, **labels)
        assert len(values) == 1, f"{len(values)} samples of {name}{labels}"
        return values[0]

    def total(self, name, /, **labels):
        return sum(self.find(name, **labels))

    def of_environment(self, namespace, name):
        """Every sample whose labels name this environment."""
        return [sample for sample in self.samples
                if sample[1].get("namespace") == namespace and sample[1].get("name") == name]

    def names(self):
        return {name for name, _, _ in self.samples}


def scrape(address):
    """@param address host:port"""
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as response:
        return Scrape(response.read().decode())
