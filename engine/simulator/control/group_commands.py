"""Offers what people do with groups in a local Telegram."""

from abc import ABC, abstractmethod
from typing import Any, TypeVar

from engine.simulator.world.records import LocalBot, LocalGroup, LocalPerson

T = TypeVar("T")
Member = LocalBot | LocalPerson


class GroupCommands(ABC):
    """The part of `LocalTelegram` that creates and changes groups.

    `by` is the acting account, by default the group's creator; people who join act for themselves.
    """

    @abstractmethod
    async def _ask(self, kind: type[T], command: str, **arguments: Any) -> T: ...

    async def add_group(
        self,
        title: str,
        members: "list[LocalBot | LocalPerson]",
        *,
        supergroup: bool = True,
        administrators: "list[LocalBot | LocalPerson] | None" = None,
        creator: LocalPerson | None = None,
    ) -> LocalGroup:
        """Create a group; unless named, the first person among the members is its creator."""
        return await self._ask(
            LocalGroup,
            "add_group",
            title=title,
            supergroup=supergroup,
            members=[one.id for one in members],
            administrators=[one.id for one in administrators or []],
            creator=creator.id if creator else 0,
        )

    async def groups(self) -> list[LocalGroup]:
        """Return all groups."""
        return await self._ask(list[LocalGroup], "groups")

    async def join(self, group: LocalGroup, who: Member, *, by: Member | None = None) -> None:
        """Add a bot, or let a person join."""
        await self._change("join", group, who, by)

    async def leave(self, group: LocalGroup, who: Member) -> None:
        """Let a member leave."""
        await self._ask(type(None), "leave", chat=group.id, who=who.id)

    async def remove(self, group: LocalGroup, who: Member, *, by: Member | None = None) -> None:
        """Remove a member; a supergroup bans it until it joins again."""
        await self._change("remove", group, who, by)

    async def promote(self, group: LocalGroup, who: Member, *, by: Member | None = None) -> None:
        """Make a member an administrator."""
        await self._change("set_rank", group, who, by, rank="administrator")

    async def demote(self, group: LocalGroup, who: Member, *, by: Member | None = None) -> None:
        """Make an administrator, or a restricted member, an ordinary member."""
        await self._change("set_rank", group, who, by, rank="member")

    async def restrict(self, group: LocalGroup, who: Member, *, by: Member | None = None) -> None:
        """Forbid a member of a supergroup to write."""
        await self._change("set_rank", group, who, by, rank="restricted")

    async def mute_group(self, group: LocalGroup, *, muted: bool = True) -> None:
        """Let only administrators write, or everybody again."""
        await self._ask(type(None), "mute_group", chat=group.id, muted=muted)

    async def migrate(self, group: LocalGroup) -> LocalGroup:
        """Turn a basic group into a supergroup; return that."""
        return await self._ask(LocalGroup, "migrate", chat=group.id)

    async def _change(
        self, command: str, group: LocalGroup, who: Member, by: Member | None, **more: str
    ) -> None:
        actor = by.id if by else 0
        await self._ask(type(None), command, chat=group.id, who=who.id, by=actor, **more)
