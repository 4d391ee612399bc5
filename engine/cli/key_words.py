"""Words where the master key is kept, and which key seals what if there are several."""

from engine.accounts.vault import waiting_sentence
from engine.cli.workplace import Workplace
from engine.language import _, ngettext
from engine.secrets.key_record import FILE_NAME, KeyPlace
from engine.telegram.sessions.survey import keys_in_use


def key_sentence(place: Workplace) -> str:
    """Return the sentences about the key."""
    found = place.vault.seal.found
    in_use = place.vault.keys_in_use() + keys_in_use(place.settings.sessions_directory)
    known = {key.id for key in found.keys}
    waiting = {key.id for key in found.waiting}
    current = found.keys[0].id
    of_waiting = sum(count for key, count in in_use.items() if key in waiting)
    earlier = sum(in_use[key] for key in in_use if key in known - waiting - {current})
    lost = sum(count for key, count in in_use.items() if key not in known)
    lines = [_where(place)]
    if of_waiting:
        lines.append(_of_waiting(of_waiting))
    elif waiting:
        lines.append(waiting_sentence())
    if earlier:
        lines.append(_earlier(earlier))
    if lost:
        lines.append(_lost(lost))
    return "\n".join(lines)


def _where(place: Workplace) -> str:
    return {
        KeyPlace.KEYRING: _("Secrets are encrypted; the master key is in the system's keyring."),
        KeyPlace.ENVIRONMENT: _("Secrets are encrypted; the master key is TOKEN_ENCRYPTION_KEY."),
        KeyPlace.FILE: _(
            "Secrets are encrypted; the master key is in {file}, which only you can read."
        ).format(file=place.directory / FILE_NAME),
    }[place.vault.place]


def _of_waiting(count: int) -> str:
    return ngettext(
        "{n} secret is encrypted with another key, that of TOKEN_ENCRYPTION_KEY: "
        "“gavatcore accounts rotate-key” encrypts everything with that one.",
        "{n} secrets are encrypted with another key, that of TOKEN_ENCRYPTION_KEY: "
        "“gavatcore accounts rotate-key” encrypts everything with that one.",
        count,
    ).format(n=count)


def _earlier(count: int) -> str:
    return ngettext(
        "{n} secret is encrypted with an earlier key: “gavatcore accounts rotate-key” encrypts "
        "everything with one.",
        "{n} secrets are encrypted with an earlier key: “gavatcore accounts rotate-key” encrypts "
        "everything with one.",
        count,
    ).format(n=count)


def _lost(count: int) -> str:
    return ngettext(
        "{n} secret is encrypted with a key that is not here: bring that key back, or enter it "
        "again.",
        "{n} secrets are encrypted with keys that are not here: bring those back, or enter them "
        "again.",
        count,
    ).format(n=count)
