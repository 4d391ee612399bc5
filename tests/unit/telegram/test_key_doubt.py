"""A key that seems to be forgotten is doubted only after a while, and never thrown away for it."""

from pathlib import Path

import pytest
from telethon.crypto import AuthKey

from engine.secrets.master_key import MasterKey
from engine.secrets.seal import Seal
from engine.telegram.client.key_doubt import KeyDoubt
from engine.telegram.faults import ConnectionLostError, UnknownKeyError
from engine.telegram.sessions.session import AccountSession
from tests.support.clock import ManualClock

OLD, NEW = AuthKey(bytes(range(256))), AuthKey(bytes(reversed(range(256))))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def session(tmp_path: Path) -> AccountSession:
    session = AccountSession(tmp_path / "ada.session", Seal([MasterKey.generate()]))
    session.set_dc(2, "127.0.0.1", 443)
    session.auth_key = OLD
    return session


@pytest.fixture
def doubt(session: AccountSession, clock: ManualClock) -> KeyDoubt:
    return KeyDoubt(session, clock)


def _deny(doubt: KeyDoubt, clock: ManualClock, times: int, apart: float = 20.0) -> None:
    for _ in range(times):
        doubt.choose(has_token=True)
        doubt.failed(UnknownKeyError())
        clock.advance(apart)


async def _in_file(session: AccountSession) -> AuthKey:
    await session.flush(1)
    again = AccountSession(session.path, session._seal)
    again.load()
    return again.auth_key


def test_many_denials_in_a_short_while_prove_nothing(
    session: AccountSession, doubt: KeyDoubt, clock: ManualClock
) -> None:
    _deny(doubt, clock, 20, apart=1.0)
    doubt.choose(has_token=True)
    assert session.auth_key is OLD


async def test_after_a_while_every_other_try_makes_a_new_key_and_the_old_one_is_kept(
    session: AccountSession, doubt: KeyDoubt, clock: ManualClock
) -> None:
    _deny(doubt, clock, 4)
    tried = []
    for _ in range(4):
        doubt.choose(has_token=True)
        tried.append(session.auth_key)
        if session.auth_key is None:
            session.auth_key = NEW  # as a key exchange would
        assert (await _in_file(session)).key == OLD.key
        doubt.failed(ConnectionLostError())
    assert tried == [None, OLD, None, OLD]
    assert session.auth_key is OLD


async def test_a_new_key_takes_its_place_once_it_is_logged_in(
    session: AccountSession, doubt: KeyDoubt, clock: ManualClock
) -> None:
    _deny(doubt, clock, 4)
    doubt.choose(has_token=True)
    session.auth_key = NEW
    doubt.proven()
    assert (await _in_file(session)).key == NEW.key
    doubt.choose(has_token=True)
    assert session.auth_key is NEW


def test_an_account_without_a_token_goes_on_with_its_only_key(
    session: AccountSession, doubt: KeyDoubt, clock: ManualClock
) -> None:
    for _ in range(10):
        doubt.choose(has_token=False)
        assert session.auth_key is OLD
        doubt.failed(UnknownKeyError())
        clock.advance(60.0)
