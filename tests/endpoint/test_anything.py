"""Whatever arrives, the endpoint answers it: 400, or 200 from the skill; never 500."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skill.server.factory import create_app
from skill.server.verifier import Verifier
from tests.endpoint.alexa import CHAINS, SKILL_ID, Alexa, Clock, everyone, request

ALEXA: Alexa = everyone()
LIMITS = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])

header = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)
url = st.one_of(
    header,
    st.builds("https://s3.amazonaws.com{}".format, header),
    st.builds("{}://{}:{}{}".format, header, header, header, header),
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=15,
)
fields = st.sampled_from(["type", "timestamp", "locale", "intent", "requestId", "reason"])


def _endpoint() -> Any:
    """The endpoint, and behind it the handler that Lambda runs."""
    files = ALEXA.files
    checks = Verifier(
        fetch=lambda name: files[name.removeprefix(CHAINS)], roots=[ALEXA.root.certificate], clock=Clock()
    )
    return create_app(verifier=checks, skill_id=SKILL_ID).test_client()


ENDPOINT = _endpoint()


@LIMITS
@given(body=st.binary(max_size=300), where=url, signature=header)
def test_that_is_not_signed_is_400(body: bytes, where: str, signature: str) -> None:
    headers = {"SignatureCertChainUrl": where.strip(), "Signature-256": signature.strip()}
    assert ENDPOINT.post("/", data=body, headers=headers).status_code == 400


@LIMITS
@given(body=st.binary(max_size=300) | anything.map(lambda value: json.dumps(value).encode()))
def test_that_is_signed_but_no_request_is_400(body: bytes) -> None:
    post = ALEXA.post(body)
    assert ENDPOINT.post("/", data=post.body, headers=post.headers).status_code == 400


@LIMITS
@given(changes=st.dictionaries(fields, anything, min_size=1, max_size=3))
def test_that_is_signed_and_strange_is_answered(changes: dict[str, Any]) -> None:
    post = ALEXA.post(request(**changes))
    answer = ENDPOINT.post("/", data=post.body, headers=post.headers)
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert "response" in answer.get_json()
