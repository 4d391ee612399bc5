"""Streams and whole answers in the shapes servers send them, right and wrong."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.replies.providers.attempt import Attempt, Patience
from engine.replies.providers.chat import TokenUsage
from engine.replies.providers.failure import Failure, ProviderError
from tests.support.servers.gateways import asking
from tests.support.servers.response_reading import BytesClient, chunk, events, read

DONE = "[DONE]"
STOP = chunk("", "stop")
PARTS = [
    {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
    {"type": "text", "text": "Hel"},
    {"type": "reference", "reference_ids": [1]},
    "lo.",
]

GOOD = {
    "plain": events(chunk("Hel"), chunk("lo."), STOP, DONE),
    "crlf": events(chunk("Hello."), STOP, DONE).replace(b"\n", b"\r\n"),
    "cr": events(chunk("Hello."), STOP, DONE).replace(b"\n", b"\r"),
    "byte order mark": b"\xef\xbb\xbf" + events(chunk("Hello."), STOP, DONE),
    "no blank after the colon": events(chunk("Hello."), STOP, DONE).replace(b"data: ", b"data:"),
    "comments and other fields": b": ping\nid: 7\nretry: 10\n\n"
    + events(chunk("Hello."), STOP).replace(b"\n\n", b"\n: still here\n\n")
    + events(DONE),
    "an event called message": b"event: message\n" + events(chunk("Hello."), STOP, DONE),
    "events of the server's own": b"event: ping\ndata: 3\n\nevent: ping\ndata: {}\n\n"
    + events(chunk("Hello."), STOP, DONE),
    "data in several lines": b'data: {"choices":\ndata: [{"delta": {"content": "Hello."},\n'
    b'data: "finish_reason": "stop"}]}\n\n' + events(DONE),
    "no empty lines": events(chunk("Hello."), STOP, DONE).replace(b"\n\n", b"\n"),
    "no empty line at the end": events(chunk("Hello."), STOP, DONE).rstrip(),
    "no [DONE]": events(chunk("Hello."), STOP),
    "the reason beside the last words": events(chunk("Hel"), chunk("lo.", "stop")),
    "a reason beside every word": events(chunk("Hel", "stop"), chunk("lo.", "stop"), DONE),
    "an empty reason until the end": events(chunk("Hello.", ""), chunk("", "STOP"), DONE),
    "content as parts": events(chunk(PARTS), STOP, DONE),
    "several choices": events(
        json.dumps(
            {
                "choices": [
                    {"index": 1, "delta": {"content": "Another."}},
                    {"index": 0, "delta": {"content": "Hello."}, "finish_reason": "stop"},
                ]
            }
        ),
        DONE,
    ),
    "all of it again at the end": events(
        chunk("Hel"),
        chunk("lo."),
        '{"choices": [{"message": {"content": "Hello."}, "finish_reason": "stop"}]}',
        DONE,
    ),
    "messages for deltas": events(
        '{"choices": [{"message": {"content": "Hel"}}]}',
        '{"choices": [{"message": {"content": "lo."}, "finish_reason": "stop"}]}',
        DONE,
    ),
    "a list for an empty delta": events(
        chunk("Hello."), '{"choices": [{"delta": [], "finish_reason": "stop"}]}', DONE
    ),
    "an index as text": events(
        '{"choices": [{"index": "0", "delta": {"content": "Hello."}}]}', STOP, DONE
    ),
    "no delta": events(chunk("Hello."), '{"choices": [{"finish_reason": "stop"}]}', DONE),
    "figures of odd types": events(
        chunk("Hello.", usage="none", created=None, system_fingerprint=[]), STOP, DONE
    ),
    "an error that is none": events(chunk("Hello.", error=None), chunk("", "stop", error={}), DONE),
    "whole": json.dumps(
        {"choices": [{"message": {"content": "Hello."}, "finish_reason": "stop"}]}
    ).encode(),
    "whole, as parts, after blanks": b"\n \r\n"
    + json.dumps({"choices": [{"message": {"content": PARTS}}]}).encode(),
    "words after the end": events(chunk("Hello."), STOP, DONE, chunk(" And more."), "{"),
}


@pytest.mark.parametrize("stream", GOOD.values(), ids=GOOD)
async def test_an_answer_is_understood_however_it_is_cut_into_pieces(stream: bytes) -> None:
    assert await read(stream) == "Hello."
    for size in (1, 2, 7, 50):
        pieces = (stream[start : start + size] for start in range(0, len(stream), size))
        assert await read(*pieces) == "Hello.", size


BAD = {
    "no JSON": (events("{", DONE), Failure.INVALID_JSON),
    "a number": (events("3", DONE), Failure.INVALID_JSON),
    "choices that are none": (events('{"choices": "none"}', DONE), Failure.INVALID_JSON),
    "content that is none": (events(chunk(3), STOP, DONE), Failure.INVALID_JSON),
    "an error object": (events(chunk("Hel"), '{"error": {"message": "m"}}'), Failure.SERVER_ERROR),
    "an error object before [DONE]": (
        events(chunk("Hello."), '{"error": {"message": "m", "code": 500}}', DONE),
        Failure.SERVER_ERROR,
    ),
    "an error after the end of the words": (
        events(chunk("Hello."), STOP, '{"error": "overloaded"}', DONE),
        Failure.SERVER_ERROR,
    ),
    "an error beside the words": (events(chunk("Hel", error={"code": 502})), Failure.SERVER_ERROR),
    "too many calls": (events('{"error": {"code": 429}}', DONE), Failure.RATE_LIMITED),
    "no credit": (events('{"error": {"code": "insufficient_quota"}}'), Failure.OUT_OF_CREDIT),
    "an event called error": (
        events(chunk("Hel")) + b'event: error\ndata: {"message": "m"}\n\n' + events(DONE),
        Failure.SERVER_ERROR,
    ),
    "an event called error at the end": (
        events(chunk("Hello.")) + b"event: error\ndata: out of memory",
        Failure.SERVER_ERROR,
    ),
    "a field called error": (
        events(chunk("Hel")) + b'error: {"code": 500}\n\n',
        Failure.SERVER_ERROR,
    ),
    "an object called error": (events('{"object": "error", "code": 400}'), Failure.SERVER_ERROR),
    "an error of a choice": (
        events('{"choices": [{"error": {"code": 429}, "delta": {}}]}'),
        Failure.RATE_LIMITED,
    ),
    "an error in place of a whole answer": (b'{"error": {"code": 401}}', Failure.KEY_REFUSED),
    "details in place of an answer": (b'{"detail": "Not Found"}', Failure.SERVER_ERROR),
    "the reason error": (events(chunk("Hello."), chunk("", "error"), DONE), Failure.SERVER_ERROR),
    "the reason abort": (events(chunk("Hello."), chunk("", "abort"), DONE), Failure.SERVER_ERROR),
    "a filter": (events(chunk("Hel"), chunk("", "content_filter")), Failure.FILTERED),
    "a filter of Gemini": (events(chunk("Hel"), chunk("", "SAFETY")), Failure.FILTERED),
    "a refusal in place of words": (
        events('{"choices": [{"delta": {"content": null, "refusal": "I will not."}}]}'),
        Failure.FILTERED,
    ),
    "a call in place of words": (events(chunk(None, "tool_calls"), DONE), Failure.EMPTY),
    "nothing": (b"", Failure.EMPTY),
    "no words": (events(chunk(""), STOP, DONE), Failure.EMPTY),
    "thoughts alone": (events(chunk("<think>Hm.</think>"), STOP, DONE), Failure.EMPTY),
    "no end": (events(chunk("Hello.")), Failure.TRUNCATED),
    "no reason at the end": (events(chunk("Hello."), chunk("", None)), Failure.TRUNCATED),
    "half a chunk": (events(chunk("Hello.")) + b'data: {"choices": [{"del', Failure.TRUNCATED),
    "a reason beside every word, and no end": (
        events(chunk("Hel", "stop"), chunk("lo.", "stop")),
        Failure.TRUNCATED,
    ),
    "cut in its first sentence": (
        events(chunk("Hello, my"), chunk("", "length"), DONE),
        Failure.CUT_SHORT,
    ),
    "cut in its thoughts": (
        events(chunk("<think>Hello. My"), chunk("", "length"), DONE),
        Failure.CUT_SHORT,
    ),
    "an end for no reason": (events(chunk("Hello, my"), DONE), Failure.CUT_SHORT),
}


@pytest.mark.parametrize(("stream", "failure"), BAD.values(), ids=BAD)
async def test_what_is_no_whole_answer_fails_by_its_kind(stream: bytes, failure: Failure) -> None:
    with pytest.raises(ProviderError) as raised:
        await read(stream)
    assert raised.value.failure is failure


@pytest.mark.parametrize(
    "reason", ["length", "max_tokens", "MAX_TOKENS", "model_length", "whatever"]
)
async def test_an_answer_cut_by_a_limit_ends_with_its_last_whole_sentence(reason: str) -> None:
    cut = events(chunk("Yes! It costs 3.5 euros. And if"), chunk(" you", reason), DONE)
    assert await read(cut) == "Yes! It costs 3.5 euros."


async def test_words_beside_a_call_are_an_answer() -> None:
    assert await read(events(chunk("Let me see."), chunk(None, "tool_calls"), DONE))


async def test_a_connection_lost_after_the_end_of_the_words_loses_nothing() -> None:
    lost = ProviderError(Failure.CONNECTION)
    assert await read(events(chunk("Hello."), STOP), end=lost) == "Hello."
    for stream in (events(chunk("Hello.", "stop")), events(chunk("Hel", "stop"), STOP)):
        with pytest.raises(ProviderError):  # who gives a reason with each word may not be done
            await read(stream, end=lost)


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn"]), max_size=40),
    st.integers(1, 9),
    st.booleans(),
)
async def test_a_text_comes_out_as_it_went_in_wherever_it_is_split(
    text: str, size: int, ascii_only: bool
) -> None:
    said = f"A{text}.\u2028B"
    halves = said.encode("utf-16-le")
    pieces = (halves[start : start + 2 * size] for start in range(0, len(halves), 2 * size))
    chunks = [
        json.dumps(
            {"choices": [{"delta": {"content": one.decode("utf-16-le", "surrogatepass")}}]},
            ensure_ascii=True,
        )
        for one in pieces
    ]
    whole = json.dumps({"choices": [{"delta": {"content": said}}]}, ensure_ascii=ascii_only)
    assert await read(events(*chunks, STOP, DONE)) == await read(events(whole, STOP, DONE))


async def test_halves_of_a_letter_are_counted_as_well_as_joined() -> None:
    attempt = Attempt(asking(), Patience(30.0, 30.0, 30.0))
    client = BytesClient([events(chunk("Hi \ud83d"), chunk("\ude00."), STOP, DONE)])
    assert await attempt.run(client) == "Hi 😀."
    assert attempt.usage.completion > 0


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        ({"prompt_tokens": 12, "completion_tokens": 3}, TokenUsage(12, 3)),
        ({"prompt_tokens": 12.0, "completion_tokens": "3"}, TokenUsage(12, 3)),
        ({"prompt_tokens": 10**23, "completion_tokens": 10**23}, TokenUsage(40, 50)),
        ({"prompt_tokens": 12, "completion_tokens": 1e300}, TokenUsage(12, 50)),
        ({"prompt_tokens": -5, "completion_tokens": 3}, TokenUsage(40, 3)),
        ({"prompt_tokens": 0, "completion_tokens": 0}, TokenUsage(40, 3)),
        ({"prompt_tokens": True, "completion_tokens": 3}, TokenUsage(40, 3)),
        ({"prompt_tokens": [], "completion_tokens": {}}, TokenUsage(40, 3)),
        ({"prompt_tokens": "1" * 5000, "completion_tokens": 3}, TokenUsage(40, 3)),
        ({}, TokenUsage(40, 3)),
        ([1], TokenUsage(40, 3)),
        (7, TokenUsage(40, 3)),
    ],
)
async def test_figures_are_taken_as_far_as_they_can_be_true(
    usage: object, counted: TokenUsage
) -> None:
    attempt = Attempt(asking(max_tokens=50), Patience(30.0, 30.0, 30.0))
    stream = events(chunk("Hello."), STOP, json.dumps({"choices": [], "usage": usage}), DONE)
    assert await attempt.run(BytesClient([stream])) == "Hello."
    assert attempt.usage == counted


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 400])
async def test_figures_that_are_no_numbers_lose_no_answer(figure: str) -> None:
    usage = f'{{"choices": [], "usage": {{"prompt_tokens": {figure}, "completion_tokens": 1}}}}'
    assert await read(events(chunk("Hello."), STOP, usage, DONE)) == "Hello."


async def test_nothing_a_provider_says_of_an_error_is_kept() -> None:
    with pytest.raises(ProviderError) as raised:
        await read(events('{"error": {"message": "sk-abc is wrong", "code": "sk-abc"}}'))
    assert "sk-abc" not in f"{raised.value!r} {raised.value.__cause__!r}"


@given(
    st.sampled_from(sorted(GOOD) + sorted(BAD)),
    st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=4)), max_size=5),
    st.integers(1, 60),
)
async def test_whatever_comes_is_an_answer_or_a_failure_of_the_provider(
    name: str, changes: list[tuple[int, bytes]], size: int
) -> None:
    stream = GOOD[name] if name in GOOD else BAD[name][0]
    for place, data in changes:
        stream = stream[:place] + data + stream[place + len(data) :]
    pieces = (stream[start : start + size] for start in range(0, len(stream), size))
    with contextlib.suppress(ProviderError):
        assert (await read(*pieces)).strip()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("index", "delta", "content", "finish_reason", "type", "text", "code")),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(("choices", "usage", "error", "object", "detail")), _JSON, max_size=4
    ),
    st.booleans(),
)
async def test_fields_of_any_type_are_an_answer_or_a_failure_of_the_provider(
    fields: dict[str, object], whole: bool
) -> None:
    told = json.dumps(fields)
    with contextlib.suppress(ProviderError):
        await read(told.encode() if whole else events(told, chunk("Hello."), STOP, DONE))
    with contextlib.suppress(ProviderError):
        choices = json.dumps({"choices": [fields]})
        await read(choices.encode() if whole else events(choices, chunk("Hello."), STOP, DONE))
