"""Who speaks as whom: each bot's persona; one that is missing concerns its bot alone."""

from collections.abc import Collection, Mapping

from engine.language import _
from engine.replies.personas.persona import Persona
from engine.replies.personas.persona_file import PersonaError, Personas


class PersonaAssignment:
    """Raises PersonaError if the persona of all others is not there."""

    def __init__(self, personas: Personas, chosen: Mapping[str, str], default: str | None) -> None:
        """`chosen` are the names of personas by bot; all others speak as `default`."""
        self._default = personas.get(default)
        self._chosen: dict[str, Persona] = {}
        self.problems: dict[str, str] = {}  # by bot: it has no persona to speak as
        for bot, persona in chosen.items():
            try:
                self._chosen[bot] = personas.get(persona)
            except PersonaError as error:
                self.problems[bot] = _("Its persona is missing. {error}").format(error=error)

    def become(self, other: "PersonaAssignment") -> None:
        """Speak as `other` would from now on."""
        self._default, self._chosen = other._default, other._chosen

    def of(self, bot: str) -> Persona:
        return self._chosen.get(bot, self._default)

    def in_use(self, bots: Collection[str]) -> tuple[Persona, ...]:
        """Each persona of these bots once."""
        return tuple({persona.fingerprint: persona for persona in map(self.of, bots)}.values())

    def announcements(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """What the personas announce, by bot and language; of bots that were given one."""
        found = {bot: persona.announcements for bot, persona in self._chosen.items()}
        return {
            bot: {"tr": texts.tr, "en": texts.en}
            for bot, texts in found.items()
            if texts.tr or texts.en
        }
