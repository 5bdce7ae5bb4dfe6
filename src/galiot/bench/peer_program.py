"""The other process: runs llama.cpp and answers one JSON line for each line. Imports nothing of this package."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any


class LowLevel:
    """llama-cpp-python's plain functions: the same calls as llama-bench makes, and greedy choice."""

    def __init__(self, model: str, settings: dict[str, Any], tokens: list[int]) -> None:
        import llama_cpp
        import numpy as np

        self.lib, self.np, self.settings, self.tokens = llama_cpp, np, settings, tokens
        self.version = llama_cpp.__version__
        quiet = llama_cpp.llama_log_callback(lambda level, text, data: None)
        self.quiet = quiet
        llama_cpp.llama_log_set(quiet, None)
        llama_cpp.llama_backend_init()
        self.model = llama_cpp.llama_model_load_from_file(model.encode(), llama_cpp.llama_model_default_params())
        if not self.model:
            raise RuntimeError("the model could not be loaded")
        params = llama_cpp.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch = settings["context"], 2048, 512
        params.n_threads = params.n_threads_batch = settings["threads"]
        self.context = llama_cpp.llama_init_from_model(self.model, params)
        if not self.context:
            raise RuntimeError("no context could be made")
        self.vocab = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(self.model))
        self.memory = llama_cpp.llama_get_memory(self.context)
        for i in range(0, settings["depth"], 512):
            self._decode(tokens[i : min(i + 512, settings["depth"])])

    def seconds(self, kind: str) -> float:
        depth = self.settings["depth"]
        self.lib.llama_memory_seq_rm(self.memory, 0, depth, -1)
        begin = time.perf_counter()
        if kind == "prefill":
            prompt = self.tokens[depth : depth + self.settings["prompt"]]
            for i in range(0, len(prompt), 2048):
                self._decode(prompt[i : i + 2048])
        else:
            token = self.tokens[depth]
            for _ in range(self.settings["tokens"]):
                self._decode([token])
                logits = self.np.ctypeslib.as_array(self.lib.llama_get_logits_ith(self.context, -1), (self.vocab,))
                token = int(logits.argmax())
        return time.perf_counter() - begin

    def _decode(self, tokens: list[int]) -> None:
        array = (self.lib.llama_token * len(tokens))(*tokens)
        if self.lib.llama_decode(self.context, self.lib.llama_batch_get_one(array, len(tokens))):
            raise RuntimeError("llama_decode failed")
        self.lib.llama_synchronize(self.context)


class Server:
    """xllamacpp's server, by the times that it reports itself; its wheel is built for any processor."""

    def __init__(self, model: str, settings: dict[str, Any], tokens: list[int]) -> None:
        from importlib.metadata import version

        import xllamacpp

        self.settings, self.tokens, self.version = settings, tokens, version("xllamacpp")
        p = xllamacpp.CommonParams()
        p.model.path, p.n_ctx, p.n_parallel, p.port = model, settings["context"] + 64, 1, 0
        p.warmup, p.fit_params, p.verbosity = False, False, -1
        p.cpuparams.n_threads = p.cpuparams_batch.n_threads = settings["threads"]
        self.server = xllamacpp.Server(p)

    def seconds(self, kind: str) -> float:
        depth = self.settings["depth"]
        prompt, tokens = depth + self.settings["prompt"], 1
        if kind == "decode":
            prompt, tokens = max(depth, 1), self.settings["tokens"] + 1  # the first one comes with the prompt
        asked = {"prompt": self.tokens[:depth], "n_predict": 0, "cache_prompt": True, "temperature": 0.0}
        if depth:
            self.server.handle_completions(asked)
        # without a depth, the prompt of the measurement before would be found in the cache
        asked |= {"prompt": self.tokens[:prompt], "n_predict": tokens, "ignore_eos": True, "cache_prompt": depth > 0}
        timings = self.server.handle_completions(asked)["timings"]
        return float(timings["prompt_ms" if kind == "prefill" else "predicted_ms"]) / 1e3


def main() -> None:
    """Answer questions until standard input ends."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what llama.cpp prints is no answer
    runner: LowLevel | Server | None = None
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if runner is None:
                settings = asked["settings"]
                settings["context"] = settings["depth"] + max(settings["prompt"], settings["tokens"]) + 1
                kind = LowLevel if sys.argv[1] == "llama_cpp" else Server
                runner = kind(asked["model"], settings, asked["tokens"])
                answer: dict[str, Any] = {"version": runner.version}
            else:
                answer = {"seconds": runner.seconds(asked["kind"])}
        except Exception as error:
            answer = {"error": " ".join(f"{type(error).__name__}: {error}".split())}
        out.write(json.dumps(answer) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
