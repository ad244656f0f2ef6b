"""What a night of a million people costs, and which limit is met first: `python -m bench.scale` prints the tables of docs/SCALE.md.

Arithmetic on stated figures, nothing measured here. All money is in US dollars, before tax, at list prices without any free tier.
"""

from __future__ import annotations

from dataclasses import dataclass

MILLION = 1_000_000
GB = 1024**3


@dataclass(frozen=True)
class Prices:
    """us-east-1, arm64, as AWS's public price list had them in September 2026."""

    request: float = 0.20 / MILLION
    gb_second: float = 0.0000133334
    read: float = 0.125 / MILLION  #: a consistent read of up to 4 KB
    write: float = 0.625 / MILLION  #: of up to 1 KB
    table_gb_month: float = 0.25
    log_gb: float = 0.50
    log_gb_month: float = 0.03
    alarm_month: float = 0.10
    metric_month: float = 0.30
    snapshot_gb_second: float = 0.0000015046
    snapshot_restored_gb: float = 0.0001397998


@dataclass(frozen=True)
class Night:
    """What people do in a night, and what one request takes. Times in seconds, sizes in bytes."""

    people: int = MILLION
    requests: int = 5  #: of a session: the cramp, "still", "gone", "thank you", and what Alexa sends at the end
    session: float = 240.0
    busiest_hour: float = 0.20  #: of all sessions
    busiest_minute: float = 2.0  #: against the mean of that hour
    memory: float = 0.5  #: GB
    #: billed; 2 ms of a whole processor are 7 ms of the 0.29 that 512 MB have, and as much again for the runtime
    warm: float = 0.015
    table: float = 0.015  #: more, for a request that reads or writes a row
    cold: float = 1.4  #: more, for each new process: to set it up, and to load boto3 (0.2 s of a whole processor)
    cold_share: float = 0.01  #: of all requests
    reads: int = 1  #: of a session
    writes: float = 1.0  #: of a session: at most, for most have nothing new to keep
    row: int = 300  #: with its overhead in the table
    line: int = 600  #: our own line of the log; a test holds it to that
    lambdas_lines: int = 800  #: Lambda's own two of each request
    log_days: int = 30


@dataclass(frozen=True)
class Limits:
    """AWS's default quotas. `new_account` is what new accounts may begin with until it is raised."""

    concurrency: int = 1000
    new_account: int = 10
    rate_of_one: int = 10  #: requests a second that each unit of concurrency allows
    scaling: int = 100  #: new processes a second, for each function
    table_reads: int = 12_000  #: a second, of a new on-demand table
    table_writes: int = 4_000


def table(rows: list[tuple[str, ...]]) -> str:
    """Rows as Markdown, the first the heading; all columns but the first stand to the right."""
    head, *body = rows
    rule = ("---", *["---:"] * (len(head) - 1))
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *body))


def gb_seconds(night: Night) -> float:
    requests = night.people * night.requests
    with_row = night.people * (night.reads + night.writes)
    return night.memory * (requests * night.warm + with_row * night.table + requests * night.cold_share * night.cold)


def costs(night: Night, prices: Prices) -> list[tuple[str, str, float]]:
    """What is paid for by use, how much of it a night takes, and for how much money."""
    requests = night.people * night.requests
    billed = gb_seconds(night)
    logged = requests * (night.line + night.lambdas_lines) / GB
    stored = night.people * night.row / GB
    return [
        ("Lambda, requests", f"{requests:,}", requests * prices.request),
        ("Lambda, duration", f"{billed:,.0f} GB-s", billed * prices.gb_second),
        ("DynamoDB, reads", f"{night.people * night.reads:,}", night.people * night.reads * prices.read),
        ("DynamoDB, writes", f"{night.people * night.writes:,.0f}", night.people * night.writes * prices.write),
        ("DynamoDB, a month of the rows", f"{stored:.2f} GB", stored * prices.table_gb_month),
        ("Logs, taken in", f"{logged:.1f} GB", logged * prices.log_gb),
        (
            f"Logs, kept for {night.log_days} days",
            f"{logged:.1f} GB",
            logged * prices.log_gb_month * night.log_days / 30,
        ),
    ]


