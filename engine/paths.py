"""Where the engine keeps its files."""

import os
from contextlib import ExitStack
from pathlib import Path

from engine.directory_check import close_to_others
from engine.errors import DataDirectoryError
from engine.language import _

VARIABLE = "GAVATCORE_DATA_DIR"


def data_directory(chosen: Path | None = None) -> Path:
    """The directory chosen, or GAVATCORE_DATA_DIR, or the platform's place for user data."""
    if chosen is not None:
        return chosen.expanduser().absolute()
    if from_environment := os.environ.get(VARIABLE):
        return Path(from_environment).expanduser().absolute()
    from platformdirs import user_data_path  # noqa: PLC0415 - 15 ms that a given path saves

    return user_data_path("gavatcore", appauthor=False)


def open_data_directory(chosen: Path | None, *, demo: bool, stack: ExitStack) -> Path:
    """The directory to work in, created for this user alone.

    A demo without one gets a fresh one, which `stack` removes at its end. Raises
    DataDirectoryError if it cannot be created, or if others could write in it.
    """
    if demo and chosen is None:
        import tempfile  # noqa: PLC0415 - 10 ms that only a demo needs

        return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gavatcore-demo-")))
    directory = data_directory(chosen)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        close_to_others(directory)
    except OSError as error:
        raise DataDirectoryError(
            _("The data directory {directory} cannot be used: {error}.").format(
                directory=directory, error=error.strerror
            )
        ) from error
    return directory
