"""The page on scale says what its script reckons, and the script's figures are those of the skill."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import scale
from lambda_handler import handler
from skill.alexa import request_log
from tests.endpoint.alexa import envelope

ROOT = Path(__file__).parents[2]


def test_the_page_holds_the_scripts_tables() -> None:
    page = (ROOT / "docs" / "SCALE.md").read_text(encoding="utf-8")
    tables = scale.report().split("\n\n")
    assert len(tables) == 5
    for table in tables:
        assert f"\n\n{table}\n\n" in page


def test_the_sum_is_that_of_its_rows() -> None:
    night, prices = scale.Night(), scale.Prices()
    rows = {name: amount for name, _, amount in scale.costs(night, prices)}
    assert rows["Lambda, requests"] == pytest.approx(1.00)
    assert rows["DynamoDB, writes"] == pytest.approx(0.625)
    # 5 million x 15 ms + 2 million x 15 ms + 50,000 x 1.4 s, at half a gigabyte
    assert scale.gb_seconds(night) == pytest.approx(0.5 * (75_000 + 30_000 + 70_000))
    assert f"**{scale.money(sum(rows.values()))}**" in scale.cost_table(night, prices)


def test_a_line_of_the_log_is_no_longer_than_reckoned(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "cramp-coach-Function-1A2B3C4D5E6F")

    class Context:
        aws_request_id = "00000000-0000-0000-0000-000000000000"

    request = dict(envelope()["request"])  # type: ignore[call-overload]
    request["requestId"] = f"amzn1.echo-api.request.{Context.aws_request_id}"
    handler(envelope(request=request), Context())
    line = capsys.readouterr().out
    assert json.loads(line)["intent"] == "RelieveIntent"
    assert len(line.encode()) <= scale.Night.line


def test_as_many_metrics_are_paid_for_as_there_are() -> None:
    assert (
        f"three metrics of our own | {scale.money(len(request_log.METRICS) * scale.Prices.metric_month)}"
        in scale.report()
    )
