"""The last line of a run is right, whatever a suite did."""

import pytest

import summary

PASSES = '<testcase name="a" classname="S" status="run"/>'
FAILS = '<testcase name="b" classname="S" status="run"><failure message="no"/></testcase>'
ERRS = '<testcase name="c" classname="S"><error message="no"/></testcase>'
SKIPS = '<testcase name="d" classname="S"><skipped/></testcase>'

# sentence: (ctest's word on the suite, the suite's own report, passed, failed)
CASES = {
    "every test of a suite counts": ("run", f"<testsuites><testsuite>{PASSES}{PASSES}</testsuite></testsuites>", 2, 0),
    "a failed test and a passed one": ("fail", f"<testsuite>{PASSES}{FAILS}</testsuite>", 1, 1),
    "an error counts as failed": ("fail", f"<testsuite>{ERRS}</testsuite>", 0, 1),
    "a skipped test counts as failed": ("run", f"<testsuite>{PASSES}{SKIPS}</testsuite>", 1, 1),
    "a suite without a report of its own that passed": ("run", None, 1, 0),
    "a suite that crashed before its report": ("fail", None, 0, 1),
    "a suite that never ran": ("notrun", None, 0, 1),
    "a suite whose tests passed and that crashed at exit": ("fail", f"<testsuite>{PASSES}</testsuite>", 1, 1),
    "a report that is cut off": ("fail", "<testsuite><testcase", 0, 1),
    "a suite that ran nothing": ("run", "<testsuite></testsuite>", 0, 1),
}


@pytest.mark.parametrize("status,report,passed,failed", CASES.values(), ids=CASES.keys())
def test_counts(tmp_path, capsys, status, report, passed, failed):
    (tmp_path / "ctest.xml").write_text(f'<testsuite><testcase name="suite" status="{status}"/></testsuite>')
    if report is not None:
        (tmp_path / "suite.xml").write_text(report)
    code = summary.main([tmp_path])
    assert capsys.readouterr().out.splitlines()[-1] == f"{passed} passed, {failed} failed"
    assert (code == 0) == (failed == 0)


def test_passes_add_up_and_a_missing_report_is_a_failure(tmp_path, capsys):
    good = tmp_path / "15"
    good.mkdir()
    (good / "ctest.xml").write_text('<testsuite><testcase name="suite" status="run"/></testsuite>')
    assert summary.main([good, good]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 0 failed"
    assert summary.main([good, tmp_path / "16"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 1 failed"
