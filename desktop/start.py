"""Starts the desktop; reports a failure on the terminal and on the screen."""

import gc
from collections.abc import Sequence

from desktop.options import Options, parse_options
from desktop.shell.display import require_display
from desktop.shell.last_dialog import show_last_words
from engine.telemetry.last_words import say_last_words


def start_desktop(arguments: Sequence[str]) -> int:
    """Run the desktop until it is quit; return the exit status, 2 after a reported failure."""
    gc.disable()  # imports make no garbage; it is on again once the engine is up
    options = Options()
    try:
        options = parse_options(arguments)
        require_display()
        from desktop.event_loop.plain_import import import_qt  # noqa: PLC0415 - not without a screen

        import_qt()
        from desktop.app import run_desktop  # noqa: PLC0415 - only now is there a screen for Qt

        return run_desktop(options)
    except Exception as error:  # noqa: BLE001 - started from a menu, nobody sees a terminal
        show_last_words(say_last_words(error), options.exit_after)
        return 2
