"""People who write to a bot and wait for what it says."""

from engine.simulator.client import LocalTelegram
from engine.simulator.world.records import LocalBot, LocalGroup, LocalPerson, MessageRecord
from tests.support.waiting import until_answered


async def ask(
    telegram: LocalTelegram, person: LocalPerson, to: LocalBot | LocalGroup, text: str
) -> str:
    """What the bot answers to a message of `person`."""
    written = await telegram.write(person, to, text)
    return (await answer_to(telegram, written)).text


async def answer_to(telegram: LocalTelegram, written: MessageRecord) -> MessageRecord:
    async def find() -> MessageRecord | None:
        said = await telegram.messages(chat=written.chat, since=written.uid)
        return next((one for one in said if one.reply_to == written.uid), None)

    return await until_answered(find, f"an answer to {written.text!r}")


async def said_unasked(
    telegram: LocalTelegram, bot: LocalBot, group: LocalGroup
) -> list[MessageRecord]:
    """What the bot said in a group without anybody's asking."""
    messages = await telegram.messages(chat=group.id, sender=bot.id)
    return [one for one in messages if one.text and not one.reply_to]
