"""What PEFT computes with adapters of the folders of `hf_folder`; run as a program it writes what the tests hold.

PYTHONPATH=tests python tests/peft_folder.py     # needs torch, transformers and peft
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from hf_folder import write_folder
from safetensors.numpy import save_file

TOKENS = [int(token) for token in np.random.default_rng(12).integers(3, 260, 40)]
POSITIONS = (0, 1, 9, 39)
COLUMNS = (0, 5, 77, 150, 233, 319)
KEPT = Path(__file__).with_suffix(".json")

_ALL: dict[str, Any] = dict(r=3, lora_alpha=6, target_modules="all-linear")
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "lora": ("llama", _ALL),
    "rslora": ("llama", {**_ALL, "r": 5, "use_rslora": True}),
    "dora": ("llama", {**_ALL, "use_dora": True}),
    "patterns": (
        "llama",
        {**_ALL, "rank_pattern": {"q_proj": 4, "layers.1.mlp.up_proj": 2}, "alpha_pattern": {"k_proj": 9}},
    ),
    "rslora-patterns": ("llama", {**_ALL, "rank_pattern": {"v_proj": 6}, "use_rslora": True}),
    "attention-only": ("llama-biases", {**_ALL, "target_modules": ["q_proj", "v_proj"]}),
    "one-layer": (
        "llama-tied-head-dim",
        {**_ALL, "target_modules": ["o_proj", "down_proj"], "layers_to_transform": [1]},
    ),
    "qwen2-lora": ("qwen2", _ALL),
    "qwen2-dora": ("qwen2", {**_ALL, "use_dora": True}),
    "qwen3-rslora-dora": ("qwen3", {**_ALL, "use_rslora": True, "use_dora": True}),
    "gemma3-lora": ("gemma3", _ALL),
}
"""Case of `hf_folder` and settings of `LoraConfig`."""


def weights_of(shapes: dict[str, list[int]]) -> dict[str, np.ndarray]:
    """float32 numbers for the tensors of an adapter, from their names and shapes alone."""
    rng, found = np.random.default_rng(8), {}
    for name in sorted(shapes):
        shape = tuple(shapes[name])
        if len(shape) == 2:
            values = rng.standard_normal(shape) / (8 if "lora_B" in name else np.sqrt(shape[1]))
        else:
            values = 0.5 + rng.random(shape)
        found[name] = values.astype(np.float32)
    return found


def write_peft_folder(folder: Path, kept: dict[str, Any]) -> Path:
    """Write the adapter of a kept case as PEFT did: its config.json, word for word, and its tensors."""
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps(kept["config"]))
    save_file(weights_of(kept["shapes"]), folder / "adapter_model.safetensors", {"format": "pt"})
    return folder


def logits_of(base: Path, adapter: Path) -> np.ndarray:
    """(tokens, vocab) of TOKENS by PEFT."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    model = PeftModel.from_pretrained(model, adapter).eval()
    with torch.no_grad():
        return model(torch.tensor([TOKENS])).logits[0].numpy()


def compute(case: str, place: Path) -> dict[str, Any]:
    """Config, shapes, and logits at POSITIONS and COLUMNS, of an adapter that PEFT saved."""
    import torch
    from peft import LoraConfig, get_peft_model
    from safetensors.numpy import load_file
    from transformers import AutoModelForCausalLM

    name, settings = CASES[case]
    base = write_folder(place / f"{case}-base", name)
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", **settings)).save_pretrained(place / case)
    tensors = load_file(place / case / "adapter_model.safetensors")
    config = json.loads((place / case / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = "base"
    config["target_modules"] = sorted(config["target_modules"])
    kept = {"config": config, "shapes": {key: list(array.shape) for key, array in sorted(tensors.items())}}
    logits = logits_of(base, write_peft_folder(place / f"{case}-filled", kept))
    return {**kept, "logits": [[round(float(logits[i, j]), 5) for j in COLUMNS] for i in POSITIONS]}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        found = {case: compute(case, Path(place)) for case in CASES}
    KEPT.write_text("{\n" + ",\n".join(f'"{case}": {json.dumps(kept)}' for case, kept in found.items()) + "\n}\n")
