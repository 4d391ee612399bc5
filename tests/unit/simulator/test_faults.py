"""Which calls a rule strikes."""

import random

from engine.simulator.faults import FaultKind, FaultRule, Faults


def _faults(*rules: FaultRule) -> Faults:
    faults = Faults(random.Random(1))
    for rule in rules:
        faults.add(rule)
    return faults


def test_a_rule_strikes_its_method_and_account_as_often_as_asked() -> None:
    rule = FaultRule(FaultKind.DROP_BEFORE, method="help.getConfig", account="@bot", times=2)
    faults = _faults(rule)
    assert faults.strike("users.getUsers", 1, "bot") is None
    assert faults.strike("help.getConfig", 1, "other") is None
    struck = [faults.strike("help.getConfig", 1, "bot") is not None for _ in range(3)]
    assert struck == [True, True, False]


def test_an_account_is_named_by_its_id_too() -> None:
    faults = _faults(FaultRule(FaultKind.DELAY, account="42"))
    assert faults.strike("any", 42, "bot") is not None
    assert faults.strike("any", 43, "bot") is None


def test_probability_is_the_share_that_is_struck() -> None:
    faults = _faults(FaultRule(FaultKind.DELAY, probability=0.25))
    struck = sum(faults.strike("any", 1, "bot") is not None for _ in range(4000))
    assert 850 < struck < 1150


def test_the_first_rule_that_fits_wins_and_a_removed_one_is_gone() -> None:
    faults = Faults(random.Random(1))
    first = faults.add(FaultRule(FaultKind.DELAY))
    faults.add(FaultRule(FaultKind.BAD_SALT))
    struck = faults.strike("any", 1, "bot")
    assert struck is not None
    assert struck.kind is FaultKind.DELAY
    faults.remove(first)
    struck = faults.strike("any", 1, "bot")
    assert struck is not None
    assert struck.kind is FaultKind.BAD_SALT


def test_a_flood_wait_holds_for_its_account_and_method_until_cleared() -> None:
    faults = _faults()
    faults.start_flood("messages.sendMessage", 1, 100)
    assert faults.flood_left("messages.sendMessage", 1) == 100
    assert faults.flood_left("messages.sendMessage", 2) == 0
    assert faults.flood_left("users.getUsers", 1) == 0
    faults.clear()
    assert faults.flood_left("messages.sendMessage", 1) == 0
