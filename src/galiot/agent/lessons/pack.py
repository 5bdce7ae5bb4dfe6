"""`python -m galiot.agent.lessons.pack ADAPTER --data DIR --out weights`: the adapter as it ships.

Half the bytes (F16), and a manifest beside it that says what it was made of.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from galiot import __version__
from galiot.files import atomic_write
from galiot.model.adapter import LowRank, read_adapter, write_adapter
from galiot.model.model import open_model

log = logging.getLogger(__name__)
NAME = "planner"
MOST_BYTES = 8 << 20


def main() -> None:
    """Write planner.gguf and planner.json."""
    parser = argparse.ArgumentParser(
        prog="python -m galiot.agent.lessons.pack", description="Pack the planner's adapter."
    )
    parser.add_argument("adapter", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="folder with train.jsonl")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", default="smollm2-135m")
    parser.add_argument("--fact", action="append", default=[], help="key=value, for the manifest")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    facts = dict(fact.split("=", 1) for fact in given.fact)
    pack(given.adapter, given.data / "train.jsonl", given.out, model=given.model, facts=facts)


def pack(adapter: Path, data: Path, out: Path, *, model: str, facts: Mapping[str, str]) -> None:
    """Write the adapter in half the bytes, and what it was made of as JSON.

    facts: what only the maker knows: seed, held-out results
    """
    base = open_model(model)
    found = read_adapter(adapter, base)
    halved = {key: LowRank(_half(layer.a), _half(layer.b)) for key, layer in found.layers.items()}
    path = out / f"{NAME}.gguf"
    write_adapter(path, replace(found, layers=halved, name=NAME), half=True)
    content = path.read_bytes()
    if len(content) > MOST_BYTES:
        log.warning("%s has %d bytes, more than the %d that may ship", path, len(content), MOST_BYTES)
    manifest = {
        "file": path.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "licence": "Apache-2.0",
        "base": model,
        "base_sha256": found.base_sha256,
        "rank": next(iter(found.layers.values())).rank,
        "alpha": found.alpha,
        "data": {"rows": data.read_bytes().count(b"\n"), "sha256": hashlib.sha256(data.read_bytes()).hexdigest()},
        "tuning": {key: value for key, value in sorted(found.about.items()) if isinstance(value, str | int | float)},
        "galiot": __version__,
        **facts,
    }
    with atomic_write(out / f"{NAME}.json") as file:
        file.write((json.dumps(manifest, indent=2) + "\n").encode())
    log.info("%s: %.1f MiB", path, len(content) / 2**20)


def _half(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float16).astype(np.float32)


if __name__ == "__main__":
    main()
