"""Who is told of a change in a group, and what is left of those who went."""

import pytest

from engine.simulator.world.rpc_error import RpcError
from engine.simulator.world.state import Account, Chat, Rank, new_state
from engine.simulator.world.world import World


class Scene:
    """A group with a creator, an ordinary bot and an administrator bot."""

    def __init__(self, *, supergroup: bool) -> None:
        self.world = World(new_state(), random_id_memory=3600)
        self.groups = self.world.groups
        self.creator = self.world.add_person("Ada")
        self.bot = self.world.add_bot("Bot")
        self.boss = self.world.add_bot("Boss")
        self.group: Chat = self.groups.add(
            "Group",
            supergroup=supergroup,
            members=[self.creator.id, self.bot.id],
            administrators=[self.boss.id],
        )

    def changes(self, bot: Account) -> list[tuple[int, Rank, Rank]]:
        """What a bot was told since it was added: whose rank, from what, to what."""
        return [(one.subject, one.before, one.after) for one in bot.standings[1:]]


@pytest.fixture(params=[True, False], ids=["supergroup", "basic group"])
def scene(request: pytest.FixtureRequest) -> Scene:
    return Scene(supergroup=request.param)


def test_a_bot_hears_of_itself_and_an_administrator_bot_of_everybody(scene: Scene) -> None:
    guest = scene.world.add_person("Bo")
    scene.groups.join(scene.group, guest.id)
    scene.groups.set_rank(scene.group, scene.bot.id, Rank.ADMINISTRATOR)
    scene.groups.leave(scene.group, guest.id)
    joined = (guest.id, Rank.LEFT, Rank.MEMBER)
    promoted = (scene.bot.id, Rank.MEMBER, Rank.ADMINISTRATOR)
    left = (guest.id, Rank.MEMBER, Rank.LEFT)
    assert scene.changes(scene.boss) == [joined, promoted, left]
    assert scene.changes(scene.bot) == [promoted, left]  # an administrator by then


def test_whoever_does_it_is_named_and_is_the_creator_unless_said(scene: Scene) -> None:
    deputy = scene.world.add_person("Bo")
    scene.groups.join(scene.group, deputy.id)
    scene.groups.remove(scene.group, scene.bot.id, deputy.id)
    scene.groups.join(scene.group, scene.bot.id)
    actors = [one.actor for one in scene.bot.standings]
    assert actors == [scene.creator.id, deputy.id, scene.creator.id]


def test_a_bot_put_out_reads_its_farewell_in_a_basic_group_alone(scene: Scene) -> None:
    scene.groups.remove(scene.group, scene.bot.id)
    farewell = scene.world.state.messages[-1]
    assert (farewell.action, farewell.subject) == ("left", scene.bot.id)
    boxes = [scene.bot.mailbox, *scene.bot.channels.values()]
    told = any(farewell.uid in event.uids for box in boxes for event in box.events)
    assert told is not scene.group.supergroup


def test_a_ban_lasts_until_the_next_joining() -> None:
    scene = Scene(supergroup=True)
    scene.groups.remove(scene.group, scene.bot.id)
    assert scene.group.rank(scene.bot.id) is Rank.BANNED
    scene.groups.join(scene.group, scene.bot.id)
    assert scene.group.rank(scene.bot.id) is Rank.MEMBER


def test_a_grown_group_keeps_its_ranks_and_its_silence() -> None:
    scene = Scene(supergroup=False)
    scene.groups.mute(scene.group, muted=True)
    grown = scene.groups.migrate(scene.group)
    assert grown.members == scene.group.members
    with pytest.raises(RpcError, match="403 CHAT_WRITE_FORBIDDEN"):
        scene.world.send(scene.bot, grown, "muted", random_id=1)
    scene.world.send(scene.boss, grown, "an administrator", random_id=2)
    with pytest.raises(RpcError, match="PEER_ID_INVALID"):
        scene.world.send(scene.boss, scene.group, "the old one", random_id=3)
    with pytest.raises(RpcError, match="CHAT_ID_INVALID"):
        scene.groups.migrate(scene.group)


def test_people_obey_the_rules_of_a_group_too(scene: Scene) -> None:
    guest = scene.world.add_person("Bo")
    scene.groups.join(scene.group, guest.id)
    scene.groups.mute(scene.group, muted=True)
    with pytest.raises(RpcError, match="CHAT_WRITE_FORBIDDEN"):
        scene.world.write(guest, scene.group.marked, "hello")
    scene.world.write(scene.creator, scene.group.marked, "the creator may")
    scene.groups.mute(scene.group, muted=False)
    scene.world.write(guest, scene.group.marked, "hello again")


def test_only_an_administrator_of_a_supergroup_may_be_anonymous() -> None:
    scene, basic = Scene(supergroup=True), Scene(supergroup=False)
    message = scene.world.write(scene.creator, scene.group.marked, "we say", anonymous=True)
    assert message.anonymous
    guest = scene.world.add_person("Bo")
    scene.groups.join(scene.group, guest.id)
    for one, person in ((scene, guest), (basic, basic.creator)):
        with pytest.raises(RpcError, match="SEND_AS_PEER_INVALID"):
            one.world.write(person, one.group.marked, "we say", anonymous=True)


def test_a_group_needs_a_person_to_found_it() -> None:
    world = World(new_state(), random_id_memory=60)
    bot = world.add_bot("Bot")
    with pytest.raises(RpcError, match="USERS_TOO_FEW"):
        world.groups.add("Group", supergroup=True, members=[bot.id])
