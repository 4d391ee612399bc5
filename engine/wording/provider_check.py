"""Words the result of a provider's test call; separate, as a check imports the client."""

from engine.language import _
from engine.replies.providers.check import TOKENS, Checked
from engine.replies.providers.failure import TIMEOUTS, Failure


def check_sentence(checked: Checked) -> str:
    """Return the result of the test call and a remedy; it continues the provider's name."""
    if checked.failure is None:
        return _("works; first word after {ms:.0f} ms.").format(ms=checked.first_token_ms)
    late = _("did not answer in time.")
    sentences = {
        Failure.NO_KEY: _("has no key: gavatcore providers add {name}"),
        Failure.KEY_REFUSED: _("refuses the key: enter another."),
        Failure.UNKNOWN_MODEL: _("does not know the model {model}."),
        Failure.RATE_LIMITED: _("has had too many calls: try again later."),
        Failure.OUT_OF_CREDIT: _("wants to be paid: look at your account there."),
        Failure.CONNECTION: _("cannot be reached: check its address and the network."),
        Failure.REQUEST_REFUSED: _("did not take the request: its model may not be for chats."),
        Failure.REDIRECTED: _("has moved: write its new address into providers.toml."),
        Failure.PROXY: _(
            "cannot be reached through the proxy that the environment names: it must begin with "
            "http:// (HTTPS_PROXY, ALL_PROXY), or the provider be listed in NO_PROXY."
        ),
        Failure.CERTIFICATE: _(
            "has a certificate that cannot be verified here: check the date of this machine, and "
            "SSL_CERT_FILE and SSL_CERT_DIR if they are set."
        ),
        Failure.CUT_SHORT: _(
            "came to no end within {tokens} tokens: its model thinks too long for a chat."
        ),
        **dict.fromkeys(TIMEOUTS, late),
    }
    sentence = sentences.get(checked.failure, _("sent what is no answer ({failure})."))
    return sentence.format(
        name=checked.name,
        model=checked.model,
        failure=checked.failure.value,
        tokens=TOKENS,
    )
