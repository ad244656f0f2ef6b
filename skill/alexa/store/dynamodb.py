"""Preferences in a table of DynamoDB, by Amazon's own adapter. To be imported late: it takes a third of a second."""

import logging
import time
from decimal import Decimal
from typing import Any

import boto3
from ask_sdk_dynamodb.adapter import DynamoDbAdapter
from ask_sdk_model import RequestEnvelope
from botocore.config import Config

from skill.alexa.store.serialization import LASTS, Edit

#: One try, a second to be connected and a second for the answer: botocore's own defaults go on for minutes.
QUICK = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1})
TRIES = 5  #: how often a row is read anew because another device changed it meanwhile
EXPIRES = "expires"  #: the table's time to live, in seconds since the epoch

# These write whole requests at their lowest level, and a request names a person.
for chatty in ("boto3", "botocore", "urllib3"):
    logging.getLogger(chatty).setLevel(logging.WARNING)


class PreferencesTable(DynamoDbAdapter):
    """Amazon's adapter with an expiry beside the attributes, and a change that no other device's change can undo.

    The table is the template's: it is never created here. Each call makes a `Table` of its own; what they share is boto3's client,
    which threads may share.
    """

    def __init__(self, table: str) -> None:
        super().__init__(table, create_table=False, dynamodb_resource=boto3.resource("dynamodb", config=QUICK))

    def get_attributes(self, request_envelope: RequestEnvelope) -> dict[str, object]:
        kept = self._kept(self._row(request_envelope))
        return kept if isinstance(kept, dict) else {}

    def save_attributes(self, request_envelope: RequestEnvelope, attributes: dict[str, object]) -> None:
        self._put(request_envelope, attributes, _lasting(None))

    def change_attributes(self, request_envelope: RequestEnvelope, edit: Edit) -> None:
        """Reads, edits and saves; where another device saved in between, once more from the start."""
        conflict = self.dynamodb.meta.client.exceptions.ConditionalCheckFailedException
        for left in reversed(range(TRIES)):
            row = self._row(request_envelope)
            changed = edit(self._kept(row))
            if changed is None:
                return
            try:
                self._put(request_envelope, changed, _lasting(row.get(EXPIRES)), **_unless_changed(row))
                return
            except conflict:
                if not left:
                    raise

    def _row(self, request_envelope: RequestEnvelope) -> dict[str, object]:
        """The row as it lies in the table; empty where there is none."""
        key = {self.partition_key_name: self.partition_keygen(request_envelope)}
        found = self.dynamodb.Table(self.table_name).get_item(Key=key, ConsistentRead=True)
        row: dict[str, object] = found.get("Item", {})
        return row

    def _kept(self, row: dict[str, object]) -> object:
        """The attributes of a row that has not expired: DynamoDB may delete it days later."""
        expires = row.get(EXPIRES)
        expired = isinstance(expires, Decimal) and expires <= int(time.time())
        return None if expired else row.get(self.attribute_name)

    def _put(
        self, request_envelope: RequestEnvelope, attributes: dict[str, object], expires: int, **condition: Any
    ) -> None:
        row = {
            self.partition_key_name: self.partition_keygen(request_envelope),
            self.attribute_name: {name: _number(value) for name, value in attributes.items()},
            EXPIRES: expires,
        }
        self.dynamodb.Table(self.table_name).put_item(Item=row, **condition)


def _lasting(before: object) -> int:
    """When a row that is saved now is to go: later than what it had `before`, even within a second, to tell the two apart."""
    expires = int(time.time()) + LASTS
    if isinstance(before, Decimal) and expires <= before < expires + 3600:
        return int(before) + 1
    return expires


def _unless_changed(row: dict[str, object]) -> dict[str, Any]:
    """DynamoDB's condition that the row is still what was read."""
    names = {"#expires": EXPIRES}
    if EXPIRES not in row:
        return {"ConditionExpression": "attribute_not_exists(#expires)", "ExpressionAttributeNames": names}
    values = {":expires": row[EXPIRES]}
    return {
        "ConditionExpression": "#expires = :expires",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }


def _number(value: object) -> object:
    """DynamoDB takes numbers exactly, so no floats."""
    return Decimal(str(value)) if isinstance(value, float) else value
