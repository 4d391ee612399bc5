"""What a refusal means, by its status and by the names in it."""

import json
from typing import Any

import pytest

from engine.replies.providers.failure import Failure
from engine.replies.providers.refusals import HttpRefusal

GEMINI = [
    {
        "error": {
            "code": 400,
            "message": "API key not valid. Please pass a valid API key.",
            "status": "INVALID_ARGUMENT",
            "details": [{"@type": "ErrorInfo", "reason": "API_KEY_INVALID"}],
        }
    }
]


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (400, GEMINI, Failure.KEY_REFUSED),
        (400, {"error": {"code": "model_decommissioned"}}, Failure.UNKNOWN_MODEL),
        (422, {"error": {"type": "invalid_model"}}, Failure.UNKNOWN_MODEL),
        (429, {"error": {"code": "insufficient_quota"}}, Failure.OUT_OF_CREDIT),
        (429, {"error": {"code": "invalid_api_key"}}, Failure.RATE_LIMITED),
        (400, {"error": {"message": "invalid_api_key"}}, Failure.REQUEST_REFUSED),
        (400, {"error": {"code": [], "details": [None, {"reason": 5}]}}, Failure.REQUEST_REFUSED),
        (400, "model_not_found", Failure.REQUEST_REFUSED),
    ],
)
def test_what_only_a_person_can_mend_is_told_by_names_where_the_status_tells_nothing(
    status: int, body: Any, failure: Failure
) -> None:
    assert HttpRefusal(status, None, json.dumps(body)).in_our_terms(0.0).failure is failure
