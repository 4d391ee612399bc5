"""The framings, by the bytes of https://core.telegram.org/mtproto/mtproto-transports."""

from collections.abc import Callable

import pytest

from engine.simulator.network.transports import (
    Abridged,
    Framing,
    FramingError,
    Full,
    Intermediate,
    detect,
)

# length 20, sequence 0, 8 bytes, and the CRC32 of these 16 bytes, all little-endian
FULL = bytes.fromhex("1400000000000000") + b"payload!" + bytes.fromhex("77d17b48")


def test_a_full_frame_has_length_sequence_payload_and_crc() -> None:
    assert Full().frame(b"payload!") == FULL
    assert Full().feed(FULL) == [b"payload!"]


def test_full_frames_are_numbered() -> None:
    sender, receiver = Full(), Full()
    frames = sender.frame(b"one!") + sender.frame(b"two!")
    assert receiver.feed(frames) == [b"one!", b"two!"]


def test_a_full_frame_out_of_turn_or_damaged_ends_the_connection() -> None:
    sender = Full()
    first, second = sender.frame(b"one!"), sender.frame(b"two!")
    with pytest.raises(FramingError, match="was due"):
        Full().feed(second)
    with pytest.raises(FramingError, match="CRC32"):
        Full().feed(first[:-1] + bytes((first[-1] ^ 1,)))
    with pytest.raises(FramingError, match="bytes"):
        Full().feed(bytes.fromhex("ffffffff00000000"))


def test_an_abridged_frame_counts_in_words() -> None:
    assert Abridged().frame(bytes(4)) == b"\x01" + bytes(4)
    assert Abridged().frame(bytes(126 * 4))[:1] == b"\x7e"
    assert Abridged().frame(bytes(127 * 4))[:4] == b"\x7f\x7f\x00\x00"
    assert Abridged().frame(bytes(300 * 4))[:4] == b"\x7f\x2c\x01\x00"


def test_an_intermediate_frame_counts_in_bytes() -> None:
    assert Intermediate(padded=False).frame(b"payload!") == b"\x08\x00\x00\x00payload!"


def test_a_padded_frame_carries_up_to_three_more_bytes() -> None:
    lengths = {len(Intermediate(padded=True).frame(b"payload!")) for _ in range(200)}
    assert lengths == {12, 13, 14, 15}


@pytest.mark.parametrize("new", [Full, Abridged, lambda: Intermediate(padded=False)])
def test_frames_are_put_together_from_single_bytes(new: Callable[[], Framing]) -> None:
    sender, receiver = new(), new()
    payloads = [bytes((i,)) * 4 * i for i in (1, 3, 130)]
    stream = b"".join(sender.frame(payload) for payload in payloads)
    found = [got for i in range(len(stream)) for got in receiver.feed(stream[i : i + 1])]
    assert found == payloads


def test_the_framing_is_told_by_the_first_bytes() -> None:
    tags = {
        b"\xef": (Abridged, 1),
        b"\xee\xee\xee\xee": (Intermediate, 4),
        b"\xdd\xdd\xdd\xdd": (Intermediate, 4),
        FULL[:4]: (Full, 0),
    }
    for first, (kind, length) in tags.items():
        found = detect(first)
        assert found is not None
        assert (type(found[0]), found[1]) == (kind, length)
    assert detect(b"\xee\xee") is None
