"""Reads an account's profile, even if it contains objects of a newer layer."""

from typing import Any

from telethon.extensions import BinaryReader
from telethon.tl import types
from telethon.tl.functions.users import GetUsersRequest

from engine.telegram.updates.lenient import Lenient

_HAS_HASH, _HAS_FIRST_NAME, _HAS_LAST_NAME, _HAS_USERNAME = 1, 2, 4, 8
_IS_BOT, _READS_ALL_GROUPS = 1 << 14, 1 << 15


class OwnProfile(Lenient, GetUsersRequest):  # type: ignore[misc]  # Telethon ships no types
    """Requests the account's own user."""

    @classmethod
    def instead_of(cls, request: Any) -> "OwnProfile | None":
        """Return this request in place of `request` if that asks for the own user, else None."""
        if not isinstance(request, GetUsersRequest):
            return None
        own = len(request.id) == 1 and isinstance(request.id[0], types.InputUserSelf)
        return cls(request.id) if own else None


def read_profile(body: bytes) -> Any:
    """Return the first user in `body`, a vector of users, with the fields a login needs.

    Raises an error of Telethon's readers if even that cannot be read.
    """
    reader = BinaryReader(body)
    reader.read_int()  # constructor of the vector
    if reader.read_int() < 1 or reader.read_int(signed=False) != types.User.CONSTRUCTOR_ID:
        raise ValueError("no user can be read")
    flags = reader.read_int(signed=False)
    reader.read_int()  # more flags
    number = reader.read_long()
    access_hash = reader.read_long() if flags & _HAS_HASH else None
    names = [
        reader.tgread_string() if flags & has else None
        for has in (_HAS_FIRST_NAME, _HAS_LAST_NAME, _HAS_USERNAME)
    ]
    return types.User(
        number,
        is_self=True,
        bot=bool(flags & _IS_BOT),
        bot_chat_history=bool(flags & _READS_ALL_GROUPS),
        access_hash=access_hash,
        first_name=names[0],
        last_name=names[1],
        username=names[2],
    )
