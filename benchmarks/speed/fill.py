"""One process that fills its context: half by reading, half by writing; run by run.py with either engine."""

from __future__ import annotations

import sys


def main(engine: str, path: str, context: int, threads: int) -> None:
    """Print one line when the context is full, and stay until standard input ends."""
    (galiot if engine == "galiot" else llama_cpp)(path, context, threads)
    print("full", flush=True)


def galiot(path: str, context: int, threads: int) -> None:
    """Fill a session."""
    import galiot
    from galiot.runtime.config import RuntimeConfig

    model = galiot.open_model(path)
    assert model.tokenizer
    session = galiot.Session(model, RuntimeConfig(context=context, threads=threads))
    tokens = [7 + i % 1000 for i in range(context)]
    session.evaluate(tokens[: context // 2])
    for token in tokens[context // 2 :]:
        session.evaluate([token])


def llama_cpp(path: str, context: int, threads: int) -> None:
    """Fill llama-cpp-python's context, with the batch that llama-bench takes."""
    from llama_cpp import Llama

    model = Llama(path, n_ctx=context, n_batch=2048, n_ubatch=512, n_threads=threads, verbose=False)
    tokens = [7 + i % 1000 for i in range(context)]
    model.eval(tokens[: context // 2])
    for token in tokens[context // 2 :]:
        model.eval([token])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
