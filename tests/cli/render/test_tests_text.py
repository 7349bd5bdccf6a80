"""What a failure shows beside what differs: the records of a metric, the steps of many earnings, colours."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli import testing
from cli.options import Settings
from cli.render.junit import render_junit
from cli.render.tests_text import PLAIN, RED, YELLOW, render_tests
from tests.engine.authoring.cases.suites import SMALL

CASES = """\
rung_test: 1
as_of: 2026-06-30
cases:
  later: {skip: not yet}
  figures:
    why: ticket 7
    given:
      sales:
        - {times: 12, closed_on: 2026-05-01, amount: 1 USD, quantity: 1, seller_id: ann}
        - {closed_on: 2025-06-30, amount: 1 USD}
    expect:
      metrics: {revenue: 13 USD, weight: 1, engineers: 1}
      earnings: {spiff: 1 USD}
      lines: {silver: {"revenue >= 10_000 USD": {distance: 1 USD}}}
"""


@pytest.fixture
def result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> testing.Tested:
    """A case that fails in several ways."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(SMALL)
    (tmp_path / "a.test.yaml").write_text(CASES)
    return testing.tested(Settings(), ["a.yaml"])


def earning(number: int, left: str) -> str:
    """The line of one sale: 10 USD for its one unit, as far as the limit of 50 USD leaves them."""
    earned = "measure 1, earned 10.00 USD, rounded 10.00 USD"
    return f"        a.yaml:66  spiff sale-{number}: {earned}, limit {left} USD, amount {left} USD"


def test_figures_with_what_they_were_made_of(result: testing.Tested) -> None:
    """A metric tells its days and records, an amount in all its earnings, a distance its line."""
    lines = render_tests(result).splitlines()
    failure = lines[lines.index("FAIL  figures  a.test.yaml:5:3") :]
    assert failure[: failure.index("")] == [
        "FAIL  figures  a.test.yaml:5:3",
        "      why: ticket 7",
        "      revenue: expected 13 USD, found 12 USD  a.test.yaml:12:26",
        "        a.yaml:29  revenue: 12 records from 2025-07-01 through 2026-06-30",
        "      weight: expected 1, found missing  a.test.yaml:12:42",
        "        a.yaml:32  weight: 0 records through 2026-06-30; sales.weight is missing",
        "      engineers: expected 1, found 0  a.test.yaml:12:56",
        "      spiff: expected 1 USD, found 50 USD  a.test.yaml:13:25",
        *(earning(n, "10.00") for n in (1, 10, 11, 12, 2)),
        *(earning(n, "0.00") for n in (3, 4, 5, 6, 7)),
        "        and 2 earnings more",
        "      distance of `revenue >= 10_000 USD` (silver): expected 1 USD, found 9_988 USD  a.test.yaml:14:60",
        ("        a.yaml:40  `revenue >= 10_000 USD` (silver) not met: 12.00 USD against 10,000.00 USD; "
         "9,988.00 USD more needed"),
    ]  # fmt: skip


def test_colours(result: testing.Tested) -> None:
    """Failures are red, what no case reaches is yellow."""
    text = render_tests(result, least=90, colour=True)
    assert f"{RED}FAIL{PLAIN}  figures" in text
    assert f"{YELLOW}skip{PLAIN}  later: not yet" in text
    assert f"{YELLOW}no case ends in the tier gold{PLAIN}" in text
    assert text.endswith(f"{RED}30% of the goals are covered, but 90% are required{PLAIN}\n")
    assert '<skipped message="not yet"/>' in render_junit(result)
