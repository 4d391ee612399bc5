"""Lists every operator command, for the command line, the desktop and HTTP.

Nothing of a command is imported for it, so `gavatcore --help` is fast.
"""

from collections.abc import Iterator

from engine.commands.command import Command, Needs
from engine.language import spoken

GROUPS = {
    "emergency": spoken("Emergency mode: no LLM calls, no announcements."),
    "accounts": spoken("The accounts Gavatcore runs."),
    "providers": spoken("The providers of language models."),
    "personas": spoken("The characters bots speak as."),
    "announcements": spoken("Which chats get announcements, and which group talk."),
    "sessions": spoken("The session files."),
    "db": spoken("Look after the database."),
    "cache": spoken("Look after the caches."),
}

_ROOM = "engine.commands."

COMMANDS = (
    Command(
        "run",
        spoken("Run the engine without a window until Ctrl-C or SIGTERM."),
        needs=Needs.STOPPED,
    ),
    Command(
        "status",
        spoken("Show how the running engine does: its bots, alerts, memory and CPU."),
        needs=Needs.RUNNING,
        module=_ROOM + "status",
    ),
    Command(
        "report",
        spoken(
            "Show alerts, accounts, sessions, caches, the database, Python processes and log files."
        ),
    ),
    Command(
        "emergency on",
        spoken("Stop LLM calls and announcements; answer from the static pool."),
        needs=Needs.RUNNING,
        audit="enter_emergency",
        module=_ROOM + "emergency_on",
    ),
    Command(
        "emergency off",
        spoken("Open again what emergency mode closed."),
        needs=Needs.RUNNING,
        audit="leave_emergency",
        module=_ROOM + "emergency_off",
    ),
    Command(
        "emergency status",
        spoken("Show whether emergency mode is on, since when and why."),
        needs=Needs.RUNNING,
        module=_ROOM + "emergency_status",
    ),
    Command(
        "gc",
        spoken("Collect garbage and give memory back to the system."),
        needs=Needs.RUNNING,
        module=_ROOM + "collect_garbage",
    ),
    Command(
        "reload",
        spoken(
            "Read accounts, pauses, personas and providers again, "
            "as after a file was edited by hand."
        ),
        needs=Needs.RUNNING,
        module=_ROOM + "reload",
    ),
    Command(
        "accounts add",
        spoken(
            "Add a bot by its token, or a person's account; each is logged in at once.\n\n"
            "The token is asked for, read from a pipe or "
            "from GAVATCORE_BOT_TOKEN: never an argument."
        ),
        audit="add_account",
    ),
    Command(
        "accounts login",
        spoken("Log an account in anew: a bot with a new token, a person with code and password."),
        audit="renew_account",
    ),
    Command("accounts list", spoken("Show every account, and where the master key is kept.")),
    Command(
        "accounts pause",
        spoken("Take a bot offline until it is resumed, also over restarts."),
        audit="pause_bot",
        module=_ROOM + "pause_bot",
    ),
    Command(
        "accounts resume",
        spoken("Let a paused bot run again, and try one again that Telegram refused."),
        audit="resume_bot",
        module=_ROOM + "resume_bot",
    ),
    Command(
        "accounts remove",
        spoken(
            "Forget an account, its token and what people agreed with it; its session is set aside."
        ),
        destroys=True,
        audit="remove_account",
    ),
    Command(
        "accounts import",
        spoken("Take over a plain Telethon session; the file stays where it is, and stays plain."),
        audit="import_account",
    ),
    Command(
        "accounts export",
        spoken("Write an account's login in plain, for other programs that use Telethon."),
        audit="export_account",
    ),
    Command("accounts api", spoken("Keep your api_id and api_hash of my.telegram.org, encrypted.")),
    Command(
        "accounts rotate-key",
        spoken(
            "Seal everything with a new master key; with TOKEN_ENCRYPTION_KEY set, with that one."
        ),
        needs=Needs.STOPPED,
        audit="rotate_key",
    ),
    Command(
        "providers add",
        spoken(
            "Keep a provider's key, encrypted.\n\n"
            "It is asked for, read from a pipe or from GAVATCORE_PROVIDER_KEY: never an argument."
        ),
    ),
    Command("providers remove", spoken("Forget a provider's key."), destroys=True),
    Command("providers list", spoken("Show every provider in the order they are asked.")),
    Command(
        "providers check", spoken("Ask every provider for one word; exits with 1 if one fails.")
    ),
    Command(
        "personas list",
        spoken(
            "Show every persona and the bots that speak as it; mistakes in their files are named."
        ),
    ),
    Command(
        "personas choose",
        spoken("Let a bot (by its account's name or its number) speak as a persona."),
    ),
    Command("personas reset", spoken("Let a bot speak as all others do.")),
    Command(
        "announcements list",
        spoken("Show who asked for them where, since when, and why they ended."),
    ),
    Command(
        "announcements add",
        spoken(
            "Have an account make announcements in a chat that it leads as administrator.\n\n"
            "Telegram is asked whether it does before the first one. "
            "The status is 1 if it does not."
        ),
    ),
    Command(
        "announcements pause",
        spoken("Do not speak unasked in a chat until `resume`, whoever asked for it."),
    ),
    Command("announcements resume", spoken("Speak in a chat again.")),
    Command("sessions list", spoken("Show every session and who holds it; nothing is touched.")),
    Command(
        "sessions clean",
        spoken(
            "Check every session; repair what a dead process left; name who holds the rest.\n\n"
            "The status is 1 when a session needs you."
        ),
        audit="clean_locks",
        module=_ROOM + "clean_sessions",
    ),
    Command(
        "db backup",
        spoken("Make a backup now, also while the engine runs, and prove that it can be restored."),
    ),
    Command(
        "db restore",
        spoken(
            "Replace the database by a backup, after a backup of what is there; "
            "stop the engine first."
        ),
        needs=Needs.STOPPED,
        destroys=True,
        audit="restore",
    ),
    Command(
        "db check",
        spoken(
            "Restore a backup into a scratch place and say what it holds; nothing else is touched."
        ),
    ),
    Command(
        "db stats", spoken("Show how the database of the running engine does."), needs=Needs.RUNNING
    ),
    Command(
        "db migrate",
        spoken("Move the schema to a revision, after a backup; stop the engine first."),
        needs=Needs.STOPPED,
        destroys=True,
    ),
    Command(
        "db reset-pools",
        spoken("Close the idle connections that engines hold to the database; they open new ones."),
    ),
    Command(
        "cache stats",
        spoken("Show how the caches of the running engine do."),
        needs=Needs.RUNNING,
        module=_ROOM + "cache_stats",
    ),
    Command(
        "cache warm",
        spoken("Bring what this machine cached on disk into Redis, as after Redis lost its data."),
        needs=Needs.STOPPED,
    ),
    Command(
        "cache clear",
        spoken("Forget everything cached on disk and in Redis; engines elsewhere are told."),
        needs=Needs.STOPPED,
        destroys=True,
        audit="clear_caches",
        module=_ROOM + "clear_caches",
    ),
    Command(
        "settings",
        spoken(
            "Show every setting, its value and what it is for; a secret's value is never shown."
        ),
    ),
)

_BY_NAME = {one.name: one for one in COMMANDS}


def command_called(name: str) -> Command | None:
    """Return the command of that name, its words joined by blanks or, as in a URL, by dots."""
    return _BY_NAME.get(name.replace(".", " "))


def members(group: str) -> tuple[Command, ...]:
    """Return the commands of a group, or the one command of that name."""
    return tuple(one for one in COMMANDS if group in {one.group, one.name})


def first_words() -> Iterator[tuple[str, str]]:
    """Yield what may follow `gavatcore`, each with its sentence, marked for translation."""
    seen = set()
    for one in COMMANDS:
        word = one.group or one.name
        if word not in seen:
            seen.add(word)
            yield word, GROUPS.get(word, one.sentence)
