"""What is sealed opens with its key, in its place, unaltered; and not otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.secrets.master_key import MasterKey, MasterKeyError, join_keys, parse_keys
from engine.secrets.seal import Seal, SealBrokenError, is_sealed

FIRST, SECOND = MasterKey.generate(), MasterKey.generate()


@given(st.binary(max_size=300), st.text(max_size=40))
def test_what_is_sealed_opens_in_its_place(plain: bytes, place: str) -> None:
    seal = Seal([FIRST])
    sealed = seal.seal(plain, place)
    assert seal.open(sealed, place) == plain
    assert is_sealed(sealed)
    with pytest.raises(SealBrokenError):
        seal.open(sealed, place + "x")


@given(st.integers(min_value=0), st.integers(1, 255))
def test_a_single_altered_byte_is_noticed(where: int, change: int) -> None:
    seal = Seal([FIRST])
    sealed = bytearray(seal.seal(b"a token of some length", "here"))
    sealed[where % len(sealed)] ^= change
    with pytest.raises(SealBrokenError):
        seal.open(bytes(sealed), "here")


@pytest.mark.parametrize(
    "content",
    [b"", b"gvc\x01", b"gvc\x01" + FIRST.id, b"plain text"],
    ids=["nothing", "too short", "no content", "plain text"],
)
def test_what_was_never_sealed_is_refused(content: bytes) -> None:
    with pytest.raises(SealBrokenError):
        Seal([FIRST]).open(content, "here")


def test_no_two_seals_of_one_secret_look_alike() -> None:
    seal = Seal([FIRST])
    assert len({seal.seal(b"secret", "here") for _ in range(100)}) == 100


def test_an_old_key_still_opens_and_the_new_one_seals() -> None:
    before = Seal([FIRST]).seal(b"secret", "here")
    seal = Seal([SECOND, FIRST])
    assert seal.open(before, "here") == b"secret"
    assert not seal.is_current(before)
    after = seal.seal(b"secret", "here")
    assert seal.is_current(after)
    with pytest.raises(SealBrokenError, match="another master key"):
        Seal([FIRST]).open(after, "here")


def test_a_key_survives_its_text_in_every_spelling() -> None:
    key = FIRST
    standard = key.text.replace("-", "+").replace("_", "/")
    for text in (key.text, key.text.rstrip("="), standard, key.secret.hex()):
        assert MasterKey.parse(text) == key
    assert parse_keys(join_keys((FIRST, SECOND))) == (FIRST, SECOND)


@pytest.mark.parametrize("text", ["", "password", "A" * 64 + "=", "é" * 43, "A" * 42])
def test_what_is_no_key_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(MasterKeyError) as refused:
        MasterKey.parse(text)
    assert not text or text not in str(refused.value)


def test_a_key_is_never_printed() -> None:
    assert FIRST.text not in repr(FIRST)
    assert repr(FIRST.secret) not in repr(FIRST)
