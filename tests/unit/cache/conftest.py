"""Every test here has caches with patience."""

import pytest

from tests.support.caches.patience import be_patient


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    be_patient(monkeypatch)
