"""Remembers what people said about themselves, and finds it again when it matters.

A memory is used only by the bot that was told, for the person who told it, and only while they
agree to it in that chat. Words are compared by default, meanings with the extra `memory`. What is
never needed is forgotten after some time.
"""

import asyncio
import functools
from collections.abc import Sequence
from dataclasses import replace

from engine.clock import Clock
from engine.gates import Gate, Gates
from engine.replies.agreed_history import AgreementOf
from engine.replies.memory.encoder import Encoder
from engine.replies.memory.meaning import is_current, likeness_to, vectors_of
from engine.replies.memory.reading import Reading
from engine.replies.memory.statements import worth_remembering
from engine.replies.memory.word_ranking import IndexedText, WordOverlap, compare, index, unload
from engine.replies.text.likeness import likeness, normalise, trigrams
from engine.replies.text.private_data import without_private_data
from engine.storage.database.database import Database
from engine.storage.people.agreement import Wrote, moment_of
from engine.storage.people.memories import Memories, Memory

MOST = 300  # memories of one bot about one person
KEPT_UNNEEDED = 180 * 86_400.0  # s
_DAY = 86_400.0  # s
_ENCODED_AT_ONCE = 32  # texts; others who need the encoder wait no longer than for this many
_INDEXED = 2_048  # texts, some 6 kB each
_MOST_SENTENCES = 10  # sentences of one message
_SAME = 0.8  # likeness in letters above which a sentence was said before
_SHARED_WEIGHT, _ALIKE_WEIGHT = 0.03, 0.2  # weight of the words beside the meaning of the whole
_LEAST_MEANT, _LEAST_ALIKE = 0.1, 0.25  # below both, a memory has nothing to do with the question


