"""`gavatcore`, observed; it waits HOST_COMES and HOST_RETURNS seconds for a tray host."""

import os
import sys

import desktop.app
import desktop.hiding
from desktop.__main__ import main
from tests.end_to_end.observed_desktop import ObservedDesktop

if __name__ == "__main__":
    desktop.hiding.LOGIN = float(os.environ["HOST_COMES"])
    desktop.hiding.RESTART = float(os.environ["HOST_RETURNS"])
    desktop.app.Desktop = ObservedDesktop  # type: ignore[misc]  # the one place a test looks in
    sys.exit(main())
