"""Adds up what ctest and the suites themselves reported; prints what failed and a last line 'N passed, N failed'.

  summary.py REPORTS ...

Each folder holds the reports of one pass: ctest.xml (one entry a suite) and, for every suite that speaks JUnit,
<suite>.xml (one entry a test). A suite's own report counts where there is one; ctest has the last word on
whether it failed, because a suite that crashed or was cut off wrote none, or half of one. A test that was
skipped counts as failed: a missing real part is an error here.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def count_report(path):
    """@return (passed, names of what failed) of one JUnit file"""
    passed, failed = 0, []
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname', '')}.{case.get('name', '')}".strip(".")
        skipped = case.find("skipped") is not None or case.get("status") == "notrun"
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(name)
        elif skipped:
            failed.append(f"{name} (skipped)")
        else:
            passed += 1
    return passed, failed


def count_suite(name, succeeded, folder):
    """@return (passed, names of what failed) of one suite"""
    try:
        passed, failed = count_report(folder / f"{name}.xml")
    except FileNotFoundError:
        passed, failed = (1, []) if succeeded else (0, [])
    except ElementTree.ParseError:
        passed, failed = 0, [f"{name}: its report is cut off"]
    if passed + len(failed) == 0 and succeeded:
        failed.append(f"{name}: it ran no test")
    if not succeeded and not failed:
        failed.append(f"{name}: it ended with an error or ran out of time")
    return passed, [f"{name}: {test}" if not test.startswith(f"{name}:") else test for test in failed]


def count_pass(folder):
    """@return (passed, names of what failed) of one pass of ctest"""
    folder = pathlib.Path(folder)
    try:
        suites = list(ElementTree.parse(folder / "ctest.xml").getroot().iter("testcase"))
    except (FileNotFoundError, ElementTree.ParseError) as error:
        return 0, [f"{folder}: no report of ctest ({error})"]
    passed, failed = 0, []
    for suite in suites:
        more_passed, more_failed = count_suite(suite.get("name"), suite.get("status") == "run", folder)
        passed += more_passed
        failed += more_failed
    if not suites:
        failed.append(f"{folder}: no suite ran")
    return passed, failed


def main(folders):
    passed, failed = 0, []
    for folder in folders:
        more_passed, more_failed = count_pass(folder)
        passed += more_passed
        failed += more_failed
    for name in failed:
        print(f"FAILED {name}")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
