"""`gavatcore`: the desktop, or one of the commands; Qt is imported only when a window is wanted."""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from engine.language import use_language
from engine.telemetry.uncaught import print_uncaught


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    use_language()
    print_uncaught()
    if arguments and not arguments[0].startswith("-"):
        from engine.cli.app import main as run_command  # noqa: PLC0415 - the window does not need it

        return run_command(arguments)
    return _open_desktop(arguments)


def _open_desktop(arguments: Sequence[str]) -> int:
    gc.disable()  # imports make no garbage; it is on again once the engine is up
    # Until the loop has handlers of its own, being told to stop is no failure either.
    signal.signal(signal.SIGTERM, _give_up_starting)
    from desktop.display import require_display  # noqa: PLC0415 - a command does not need it
    from desktop.options import parse_options  # noqa: PLC0415 - likewise
    from engine.errors import GavatcoreError  # noqa: PLC0415 - likewise

    try:
        options = parse_options(arguments)
        require_display()
        from desktop.plain_import import import_qt  # noqa: PLC0415 - likewise

        import_qt()
        from desktop.app import run_desktop  # noqa: PLC0415 - only now is there a screen for Qt

        return run_desktop(options)
    except GavatcoreError as error:
        print(f"gavatcore: {error}", file=sys.stderr)  # noqa: T201 - this is the terminal
        return 2


def _give_up_starting(_number: int, _frame: FrameType | None) -> None:
    # Not by SystemExit: Qt's imports swallow it, or make an ImportError of it.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
