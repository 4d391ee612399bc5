"""Where the engine keeps its files."""

import os
from contextlib import ExitStack
from pathlib import Path

from engine.errors import DataDirectoryError, SettingsError
from engine.language import _

VARIABLE = "GAVATCORE_DATA_DIR"


def data_directory(chosen: Path | None = None) -> Path:
    """The directory chosen, or GAVATCORE_DATA_DIR, or the platform's place for user data.

    Raises DataDirectoryError for a name that is no path, or no text.
    """
    if chosen is not None:
        return _usable(chosen)
    if from_environment := os.environ.get(VARIABLE):
        return _usable(Path(from_environment))
    from platformdirs import user_data_path  # noqa: PLC0415 - 15 ms that a given path saves

    return user_data_path("gavatcore", appauthor=False)


def _usable(directory: Path) -> Path:
    try:
        str(directory).encode()  # it stands in reports and logs
        return directory.expanduser().absolute()
    except (RuntimeError, ValueError, OSError) as error:  # RuntimeError: ~nobody/data
        shown = str(directory).encode(errors="backslashreplace").decode()
        raise DataDirectoryError(
            _("There can be no data directory {directory}: name another one.").format(
                directory=shown
            )
        ) from error


def open_data_directory(chosen: Path | None, *, demo: bool, stack: ExitStack) -> Path:
    """The directory to work in, created for this user alone.

    A demo without one gets a fresh one, which `stack` removes at its end. Raises
    DataDirectoryError if it cannot be created.
    """
    if demo and chosen is None:
        import tempfile  # noqa: PLC0415 - 10 ms that only a demo needs

        return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gavatcore-demo-")))
    directory = data_directory(chosen)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DataDirectoryError(
            _("The data directory {directory} cannot be used: {error}.").format(
                directory=directory, error=error.strerror
            )
        ) from error
    return directory


def require_folder_of(file: Path) -> None:
    """Make sure now that `file` can be written later; raises SettingsError with a sentence."""
    folder = file.absolute().parent
    if not folder.is_dir():
        raise SettingsError(_("There is no folder {folder}.").format(folder=folder))
    if not os.access(folder, os.W_OK) or file.is_dir():
        raise SettingsError(_("{file} cannot be written.").format(file=file))
