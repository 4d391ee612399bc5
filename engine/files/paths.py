"""Determines where the engine keeps its files."""

import errno
import os
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path

from engine.errors import DataDirectoryError, SettingsError
from engine.files.directory_check import close_to_others
from engine.language import _

VARIABLE = "GAVATCORE_DATA_DIR"
_OPTION = "--data-dir"


def require_named(arguments: Sequence[str]) -> None:
    """Reject an empty --data-dir, which would mean the working directory; raises SettingsError.

    A script with an unset variable passes one; the engine would lock and fill whatever folder the
    script runs in.
    """
    for option, value in zip_longest(arguments, arguments[1:], fillvalue="-"):
        name, sign, joined = option.partition("=")
        if name == _OPTION and not (joined if sign else value).strip():
            raise SettingsError(_("{name} needs a value.").format(name=_OPTION))


def data_directory(chosen: Path | None = None) -> Path:
    """Return the chosen directory, else GAVATCORE_DATA_DIR, else the platform's for user data.

    Raises DataDirectoryError if there is none: no home, no working directory, or an invalid name.
    """
    named = chosen or os.environ.get(VARIABLE, "").strip()
    try:
        if named:
            str(named).encode()  # the name appears in reports and logs
            return Path(named).expanduser().absolute()
        from platformdirs import user_data_path  # noqa: PLC0415 - 15 ms that a given path saves

        directory = user_data_path("gavatcore", appauthor=False)
    except ValueError as error:
        raise _no_directory(str(named)) from error
    except RuntimeError as error:  # pathlib does not know that home
        raise (_no_directory(str(named)) if named else _no_home()) from error
    except OSError as error:  # the working directory is gone
        raise _unusable(Path(named or "."), error) from error
    if not directory.is_absolute():  # platformdirs leaves the ~ if it knows no home
        raise _no_home()
    return directory


def open_data_directory(chosen: Path | None, *, demo: bool, stack: ExitStack) -> Path:
    """Return the directory to work in, created for this user alone.

    A demo without one gets a fresh one, which `stack` removes at its end. Raises DataDirectoryError
    if it cannot be created, or if others could write in it.
    """
    if demo and chosen is None:
        import tempfile  # noqa: PLC0415 - 10 ms that only a demo needs

        try:
            made = tempfile.TemporaryDirectory(prefix="gavatcore-demo-", ignore_cleanup_errors=True)
        except OSError as error:
            raise _unusable(Path(tempfile.gettempdir()), error) from error
        return Path(stack.enter_context(made))
    directory = data_directory(chosen)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        close_to_others(directory)
    except OSError as error:
        raise _unusable(directory, error) from error
    return directory


def require_folder_of(file: Path) -> None:
    """Ensure now that `file` can be written later; raises SettingsError with a sentence."""
    folder = file.absolute().parent
    if not folder.is_dir():
        raise SettingsError(_("There is no folder {folder}.").format(folder=folder))
    if not os.access(folder, os.W_OK) or (file.exists() and not file.is_file()):
        raise SettingsError(_("{file} cannot be written.").format(file=file))


def _unusable(directory: Path, error: OSError) -> DataDirectoryError:
    return DataDirectoryError(
        _("The data directory {directory} cannot be used: {error}.").format(
            directory=directory,
            # "File exists" would be the message for a file in place of the directory.
            error=os.strerror(errno.ENOTDIR)
            if isinstance(error, FileExistsError)
            else error.strerror or error,
        )
    )


def _no_home() -> DataDirectoryError:
    return DataDirectoryError(
        _("There is no home directory: set HOME, or name a data directory with --data-dir.")
    )


def _no_directory(name: str) -> DataDirectoryError:
    return DataDirectoryError(
        _("There can be no data directory {directory}: name another one.").format(
            directory=name.encode(errors="backslashreplace").decode()
        )
    )
