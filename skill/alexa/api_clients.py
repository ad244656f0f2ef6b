"""Amazon's services for the device that asked, by the SDK's clients. To be imported late: it takes requests with it."""

import functools
import logging
from collections.abc import Callable
from typing import Any

from ask_sdk_core.api_client import DefaultApiClient
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model.services import ApiClientRequest, ApiConfiguration
from ask_sdk_model.services.base_service_client import BaseServiceClient
from ask_sdk_model.services.reminder_management import ReminderManagementServiceClient
from ask_sdk_model.services.ups import UpsServiceClient

PATIENCE = 3.0  #: to be connected, and again for each piece of the answer, in seconds
#: What the SDK cannot read: of a list of reminders it looks for a class that it has not, and an empty time is no time to it.
UNREADABLE = "ask_sdk_model.services.reminder_management.get_reminders_response.GetRemindersResponse"

# It writes every address that it calls at its lowest level, and an address names a device.
logging.getLogger("urllib3").setLevel(logging.WARNING)


class _ApiClient(DefaultApiClient):
    """The SDK's own client, which waits for ever and goes wherever it is sent on to; this one does neither."""

    def _resolve_method(self, request: ApiClientRequest) -> Callable[..., Any]:
        method: Callable[..., Any] = super()._resolve_method(request)
        return functools.partial(method, timeout=PATIENCE, allow_redirects=False)


class _Plain(BaseServiceClient):
    """A client that takes an error as it comes: the SDK's loses the status where it fails over the body."""

    def invoke(self, *args: Any, **call: Any) -> Any:
        kind = "object" if call["response_type"] == UNREADABLE else call["response_type"]
        sdk: Any = super()
        return sdk.invoke(*args, **{**call, "response_definitions": [], "response_type": kind})


class Reminders(ReminderManagementServiceClient, _Plain):
    """`get_reminders` returns a plain table."""


class Settings(UpsServiceClient, _Plain):
    """What a device is set to."""


def configuration(system: Any) -> ApiConfiguration:
    """Where Amazon's services are for this request, and with which right they are asked."""
    return ApiConfiguration(
        serializer=DefaultSerializer(),
        api_client=_ApiClient(),
        api_endpoint=str(system.api_endpoint),
        authorization_value=str(system.api_access_token),
    )
