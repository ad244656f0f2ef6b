"""What holds for every test."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from skill.core.schema import ContentLibrary
    from skill.tools.check.all_sets import Given
    from tests.amazon_api import AmazonApi
    from tests.dynalite import Dynalite

#: Set where every instrument is at hand (.ci/run): a test that is skipped there has not been run, and fails.
NO_SKIPS = os.environ.get("CRAMP_COACH_NO_SKIPS") == "1"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests that wait for a browser, a server or a clock leave theirs to the others."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_if_skipped(report)
    return report


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped here (CRAMP_COACH_NO_SKIPS=1). {reason}"


@pytest.fixture(scope="session", autouse=True)
def sets_worked_out_once() -> Generator[None]:
    """`check` works out every set that somebody can be given; where content differs in its words alone, they are the same."""
    from skill.tools import check

    work_out = check.outcomes
    last: list[Any] = []

    def remembered(content: ContentLibrary) -> tuple[Given, ...]:
        if not last or last[0] != content:
            last[:] = content, work_out(content)
        return last[1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check, "outcomes", remembered)
        yield


@pytest.fixture
def amazon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[AmazonApi]:
    """The stand-in of Amazon's API for reminders."""
    from tests.amazon_api import serving

    with serving(tmp_path, monkeypatch) as api:
        yield api


@pytest.fixture
def dynalite(monkeypatch: pytest.MonkeyPatch) -> Generator[Dynalite]:
    """A DynamoDB with the table of preferences, which the skill is set to use."""
    from tests.dynalite import running

    with running() as database:
        for name, value in database.environment.items():
            monkeypatch.setenv(name, value)
        yield database


@pytest.fixture(scope="session")
def chromium() -> Generator[Browser]:
    """One browser for all tests of a process: a second one could not be driven from it."""
    from tests.screen.stage import browser

    with browser() as found:
        yield found
