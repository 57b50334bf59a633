"""Waiting for what has to come true, with a deadline and a failure that says what was seen instead."""

import time


class NotYet(AssertionError):
    """Raised by a check whose time has not come."""


def eventually(check, timeout=30.0, every=0.1, what="", diagnose=None):
    """Calls `check` until it returns something true.

    @param check may raise AssertionError (or OSError: a server that isn't up) for "not yet"
    @param timeout in seconds
    @param diagnose called once at the deadline, its text is put into the failure
    @return what `check` returned
    """
    deadline = time.monotonic() + timeout
    last = None
    while True:
        try:
            result = check()
            if result:
                return result
            last = f"it gave {result!r}"
        except (AssertionError, OSError) as error:
            last = str(error) or repr(error)
        if time.monotonic() >= deadline:
            break
        time.sleep(every)
    message = f"after {timeout:g} s still not: {what or getattr(check, '__name__', 'the condition')}\nlast seen: {last}"
    if diagnose is not None:
        try:
            message += "\n" + diagnose()
        except Exception as error:  # the diagnosis must not hide the failure
            message += f"\n(no diagnosis: {error})"
    raise AssertionError(message)


def stays(check, seconds, every=0.2, what=""):
    """Asserts that `check` holds (returns true, or asserts nothing away) for `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert check(), what or getattr(check, "__name__", "the condition")
        time.sleep(every)
