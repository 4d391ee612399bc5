"""Which rule decides on a call."""

from engine.simulator.provider.rules import Behaviour, BehaviourRule, BehaviourRules, CallFacts

HANG = BehaviourRule(behaviour=Behaviour.HANG)


def decisions(rules: BehaviourRules, count: int, asked: CallFacts | None = None) -> list[Behaviour]:
    asked = asked or CallFacts("m", "Hi", streamed=False)
    return [rules.decide(asked).behaviour for _ in range(count)]


def test_without_rules_every_call_is_answered() -> None:
    assert decisions(BehaviourRules(seed=0), 1) == [Behaviour.ANSWER]


def test_a_rule_decides_on_as_many_calls_as_it_was_given_after_those_it_skips() -> None:
    rules = BehaviourRules(seed=0)
    rules.add(BehaviourRule(behaviour=Behaviour.HANG, skip=1, times=2))
    assert decisions(rules, 4) == [
        Behaviour.ANSWER,
        Behaviour.HANG,
        Behaviour.HANG,
        Behaviour.ANSWER,
    ]


def test_the_rule_added_first_decides_until_it_is_spent() -> None:
    rules = BehaviourRules(seed=0)
    rules.add(BehaviourRule(behaviour=Behaviour.DROP, times=1))
    rules.add(HANG)
    assert decisions(rules, 2) == [Behaviour.DROP, Behaviour.HANG]


def test_a_probable_rule_decides_on_about_that_share_of_calls() -> None:
    rules = BehaviourRules(seed=0)
    rules.add(BehaviourRule(behaviour=Behaviour.HANG, probability=0.25))
    assert 200 < decisions(rules, 1000).count(Behaviour.HANG) < 300


def test_the_same_seed_brings_the_same_luck() -> None:
    drawn = []
    for _ in range(2):
        rules = BehaviourRules(seed=3)
        rules.add(BehaviourRule(behaviour=Behaviour.HANG, probability=0.5))
        drawn.append(decisions(rules, 50))
    assert drawn[0] == drawn[1]


def test_a_call_that_does_not_fit_does_not_use_a_rule_up() -> None:
    rules = BehaviourRules(seed=0)
    rules.add(BehaviourRule(behaviour=Behaviour.HANG, streamed=True, times=1))
    assert decisions(rules, 3) == [Behaviour.ANSWER] * 3
    streamed = CallFacts("m", "Hi", streamed=True)
    assert decisions(rules, 2, streamed) == [Behaviour.HANG, Behaviour.ANSWER]


def test_cleared_rules_decide_nothing() -> None:
    rules = BehaviourRules(seed=0)
    rules.add(HANG)
    rules.clear()
    assert decisions(rules, 1) == [Behaviour.ANSWER]
