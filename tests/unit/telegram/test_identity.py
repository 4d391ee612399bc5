"""All names by which a bot can be called are its own."""

from telethon.tl import types

from engine.telegram.client.identity import Identity


def _name(name: str, *, active: bool = True) -> types.Username:
    return types.Username(name, active=active)


def test_every_active_username_is_heard_and_no_other() -> None:
    names = [_name("Chess_Bot"), _name("GrandMaster"), _name("retired", active=False)]
    identity = Identity.of(types.User(7, bot=True, first_name="Chess", usernames=names))
    assert identity.username == "Chess_Bot"
    assert identity.usernames == {"chess_bot", "grandmaster"}


def test_a_single_username_is_heard_in_any_case() -> None:
    identity = Identity.of(types.User(7, bot=True, first_name="Chess", username="Chess_Bot"))
    assert identity.usernames == {"chess_bot"}


def test_an_account_without_a_username_goes_by_its_number() -> None:
    assert Identity.of(types.User(7, first_name="Ada")).username == "7"
