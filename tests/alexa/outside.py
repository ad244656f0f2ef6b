"""A program: what the skill does outside a conversation, by the modules of a folder, which may be a bundle of its own.

outside.py FOLDER SYSTEM, where SYSTEM is the request's context.System as JSON; prints what came of each task, as JSON.
"""

import json
import sys
from datetime import UTC, datetime

sys.path.insert(0, sys.argv[1])

from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model.interfaces.system import SystemState

from skill.alexa import reminders, store
from skill.core.preferences import Preferences

NOW = datetime(2026, 11, 22, 20, 15, tzinfo=UTC)
WISHES = Preferences(hold=22.5)
system = DefaultSerializer().deserialize(sys.argv[2], SystemState)
store.PATIENCE = 30.0

made, ids = reminders.remind(system, "en-GB", "22:00", "time to stretch", NOW, ("gone",))
kept = store.write("somebody", Preferences(), WISHES) and store.read("somebody") == WISHES
cancelled = reminders.cancel(system, ids)
forgotten = store.forget("somebody") and store.read("somebody") == Preferences()
system.api_access_token = "another"
refused, _ = reminders.remind(system, "en-GB", "22:00", "time to stretch", NOW)
answer = {"made": made, "cancelled": cancelled, "refused": refused, "kept": kept, "forgotten": forgotten}
print(json.dumps({**answer, "from": reminders.__file__}))
