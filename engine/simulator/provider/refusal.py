"""Builds a refusal in OpenAI's format: a status and an error object."""

import msgspec

_CODES = {
    400: "invalid_request",
    401: "invalid_api_key",
    403: "permission_denied",
    404: "model_not_found",
    429: "rate_limit_exceeded",
}


def refusal(status: int, message: str, code: str | None = None) -> bytes:
    """Return the body; `code` replaces the usual one, e.g. "insufficient_quota" with a 429."""
    error = {
        "message": message,
        "type": "server_error" if status >= 500 else "invalid_request_error",
        "param": None,
        "code": code or _CODES.get(status, "server_error"),
    }
    return msgspec.json.encode({"error": error})
