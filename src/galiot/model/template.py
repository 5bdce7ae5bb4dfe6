"""Chat templates: messages to the text that a model was trained to continue."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from galiot.errors import FormatError
from galiot.model.gguf import GgufFile

if TYPE_CHECKING:
    from jinja2 import Template

    from galiot.model.sandbox import Sandbox

_KEY = "tokenizer.chat_template"
_LONGEST_SOURCE = 1 << 16  # characters; the longest in use have half as many

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
"""What a file without a template gets when its vocabulary has <|im_start|> and <|im_end|>."""

PLAIN_TURNS = (
    "{{ bos_token }}{% for message in messages %}{{ message['role'] | capitalize + ': ' + message['content'] + '\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)
"""What every other file without a template gets: "User: ...", "Assistant: ...", one turn after the other."""


class ChatTemplate:
    """A chat template in Jinja, as transformers renders it, in a sandbox that bounds its time and its output.

    The text it makes is complete: encode it with `special=True` and without `start`.

    source: the template
    bos, eos: texts of the tokens that a text begins and ends with, which the template knows as bos_token, eos_token
    origin: what an error names as the place
    seconds: the longest a rendering may take
    """

    def __init__(
        self, source: str, bos: str = "", eos: str = "", *, origin: str = "chat template", seconds: float = 5.0
    ) -> None:
        if len(source) > _LONGEST_SOURCE:
            raise FormatError(origin, f"the template has {len(source)} characters, at most {_LONGEST_SOURCE} are read")
        self.source, self.bos, self.eos, self.origin, self.seconds = source, bos, eos, origin, seconds
        self._lock = threading.Lock()

    @classmethod
    def from_gguf(cls, file: GgufFile) -> ChatTemplate:
        """Return a file's template; `CHATML` or `PLAIN_TURNS` where it has none.

        raises: FormatError naming the key when it is no text or too long
        """
        tokens = file.strings("tokenizer.ggml.tokens")

        def text_of(name: str) -> str:
            token = file.integer(f"tokenizer.ggml.{name}_token_id", None, low=0, high=len(tokens) - 1)
            return "" if token is None else tokens[token]

        default = CHATML if {"<|im_start|>", "<|im_end|>"}.issubset(tokens) else PLAIN_TURNS
        return cls(file.text(_KEY, default), text_of("bos"), text_of("eos"), origin=f"{file.path}: {_KEY}")

    def render(
        self,
        messages: Sequence[Mapping[str, object]],
        *,
        add_generation_prompt: bool = True,
        tools: Sequence[Mapping[str, object]] | None = None,
        **variables: object,
    ) -> str:
        """Return the text for a conversation.

        messages: each with "role" and "content", the oldest first
        add_generation_prompt: end where the assistant's answer begins
        tools: JSON schemas of functions the model may call
        variables: what else the template knows, such as enable_thinking
        raises: FormatError naming the line when the template is wrong, refuses the messages or goes beyond a bound
        """
        from galiot.model.sandbox import TemplateFault

        known = {
            **{"messages": messages, "tools": tools, "documents": None, "bos_token": self.bos, "eos_token": self.eos},
            **{"add_generation_prompt": add_generation_prompt, **variables},
        }
        try:
            with self._lock:
                return self._sandbox.render(self._template, known, self.seconds)
        except TemplateFault as fault:
            raise FormatError(self.origin, str(fault)) from None

    @cached_property
    def _sandbox(self) -> Sandbox:
        from galiot.model.sandbox import Sandbox

        return Sandbox()

    @cached_property
    def _template(self) -> Template:
        return self._sandbox.compile(self.source)
