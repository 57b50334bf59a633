"""kill -9 of an operator at a named point, and the one after it."""

import re
import signal

from .processes import REPOSITORY
from .tape import check_history

FAILPOINTS = re.findall(r'constexpr std::string_view \w+ = "([a-z_.]+)"',
                        (REPOSITORY / "operator" / "engine" / "failpoints.hpp").read_text())


def killed(cluster, namespace, failpoint):
    """Starts an operator that dies at the failpoint, and waits until it has."""
    operator = cluster.start_operator(ready=False, namespaces=[namespace], failpoint=failpoint)
    code = operator.wait_exit(40)
    cluster.operators.remove(operator)
    assert code == -signal.SIGKILL, f"{failpoint} was not passed (exit code {code})\n{operator.log_tail()}"


def recover(cluster, namespace, one, database, *heads):
    """A new operator goes on to the end, and its status tells what the one before it did too."""
    cluster.start_operator(namespaces=[namespace])
    check_history(one.wait_ready(heads), database)
