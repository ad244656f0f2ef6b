"""Preferences in a DynamoDB table. Import it late: boto3 takes a third of a second."""

import logging
import time
from decimal import Decimal
from typing import Any

import boto3
from botocore.config import Config

from skill.alexa.store.serialization import LASTS, Edit

#: One try, a second to be connected and a second for the answer: botocore's own defaults go on for minutes.
QUICK = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1})
TRIES = 5  #: how often a row is read again because another device changed it meanwhile
#: The columns of the table: the user's id, the preferences, and the table's time to live in seconds since the epoch.
ID, ATTRIBUTES, EXPIRES = "id", "attributes", "expires"

# These write whole requests at their lowest level, and a request names a person.
for chatty in ("boto3", "botocore", "urllib3"):
    logging.getLogger(chatty).setLevel(logging.WARNING)


class PreferencesTable:
    """The rows of the template's table, each changed without undoing another device's change.

    Each call makes a `Table` of its own; they share boto3's client, which threads may share.
    """

    def __init__(self, table: str) -> None:
        self._name = table
        self._dynamodb = boto3.resource("dynamodb", config=QUICK)

    def get(self, user_id: str) -> object:
        """Return the attributes of a user's row; None if there is none."""
        return _attributes(self._row(user_id))

    def change(self, user_id: str, edit: Edit) -> None:
        """Read, edit and save; start again if another device saved in between."""
        conflict = self._dynamodb.meta.client.exceptions.ConditionalCheckFailedException
        for left in reversed(range(TRIES)):
            row = self._row(user_id)
            changed = edit(_attributes(row))
            if changed is None:
                return
            try:
                self._put(user_id, changed, row)
                return
            except conflict:
                if not left:
                    raise

    def delete(self, user_id: str) -> None:
        """Delete a user's row."""
        self._table().delete_item(Key={ID: user_id})

    def _table(self) -> Any:
        return self._dynamodb.Table(self._name)

    def _row(self, user_id: str) -> dict[str, object]:
        """Return the row as it is in the table; empty if there is none."""
        row: dict[str, object] = self._table().get_item(Key={ID: user_id}, ConsistentRead=True).get("Item", {})
        return row

    def _put(self, user_id: str, attributes: dict[str, object], before: dict[str, object]) -> None:
        """Save a row on the condition that it is still what was read `before`."""
        written = {name: _number(value) for name, value in attributes.items()}
        row = {ID: user_id, ATTRIBUTES: written, EXPIRES: _expiry(before.get(EXPIRES))}
        self._table().put_item(Item=row, **_unless_changed(before))


def _attributes(row: dict[str, object]) -> object:
    """Return the attributes of a row that has not expired: DynamoDB may delete it days later."""
    expires = row.get(EXPIRES)
    expired = isinstance(expires, Decimal) and expires <= int(time.time())
    return None if expired else row.get(ATTRIBUTES)


def _expiry(before: object) -> int:
    """Return when a row that is saved now expires: later than `before` even within a second, to tell the two apart."""
    expires = int(time.time()) + LASTS
    if isinstance(before, Decimal) and expires <= before < expires + 3600:
        return int(before) + 1
    return expires


def _unless_changed(row: dict[str, object]) -> dict[str, Any]:
    """Return DynamoDB's condition that the row is still what was read."""
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
    """Return a float as the exact number that DynamoDB takes."""
    return Decimal(str(value)) if isinstance(value, float) else value
