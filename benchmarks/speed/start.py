"""One process, from nothing to its first token; run by run.py with the interpreter of either engine."""

from __future__ import annotations

import sys

TEXT = "The old captain looked at the sea and said that the wind would turn before the night, "


def main(engine: str, path: str, tokens: int, threads: int) -> None:
    """Print one line when the first token is there."""
    (galiot if engine == "galiot" else llama_cpp)(path, tokens, threads)


def galiot(path: str, tokens: int, threads: int) -> None:
    """As a program would that uses the library."""
    import galiot
    from galiot.runtime.config import RuntimeConfig
    from galiot.runtime.generate import GenerateConfig

    model = galiot.open_model(path)
    session = galiot.Session(model, RuntimeConfig(context=2048, threads=threads))
    prompt = (model.tokenizer.encode(TEXT) * tokens)[:tokens]
    settings = GenerateConfig(max_tokens=1, temperature=0)
    print(repr(galiot.generate(session, prompt, settings=settings).finished().text), flush=True)


def llama_cpp(path: str, tokens: int, threads: int) -> None:
    """The same with llama-cpp-python."""
    from llama_cpp import Llama

    model = Llama(path, n_ctx=2048, n_threads=threads, n_threads_batch=threads, verbose=False)
    prompt = (model.tokenize(TEXT.encode(), add_bos=False) * tokens)[:tokens]
    answer = next(iter(model.create_completion(prompt, max_tokens=1, temperature=0, stream=True)))
    print(repr(answer["choices"][0]["text"]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    sys.stdin.read()  # stay, so that the size of this process can be asked
