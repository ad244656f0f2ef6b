"""A DynamoDB endpoint of the tests' own: dynalite, which validates and answers as Amazon's does, in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.instruments import free_port, node_package

#: what the function finds in the cloud; keys that mean nothing, and nobody asked for better ones
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_PROXY": "127.0.0.1",
}


def environment(port: int) -> dict[str, str]:
    """The settings of a function whose table is behind this port; a table of its own, as a process opens one only once."""
    return {**CREDENTIALS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "PREFERENCES_TABLE": f"preferences-{port}"}


@dataclass
class Dynalite:
    process: subprocess.Popen[bytes]
    port: int

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.port)

    @property
    def table(self) -> str:
        return self.environment["PREFERENCES_TABLE"]

    def kill(self) -> None:
        """At once, as a fault would."""
        self.process.kill()
        self.process.wait(timeout=10)

    @property
    def client(self) -> Any:
        import boto3

        return boto3.client(
            "dynamodb",
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            region_name=CREDENTIALS["AWS_DEFAULT_REGION"],
            aws_access_key_id="none",
            aws_secret_access_key="none",
        )

    def create_table(self) -> None:
        """The table as the template makes it."""
        self.client.create_table(
            TableName=self.table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )

    def empty(self) -> None:
        for row in self.rows:
            self.client.delete_item(TableName=self.table, Key={"id": row["id"]})

    @property
    def rows(self) -> list[dict[str, Any]]:
        """All that the table holds, in DynamoDB's own writing."""
        rows: list[dict[str, Any]] = self.client.scan(TableName=self.table)["Items"]
        return rows


@contextmanager
def running() -> Iterator[Dynalite]:
    """With the table in it, and empty."""
    program = node_package("dynalite") / "cli.js"
    port = free_port()
    command = ["node", str(program), "--host", "127.0.0.1", "--port", str(port), "--createTableMs", "0"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    started = Dynalite(process, port)
    try:
        _wait_for(port, process)
        started.create_table()
        yield started
    finally:
        started.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        assert process.poll() is None, "dynalite ended at once"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("dynalite does not answer")