def money(amount: float) -> str:
    return f"${amount:,.2f}"


def cost_table(night: Night, prices: Prices) -> str:
    rows = costs(night, prices)
    total = sum(amount for _, _, amount in rows)
    return table(
        [
            ("one night", "how much", "cost"),
            *((name, much, money(amount)) for name, much, amount in rows),
            (f"**{night.people:,} people**", "", f"**{money(total)}**"),
        ]
    )


def month_table(prices: Prices) -> str:
    alarms, metrics = 4 * prices.alarm_month, 3 * prices.metric_month
    month = 30 * 24 * 3600
    snapshot = 0.5 * month * prices.snapshot_gb_second
    return table(
        [
            ("a month, whatever is used", "cost"),
            ("four alarms", money(alarms)),
            ("three metrics of our own", money(metrics)),
            ("SnapStart, if on: each published version of 512 MB", money(snapshot)),
            ("SnapStart, if on: a thousand resumed processes", money(1000 * 0.5 * prices.snapshot_restored_gb)),
        ]
    )


def small_table(prices: Prices) -> str:
    rows: list[tuple[str, ...]] = [("people a night", "a month of nights")]
    for people in (10, 1_000, 100_000):
        cost = 30 * sum(amount for _, _, amount in costs(Night(people=people), prices))
        rows.append((f"{people:,}", money(cost)))
    return table(rows)


def load_table(night: Night, limits: Limits) -> str:
    """The busiest minute of the night: requests a second, processes at work, and rows a second."""
    sessions = night.people * night.busiest_hour / 3600 * night.busiest_minute
    requests = sessions * night.requests
    mean = gb_seconds(night) / night.memory / (night.people * night.requests)
    down = mean + night.reads / night.requests  # with the table gone, a session waits a second for it, once
    enough = max(requests * down, requests / limits.rate_of_one)
    return table(
        [
            ("the busiest minute", "a second"),
            ("sessions that begin", f"{sessions:,.0f}"),
            ("requests", f"{requests:,.0f}"),
            ("processes at work", f"{requests * mean:,.0f}"),
            ("the same, with the table gone", f"{requests * down:,.0f}"),
            ("**concurrency that is enough**", f"**{enough:,.0f}**"),
            ("rows read, and written at most", f"{sessions * night.reads:,.0f} + {sessions * night.writes:,.0f}"),
        ]
    )


def limits_table(night: Night, limits: Limits) -> str:
    """Each limit as the people a minute that it lets through, the lowest first."""
    mean = gb_seconds(night) / night.memory / (night.people * night.requests)

    def by_concurrency(units: int) -> float:
        return min(units / mean, units * limits.rate_of_one) / night.requests

    sessions = {
        f"Lambda, concurrency {limits.new_account}: a new account": by_concurrency(limits.new_account),
        f"Lambda, concurrency {limits.concurrency:,}: the usual quota": by_concurrency(limits.concurrency),
        "Lambda, new processes, if everybody's first request needs one": float(limits.scaling),
        f"DynamoDB, {limits.table_writes:,} writes a second: a new table": limits.table_writes / night.writes,
        f"DynamoDB, {limits.table_reads:,} reads a second: a new table": limits.table_reads / night.reads,
    }
    rows = sorted(sessions.items(), key=lambda row: row[1])
    return table(
        [("limit", "people a minute"), *((name, f"{rate * 60:,.0f}") for name, rate in rows)],
    )


def report() -> str:
    """All tables, as they stand in docs/SCALE.md."""
    night, prices, limits = Night(), Prices(), Limits()
    tables = [
        cost_table(night, prices),
        small_table(prices),
        month_table(prices),
        load_table(night, limits),
        limits_table(night, limits),
    ]
    return "\n\n".join(tables)


if __name__ == "__main__":
    print(report())
