"""Implements the commands of the control port about groups."""

from collections.abc import Callable
from typing import Any

from engine.simulator.world.records import LocalGroup
from engine.simulator.world.state import Chat, Rank
from engine.simulator.world.world import World


def _record(chat: Chat) -> LocalGroup:
    return LocalGroup(chat.marked, chat.title, chat.supergroup)


class GroupControl:
    """Turns commands into methods of `World.groups`; chats are given by marked id."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._groups = world.groups
        self.commands: dict[str, Callable[..., Any]] = {
            "add_group": self._add,
            "groups": self._all,
            "join": self._join,
            "leave": self._leave,
            "migrate": self._migrate,
            "mute_group": self._mute,
            "remove": self._remove,
            "set_rank": self._set_rank,
        }

    def _add(
        self,
        title: str,
        supergroup: bool,
        members: list[int],
        administrators: list[int],
        creator: int,
    ) -> LocalGroup:
        chat = self._groups.add(
            title,
            supergroup=supergroup,
            members=members,
            administrators=administrators,
            creator=creator,
        )
        return _record(chat)

    def _all(self) -> list[LocalGroup]:
        chats = self._world.state.chats.values()
        return [_record(chat) for chat in chats if not chat.migrated_to]

    def _join(self, chat: int, who: int, by: int) -> None:
        self._groups.join(self._world.chat(chat), who, by)

    def _leave(self, chat: int, who: int) -> None:
        self._groups.leave(self._world.chat(chat), who)

    def _remove(self, chat: int, who: int, by: int) -> None:
        self._groups.remove(self._world.chat(chat), who, by)

    def _set_rank(self, chat: int, who: int, rank: str, by: int) -> None:
        self._groups.set_rank(self._world.chat(chat), who, Rank(rank), by)

    def _mute(self, chat: int, muted: bool) -> None:
        self._groups.mute(self._world.chat(chat), muted=muted)

    def _migrate(self, chat: int) -> LocalGroup:
        return _record(self._groups.migrate(self._world.chat(chat)))