class LongTermMemory:
    """Stores and recalls only what people wrote while they agreed to language models."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        gates: Gates,
        agreement: AgreementOf,
        encoder: Encoder | None = None,
    ) -> None:
        """Compare meanings with `encoder`; without it, words only."""
        self._agreement = agreement
        self._memories = Memories(database)
        self._database = database
        self._clock = clock
        self._gates = gates
        self._encoder = encoder
        # Cached readings of remembered texts; emptied whenever something is to be forgotten.
        self._index = functools.lru_cache(_INDEXED)(index)

    async def notice(self, account: str, chat: int, wrote: Wrote, text: str) -> int:
        """Remember what matters in a message; return the number of sentences.

        Raises StorageError.
        """
        person = wrote.person
        if not (await self._agreement(person, account, chat)).covers(wrote):
            return 0  # consent was withdrawn since it was answered
        said = worth_remembering(without_private_data(text))[:_MOST_SENTENCES]
        if not said:
            return 0
        known = await self._memories.of(account, person)
        at, now = wrote.at, self._clock.now()
        number = moment_of(chat, at, wrote.message).message
        said_before = await asyncio.to_thread(_same, said, known)
        for sentence, again in zip(said, said_before, strict=True):
            id_ = self._database.next_id() if again is None else again.id
            recalls = 0 if again is None else again.recalls
            await self._memories.put(
                Memory(id_, account, person, sentence, at, now, recalls, chat=chat, message=number)
            )
        if len(known) + len(said) > MOST:
            unneeded = sorted(known, key=lambda memory: memory.recalled_at)
            await self._memories.remove_all(unneeded[: len(known) + len(said) - MOST])
        return len(said)

    async def recall(
        self, account: str, person: int, question: str, limit: int = 5
    ) -> tuple[str, ...]:
        """Return the memories that bear on `question`, closest first. Raises StorageError."""
        known: Sequence[Memory] = await self._agreed(await self._memories.of(account, person))
        if not known:
            return ()
        asked, texts, common = await asyncio.to_thread(self._compare, question, known)
        scores = _by_words(common)
        # Emergency mode unloads the model, which must not be loaded again until it is over.
        if self._encoder is not None and self._gates.is_open(Gate.LLM_CALLS):
            known = await self._with_vectors(self._encoder, known, texts)
            scores = await _by_meaning(self._encoder, asked, known, common)
        order = sorted(range(len(known)), key=lambda place: scores[place], reverse=True)
        found = [known[place] for place in order[:limit] if scores[place] > 0]
        now = self._clock.now()
        await self._memories.put_all(
            replace(memory, recalled_at=now, recalls=memory.recalls + 1)
            for memory in found
            if now - memory.recalled_at > _DAY  # one note a day is enough to tell what is needed
        )
        return tuple(memory.text for memory in found)

    async def _agreed(self, memories: Sequence[Memory]) -> list[Memory]:
        """Return the memories whose person agreed when they wrote them, and still does there."""
        agreed = []
        for memory in memories:
            person, chat = memory.person, memory.chat
            agreement = await self._agreement(person, memory.account, chat)
            if agreement.covers(Wrote(person, memory.at, memory.message)):
                agreed.append(memory)
        return agreed

    async def forget_unneeded(self) -> None:
        """Delete what nobody needed for half a year; call daily. Raises StorageError."""
        await self._memories.remove_unneeded(self._clock.now() - KEPT_UNNEEDED)
        self._index.cache_clear()

    async def export(self, person: int) -> Sequence[str]:
        """Return all memories about a person, over all bots."""
        return [memory.text for memory in await self._memories.of_person(person)]

    async def erase(self, person: int) -> None:
        """Delete all memories about a person, over all bots."""
        await self._memories.erase(person)
        self._index.cache_clear()

    async def unload(self) -> None:
        """Free the word lists' memory; the next call loads them again."""
        self._index.cache_clear()
        await asyncio.to_thread(unload)

    def _compare(
        self, question: str, known: Sequence[Memory]
    ) -> tuple[Reading, list[Reading], list[WordOverlap]]:
        """Return the readings of question and memories, and what they share in words."""
        asked = index(question)
        texts: list[IndexedText] = [self._index(memory.text) for memory in known]
        return asked.reading, [text.reading for text in texts], compare(asked, texts)

    async def _with_vectors(
        self, encoder: Encoder, known: Sequence[Memory], texts: Sequence[Reading]
    ) -> list[Memory]:
        """Return the same memories with vectors; compute and store the missing ones."""
        complete = list(known)
        places = [at for at, memory in enumerate(known) if not is_current(memory.meaning)]
        for start in range(0, len(places), _ENCODED_AT_ONCE):
            batch = places[start : start + _ENCODED_AT_ONCE]
            vectors = await vectors_of(encoder, [texts[at] for at in batch])
            for at, vector in zip(batch, vectors, strict=True):
                complete[at] = replace(known[at], meaning=vector)
            await self._memories.put_all([complete[at] for at in batch])
        return complete


def _by_words(common: Sequence[WordOverlap]) -> list[float]:
    """Return the relevance of each memory to the question by words; 0 if there is none."""
    return [one.score if one.shared or one.alike > _LEAST_ALIKE else 0.0 for one in common]


async def _by_meaning(
    encoder: Encoder, asked: Reading, known: Sequence[Memory], common: Sequence[WordOverlap]
) -> list[float]:
    """Return the relevance of each memory, including the meanings of whole sentences."""
    meanings = await likeness_to(encoder, asked, [memory.meaning or b"" for memory in known])
    return [
        meaning + _SHARED_WEIGHT * words.shared + _ALIKE_WEIGHT * words.alike
        if meaning > _LEAST_MEANT or words.shared
        else 0.0
        for meaning, words in zip(meanings, common, strict=True)
    ]


def _same(said: Sequence[str], known: Sequence[Memory]) -> list[Memory | None]:
    """Return for each sentence the memory that says the same, or None; 10 µs a memory."""
    letters = [trigrams(normalise(memory.text)) for memory in known]

    def find(sentence: str) -> Memory | None:
        asked = trigrams(normalise(sentence))
        places = (at for at, other in enumerate(letters) if likeness(asked, other) > _SAME)
        place = next(places, None)
        return None if place is None else known[place]

    return [find(sentence) for sentence in said]
