"""The events of a stream, in the shapes providers send them."""

import pytest

from engine.replies.providers.chat import Delta, TokenUsage
from engine.replies.providers.chunk import read_line
from engine.replies.providers.failure import Failure, ProviderError


@pytest.mark.parametrize(
    ("line", "delta"),
    [
        ("", None),
        (": keep-alive", None),
        ("event: message", None),
        ("data: [DONE]", Delta(is_last=True)),
        ('data: {"choices": []}', None),
        ('data: {"choices": null, "usage": {"prompt_tokens": null}}', None),
        ('data:{"choices": [{"delta": {"content": "çok"}}]}', Delta("çok")),
        ('data: {"choices": [{"delta": {"role": "assistant"}}]}', Delta("")),
        ('data: {"choices": [{"delta": null, "finish_reason": "length"}]}', Delta("", True)),
        (
            'data: {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}',
            Delta(usage=TokenUsage(3, 2)),
        ),
        ('data: {"choices": [], "usage": null, "x_groq": {"id": 1}}', None),
    ],
)
def test_a_line_is_understood(line: str, delta: Delta | None) -> None:
    assert read_line(line) == delta


@pytest.mark.parametrize(
    ("line", "failure"),
    [
        ("data: {", Failure.INVALID_JSON),
        ("data: 3", Failure.INVALID_JSON),
        ('data: {"choices": "none"}', Failure.INVALID_JSON),
        ('data: {"choices": [{"delta": {"content": 3}}]}', Failure.INVALID_JSON),
        ('data: {"error": {"message": "sk-abc is wrong"}}', Failure.SERVER_ERROR),
        ('data: {"choices": [{"finish_reason": "content_filter"}]}', Failure.FILTERED),
    ],
)
def test_a_line_that_is_no_answer_is_told_without_its_words(line: str, failure: Failure) -> None:
    with pytest.raises(ProviderError) as raised:
        read_line(line)
    assert raised.value.failure is failure
    assert "sk-abc" not in str(raised.value)
