"""Chooses among equals by weight: smooth weighted round robin, as in nginx."""

from collections.abc import Iterable, Mapping


class Rotation:
    """Gives every name its share of the turns, evenly spread."""

    def __init__(self, weights: Mapping[str, int]) -> None:
        self._weights = weights
        self._credit = dict.fromkeys(weights, 0)

    def choose(self, names: Iterable[str]) -> str:
        """Choose one of `names`, which must not be empty."""
        standing = tuple(names)
        for name in standing:
            self._credit[name] += self._weights[name]
        chosen = max(standing, key=self._credit.__getitem__)
        self._credit[chosen] -= sum(self._weights[name] for name in standing)
        return chosen
