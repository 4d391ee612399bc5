"""Words the state of language model providers, and the remedies."""

from collections.abc import Mapping

from engine.language import _, ngettext, number
from engine.replies.providers.failure import TIMEOUTS, Failure
from engine.replies.providers.limits.breaker import BreakerState
from engine.replies.providers.stats import ProviderStats
from engine.wording.cell import Cell, Row
from engine.wording.formatting import NO_VALUE, clock_time, compact, cost, milliseconds, percent
from engine.wording.states import State


def failure_word(failure: Failure) -> str:
    """Return the text of a failure."""
    words = {
        Failure.CONNECTION: _("connection lost"),
        Failure.RATE_LIMITED: _("too many calls (429)"),
        Failure.OUT_OF_CREDIT: _("out of credit"),
        Failure.NO_KEY: _("key missing"),
        Failure.KEY_REFUSED: _("key refused"),
        Failure.UNKNOWN_MODEL: _("unknown model"),
        Failure.REQUEST_REFUSED: _("request refused"),
        Failure.FILTERED: _("filtered by the provider"),
        Failure.SERVER_ERROR: _("server error"),
        Failure.EMPTY: _("empty answer"),
        Failure.TRUNCATED: _("answer cut short"),
        Failure.CUT_SHORT: _("no whole sentence"),
        Failure.ENDLESS: _("endless answer"),
        Failure.REDIRECTED: _("address has moved"),
        Failure.PROXY: _("proxy cannot be used"),
        Failure.CERTIFICATE: _("certificate not valid"),
    }
    if failure in TIMEOUTS:
        return _("too slow")
    return words.get(failure, _("no valid answer"))


def failures_text(failures: Mapping[Failure, int]) -> str:
    """Return one kind a line, most frequent first; empty if there was none."""
    counts: dict[str, int] = {}
    for failure, count in failures.items():
        if count:
            word = failure_word(failure)
            counts[word] = counts.get(word, 0) + count
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return "\n".join(f"{number(count)} × {word}" for word, count in ordered)


def provider_row(provider: ProviderStats, now: float, *, is_off: bool) -> Row:
    """Return the cells of a row in the table of providers; `is_off`: no LLM call may leave."""
    return (
        Cell(f"{provider.name}\n{provider.model}"),
        provider_state(provider, now, is_off=is_off),
        Cell(
            _("{count} of {most}").format(
                count=number(provider.in_flight), most=number(provider.calls_at_once)
            )
        ),
        _first_token(provider),
        _calls(provider),
        _today(provider),
        _budget(provider),
    )


def provider_state(provider: ProviderStats, now: float, *, is_off: bool) -> Cell:
    """Return the provider's state; if it is not used, also why and what to do."""
    if is_off:
        more = _("No LLM call may leave: emergency mode is on, or DISABLE_AI_MODELS is set.")
        return Cell(_("off"), more, State.STOPPED)
    if provider.breaker is not BreakerState.CLOSED:
        return _cut_off(provider)
    if _is_spent(provider):
        more = _("Its budget of today is spent; it is asked again after midnight UTC.")
        return Cell(_("budget spent"), more, State.DEGRADED)
    if provider.resting_until is not None and provider.resting_until > now:
        time = clock_time(provider.resting_until, now=now)
        text = _("resting until {time}").format(time=time)
        return Cell(text, _last_failure(provider), State.DEGRADED)
    return Cell(_("ok"), _("It is asked when its turn comes."), State.NORMAL)


def _cut_off(provider: ProviderStats) -> Cell:
    needs_you = {
        Failure.NO_KEY: _("Run: gavatcore providers add {name}"),
        Failure.KEY_REFUSED: _("Give it another key: gavatcore providers add {name}"),
        Failure.UNKNOWN_MODEL: _("Name a model it has in providers.toml."),
        Failure.REDIRECTED: _("Write its new address into providers.toml."),
        Failure.PROXY: _("Mend HTTPS_PROXY or ALL_PROXY, or list the provider in NO_PROXY."),
        Failure.CERTIFICATE: _("Check the date of this machine, and SSL_CERT_FILE if it is set."),
    }
    failure = provider.last_failure
    if failure is not None and (advice := needs_you.get(failure)) is not None:
        return Cell(failure_word(failure), advice.format(name=provider.name), State.EMERGENCY)
    if provider.breaker is BreakerState.OPEN:
        return Cell(_("breaker open"), _last_failure(provider), State.DEGRADED)
    more = _("After failures, single calls test whether it works again.")
    return Cell(_("being tried"), more, State.DEGRADED)


def _last_failure(provider: ProviderStats) -> str:
    if provider.last_failure is None:
        return ""
    return _("Last failure: {failure}").format(failure=failure_word(provider.last_failure))


def _is_spent(provider: ProviderStats) -> bool:
    tokens = 0 < provider.tokens_budget <= provider.tokens_today
    return tokens or 0 < provider.cost_budget <= provider.cost_today


def _first_token(provider: ProviderStats) -> Cell:
    p50, p95 = provider.first_token_p50_ms, provider.first_token_p95_ms
    if p50 is None or p95 is None:
        return Cell(NO_VALUE, _("No answer in the last minute."))
    text = _("{p50}\np95 {p95}").format(p50=milliseconds(p50), p95=milliseconds(p95))
    return Cell(text)


def _calls(provider: ProviderStats) -> Cell:
    calls, failed = number(provider.calls), sum(provider.failures.values())
    if not failed:
        return Cell(calls, _("None failed."))
    text = ngettext("{calls}\n{failed} failed", "{calls}\n{failed} failed", failed)
    text = text.format(calls=calls, failed=number(failed))
    return Cell(text, failures_text(provider.failures))


def _today(provider: ProviderStats) -> Cell:
    text = ngettext("{count} token", "{count} tokens", provider.tokens_today)
    tokens = text.format(count=compact(provider.tokens_today))
    return Cell(f"{tokens}\n{cost(provider.cost_today)}")


def _budget(provider: ProviderStats) -> Cell:
    """Return the greater of the used shares of tokens and cost, 0 to 1."""
    shares, lines = [], []
    if most := provider.tokens_budget:
        shares.append(provider.tokens_today / most)
        text = _("{taken} of {budget} tokens")
        lines.append(text.format(taken=compact(provider.tokens_today), budget=compact(most)))
    if budget := provider.cost_budget:
        shares.append(provider.cost_today / budget)
        text = _("{taken} of {budget}")
        lines.append(text.format(taken=cost(provider.cost_today), budget=cost(budget)))
    if not shares:
        return Cell(NO_VALUE, _("No budget is set."))
    return Cell(percent(max(shares) * 100, 0), "\n".join(lines))
