"""Defines the used fields of a chat completion request."""

import msgspec


class ContentPart(msgspec.Struct):
    """One part of a message's content; only text counts."""

    type: str
    text: str = ""


class ChatMessage(msgspec.Struct):
    """One message of the conversation."""

    role: str
    content: str | list[ContentPart] | None = None

    @property
    def text(self) -> str:
        """The text of the message, without other parts."""
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(msgspec.Struct):
    """The options of a streamed answer."""

    include_usage: bool = False


class ChatRequest(msgspec.Struct):
    """A request; unknown fields are ignored, since newer clients may send them."""

    model: str
    messages: list[ChatMessage]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None

    @property
    def token_limit(self) -> int | None:
        """The limit of tokens under either name."""
        return self.max_completion_tokens or self.max_tokens

    def given(self, names: tuple[str, ...]) -> str | None:
        """Return the first parameter among `names` that the caller has set, or None."""
        return next((name for name in names if getattr(self, name) is not None), None)

    @property
    def wants_usage(self) -> bool:
        """True if a stream should end with the usage figures."""
        return self.stream_options is not None and self.stream_options.include_usage


def decode(body: bytes) -> ChatRequest:
    """Parse a request; raises ValueError with the reason if it is invalid."""
    request = msgspec.json.decode(body, type=ChatRequest)
    if not request.messages:
        raise ValueError("Invalid 'messages': empty array.")
    return request
