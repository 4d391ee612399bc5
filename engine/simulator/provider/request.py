"""What a caller asks of the chat completions endpoint, as far as the local provider heeds it."""

import msgspec


class Part(msgspec.Struct):
    """One part of a message's content; only text counts."""

    type: str
    text: str = ""


class Message(msgspec.Struct):
    role: str
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(msgspec.Struct):
    include_usage: bool = False


class ChatRequest(msgspec.Struct):
    """Unknown fields are ignored, as they are what a newer client would send."""

    model: str
    messages: list[Message]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None

    @property
    def token_limit(self) -> int | None:
        return self.max_completion_tokens or self.max_tokens

    def given(self, names: tuple[str, ...]) -> str | None:
        """The first of the parameters called `names` that the caller has set."""
        return next((name for name in names if getattr(self, name) is not None), None)

    @property
    def wants_usage(self) -> bool:
        """Whether a stream shall end with the usage figures."""
        return self.stream_options is not None and self.stream_options.include_usage


def decode(body: bytes) -> ChatRequest:
    """Raises ValueError with the reason if it is no request this endpoint knows."""
    request = msgspec.json.decode(body, type=ChatRequest)
    if not request.messages:
        raise ValueError("Invalid 'messages': empty array.")
    return request
