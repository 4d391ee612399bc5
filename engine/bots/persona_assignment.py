"""Assigns each bot its persona; a missing one concerns its bot only."""

from collections.abc import Collection, Mapping

from engine.language import _
from engine.replies.personas.persona import Persona
from engine.replies.personas.persona_file import PersonaError, Personas


class PersonaAssignment:
    """Raises PersonaError if the default persona is missing."""

    def __init__(self, personas: Personas, chosen: Mapping[str, str], default: str | None) -> None:
        """Assign by `chosen`, persona names by bot; all others speak as `default`."""
        self._default = personas.get(default)
        self._chosen: dict[str, Persona] = {}
        self.problems: dict[str, str] = {}  # by bot: its persona is missing
        for bot, persona in chosen.items():
            try:
                self._chosen[bot] = personas.get(persona)
            except PersonaError as error:
                self.problems[bot] = _("Its persona is missing. {error}").format(error=error)

    def become(self, other: "PersonaAssignment") -> None:
        """Take over the assignments of `other`."""
        self._default, self._chosen = other._default, other._chosen

    def of(self, bot: str) -> Persona:
        """Return the bot's persona."""
        return self._chosen.get(bot, self._default)

    def in_use(self, bots: Collection[str]) -> tuple[Persona, ...]:
        """Return each persona of these bots once."""
        return tuple({persona.fingerprint: persona for persona in map(self.of, bots)}.values())

    def announcements(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Return the announcements of chosen personas, by bot and language."""
        found = {bot: persona.announcements for bot, persona in self._chosen.items()}
        return {
            bot: {"tr": texts.tr, "en": texts.en}
            for bot, texts in found.items()
            if texts.tr or texts.en
        }
