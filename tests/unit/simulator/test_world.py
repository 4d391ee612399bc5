"""Who is told of a message, what is refused, and what the ledger makes of it."""

from pathlib import Path

import pytest

from engine.simulator.world import persistence
from engine.simulator.world.ledger import summarise
from engine.simulator.world.rpc_error import RpcError
from engine.simulator.world.state import Account, Chat, Event, Message, new_state
from engine.simulator.world.world import World


class Scene:
    """A world with a person, two bots and an administrator bot in one supergroup."""

    def __init__(self) -> None:
        self.world = World(new_state(), random_id_memory=3600)
        self.person = self.world.add_person("Ayşe")
        self.bot = self.world.add_bot("First")
        self.other = self.world.add_bot("Second")
        self.boss = self.world.add_bot("Boss")
        members = [one.id for one in (self.person, self.bot, self.other, self.boss)]
        self.group: Chat = self.world.groups.add(
            "Group", supergroup=True, members=members, administrators=[self.boss.id]
        )
        self.told: list[tuple[int, int]] = []
        self.world.journal.notify = self._told

    def _told(self, account: Account, channel: int, event: Event) -> None:
        self.told.append((account.id, event.uids[0]))

    def write(self, text: str, reply_to: int = 0) -> Message:
        return self.world.write(self.person, self.group.marked, text, reply_to)

    def seen_by(self, message: Message) -> set[str]:
        accounts = self.world.state.accounts
        return {accounts[account].name for account, uid in self.told if uid == message.uid}

    def meant_for(self, message: Message) -> set[str]:
        accounts = self.world.state.accounts
        return {accounts[i].name for i, one in message.deliveries.items() if one.addressed}


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_plain_talk_reaches_administrators_alone(scene: Scene) -> None:
    message = scene.write("good morning @all")
    assert scene.seen_by(message) == {"Boss"}
    assert scene.meant_for(message) == set()


def test_a_bot_without_privacy_mode_sees_everything(scene: Scene) -> None:
    scene.bot.privacy = False
    assert scene.seen_by(scene.write("good morning")) == {"Boss", "First"}


def test_a_mention_is_for_the_one_mentioned(scene: Scene) -> None:
    message = scene.write(f"what about @{scene.bot.username.upper()}?")
    assert scene.meant_for(message) == {"First"}
    assert scene.seen_by(message) == {"Boss", "First"}
    assert scene.meant_for(scene.write(f"mail me at x@{scene.bot.username}")) == set()


def test_a_command_with_a_name_is_for_that_bot(scene: Scene) -> None:
    assert scene.meant_for(scene.write(f"/help@{scene.other.username} now")) == {"Second"}


def test_a_bare_command_is_for_all_until_a_bot_has_spoken_and_then_for_the_last(
    scene: Scene,
) -> None:
    assert scene.meant_for(scene.write("/help")) == {"First", "Second", "Boss"}
    scene.world.send(scene.bot, scene.group, "hello", random_id=1)
    assert scene.meant_for(scene.write("/help")) == {"First"}


def test_a_reply_is_for_the_bot_that_wrote_the_message(scene: Scene) -> None:
    own, _ = scene.world.send(scene.other, scene.group, "hello", random_id=1)
    assert scene.meant_for(scene.write("thanks", own.uid)) == {"Second"}


def test_bots_do_not_hear_each_other(scene: Scene) -> None:
    message, _ = scene.world.send(scene.bot, scene.group, "hello", random_id=1)
    assert scene.seen_by(message) == {"First"}


def test_a_repeat_is_refused_and_noted_on_the_first_message(scene: Scene) -> None:
    message, _ = scene.world.send(scene.bot, scene.group, "hello", random_id=9)
    scene.world.send(scene.other, scene.group, "hello", random_id=9)  # another's is another
    with pytest.raises(RpcError, match="500 RANDOM_ID_DUPLICATE"):
        scene.world.send(scene.bot, scene.group, "hello", random_id=9)
    assert message.refused == 1
    assert scene.world.state.counters.random_ids_refused == 1


@pytest.mark.parametrize(
    ("text", "random_id", "refusal"),
    [
        ("", 1, "MESSAGE_EMPTY"),
        ("x" * 4097, 1, "MESSAGE_TOO_LONG"),
        ("fine", 0, "RANDOM_ID_EMPTY"),
    ],
)
def test_a_message_telegram_would_refuse_is_refused(
    scene: Scene, text: str, random_id: int, refusal: str
) -> None:
    before = len(scene.world.state.messages)
    with pytest.raises(RpcError, match=refusal):
        scene.world.send(scene.bot, scene.group, text, random_id=random_id)
    assert len(scene.world.state.messages) == before


def test_a_bot_outside_a_group_may_not_write_there(scene: Scene) -> None:
    basic = scene.world.groups.add("Basic", supergroup=False, members=[scene.person.id])
    with pytest.raises(RpcError, match="CHAT_WRITE_FORBIDDEN"):
        scene.world.send(scene.bot, basic, "hello", random_id=1)
    scene.world.groups.leave(scene.group, scene.bot.id)
    with pytest.raises(RpcError, match="CHANNEL_PRIVATE"):
        scene.world.send(scene.bot, scene.group, "hello", random_id=2)


def test_an_answer_without_a_reply_goes_to_the_oldest_that_waits(scene: Scene) -> None:
    first, second = (
        scene.world.write(scene.person, scene.bot.id, text) for text in ("first", "second")
    )
    scene.world.send(scene.bot, scene.person, "b", random_id=1, reply_to=2)
    scene.world.send(scene.bot, scene.person, "a", random_id=2)
    scene.world.send(scene.bot, scene.person, "more", random_id=3)
    assert [one.deliveries[scene.bot.id].answers for one in (first, second)] == [1, 1]
    assert scene.world.state.counters.unprompted == 1


def test_the_summary_counts_pairs(scene: Scene) -> None:
    both = scene.write(f"@{scene.bot.username} @{scene.other.username} hello")
    scene.write("for nobody")
    for random_id in (1, 2):
        number = both.number
        scene.world.send(scene.bot, scene.group, "hi", random_id=random_id, reply_to=number)
    both.deliveries[scene.other.id].acknowledged = 1
    summary = summarise(scene.world.state)
    assert summary["received"] == 2  # acknowledged, or answered
    assert summary["pending"] == 2  # the administrator's two
    assert (summary["addressed"], summary["answered"], summary["duplicated"]) == (2, 1, 1)
    unanswered = summary["unanswered"]
    assert isinstance(unanswered, list)
    assert [(one.bot, one.message_id, one.addressed) for one in unanswered] == [
        (scene.other.id, both.number, True),
        (scene.boss.id, both.number, False),
        (scene.boss.id, both.number + 1, False),
    ]


def test_a_saved_world_is_read_back_whole(scene: Scene, tmp_path: Path) -> None:
    scene.world.write(scene.person, scene.bot.id, "waiting")
    scene.world.send(scene.boss, scene.group, "hello", random_id=5)
    persistence.save(tmp_path, scene.world.state)
    state = persistence.load(tmp_path)
    assert state == scene.world.state
    assert state is not None
    again = World(state, random_id_memory=3600)
    bot, person = again.account(scene.bot.id), again.account(scene.person.id)
    again.send(bot, person, "answer", random_id=6)
    assert summarise(state)["waiting"] == 0
    assert again.by_token(bot.token) is bot
    assert list(tmp_path.iterdir()) == [tmp_path / "state.msgpack"]
