"""What is said depends on no machine's speed: what is kept and Amazon's API are waited for, however long they take."""

from __future__ import annotations

import pytest

from skill.alexa import reminders, store


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """How little of it the skill has is other tests': those of the table, of the file and of reminders."""
    monkeypatch.setattr(store, "PATIENCE", 30.0)
    monkeypatch.setattr(reminders, "PATIENCE", 30.0)
    monkeypatch.setattr(reminders, "ERRAND", 60.0)
