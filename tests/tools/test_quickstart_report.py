"""What the quickstart asks of an operator, and how it words the answers."""

import http.server
import pathlib
import subprocess
import threading

import pytest

REPORT = pathlib.Path(__file__).parents[2] / "deploy" / "quickstart_report.sh"


def call(function, *arguments, text=""):
    """@return (exit code, standard output) of a function of the script, as quickstart.sh would run it"""
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", f'. "{REPORT}"; {function} "$@"', function,
                           *map(str, arguments)], input=text, capture_output=True, text=True, timeout=30)
    assert done.stderr == "", done.stderr
    return done.returncode, done.stdout


# sentence: (what is listened on, where to connect to, the same in a URL)
ADDRESSES = {
    "an address": ("127.0.0.1:9464", "127.0.0.1 9464", "127.0.0.1:9464"),
    "no host": (":9464", "127.0.0.1 9464", "127.0.0.1:9464"),
    "every IPv4 address": ("0.0.0.0:9464", "127.0.0.1 9464", "127.0.0.1:9464"),
    "a name": ("localhost:9464", "localhost 9464", "localhost:9464"),
    "an IPv6 address": ("[::1]:9464", "::1 9464", "[::1]:9464"),
    "every IPv6 address": ("[::]:9464", "::1 9464", "[::1]:9464"),
}


@pytest.mark.parametrize("listened,reached,url", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_reaches(listened, reached, url):
    assert call("reachable", listened) == (0, f"{reached}\n")
    assert call("url_host", listened) == (0, f"{url}\n")


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"of {self.path}\n".encode())

    def log_message(self, *_):
        pass


def test_scrapes_what_listens_on_every_address():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        for address in (f":{port}", f"0.0.0.0:{port}", f"127.0.0.1:{port}"):
            assert call("listens", address) == (0, "")
            code, page = call("scrape", address)
            assert code == 0 and page.endswith("of /metrics\n")
        server.shutdown()
    assert call("listens", f":{port}") == (1, "")
    assert call("scrape", f":{port}") == (0, "")


def metrics_of(namespace, name, ready, info=True):
    labels = f'namespace="{namespace}",name="{name}"'
    lines = [f'athanor_environment_condition{{{labels},type="Ready",status="{status}"}} {int(status == ready)}'
             for status in ("True", "False", "Unknown")]
    lines.append(f'athanor_environment_condition{{{labels},type="Stalled",status="True"}} 1')
    if info:
        lines.append(f'athanor_environment_info{{{labels},current="a, b",target="c",digest="sha256:0"}} 1')
        lines.append(f"athanor_environment_pending_revisions{{{labels}}} 3")
    return "\n".join(lines) + "\n"


def test_lists_environments_by_namespace_and_name():
    text = metrics_of("shop", "local", "True") + metrics_of("eu", "local", "False", info=False)
    assert call("environments", text=text) == (0, "eu|local||||False\nshop|local|a, b|c|3|True\n")


def test_prints_a_table():
    _, printed = call("table", text="eu|local||||False\nshop|staging|a, b|c|0|True\n")
    assert [line.split() for line in printed.splitlines()] == [
        [], ["ENVIRONMENT", "CURRENT", "TARGET", "PENDING", "READY"],
        ["local", "-", "-", "-", "False"], ["staging", "a,", "b", "c", "0", "True"], []]


READY, WAITS = "shop|a|1|1|0|True\n", "shop|b|1|2|1|False\n"

# sentence: (how many environments the operator found, what it says of them, whether all is well)
VERDICTS = {
    "all of them": ("2", READY + READY, True),
    "one is not ready": ("2", READY + WAITS, False),
    "one has not been looked at yet": ("2", READY, False),
    "one was added meanwhile": ("1", READY + READY, True),
    "the operator has not read the manifests yet": ("", READY, False),
    "nothing to wait for": ("0", "", True),
}


@pytest.mark.parametrize("awaited,lines,ready", VERDICTS.values(), ids=VERDICTS.keys())
def test_all_are_ready(awaited, lines, ready):
    assert call("all_ready", awaited, text=lines) == (0 if ready else 1, "")


def test_awaits_as_many_as_the_operator_found(tmp_path):
    log = tmp_path / "operator.log"
    log.write_text("")
    assert call("awaited", log) == (0, "")
    log.write_text("T info    read the manifests environments=3 config_maps=4 secrets=0\nT info    athanor starts\n")
    assert call("awaited", log) == (0, "3\n")


def status_file(state, name, ready, message):
    folder = state / "shop"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(
        "kind: MigrationEnvironment\nstatus:\n  conditions:\n"
        f"    - lastTransitionTime: 2026-11-24T23:51:06Z\n      message: {message}\n      observedGeneration: 1\n"
        f"      reason: SomeReason\n      status: {ready}\n      type: Ready\n"
        "    - lastTransitionTime: 2026-11-24T23:51:06Z\n      observedGeneration: 1\n      reason: NotStalled\n"
        '      status: "False"\n      type: Stalled\n  failure:\n    message: another\n')


def test_says_why_an_environment_is_not_ready(tmp_path):
    status_file(tmp_path, "local", '"False"', r'"line 7: near \"TABLEX\": syntax error\nand more: so"')
    status_file(tmp_path, "production", "Unknown", "The folder x: it does not exist.")
    status_file(tmp_path, "staging", '"True"', "The database is at a.")
    assert call("reasons", tmp_path) == (
        0, 'local: SomeReason: line 7: near "TABLEX": syntax error and more: so\n'
           "production: SomeReason: The folder x: it does not exist.\n")
    assert call("reasons", tmp_path / "none") == (0, "")
