"""LoRA with transformers and peft on a job that measure.py wrote; runs in an environment of its own.

A job is a folder: job.json (settings) and rows.npz. `tokens.N` and `labels.N` of step N are (rows, length) int32; a
label is the token that follows, -1 where there is no loss. `a.NAME` is the A that NAME's adapter begins with,
(rank, width) float32; B begins at zero. The first line of output says that all is ready; then every line of standard
input asks for one step, and is answered with its loss before the update and the seconds that it took.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def main() -> None:
    """Run the job in the folder that the first argument names."""
    folder = Path(sys.argv[1])
    job = json.loads((folder / "job.json").read_text("utf-8"))
    settings = job["settings"]
    torch.set_num_threads(settings["threads"])
    model = adapted(job)
    rows = np.load(folder / "rows.npz")
    set_initial(model, rows)
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=settings["rate"], weight_decay=0.0)
    precision = torch.autocast("cpu", torch.bfloat16) if job["autocast"] else nullcontext()
    tell({})
    for step, _ in enumerate(sys.stdin):
        tokens, labels = batch(rows, step)
        began = time.perf_counter()
        with precision:
            loss = model(input_ids=tokens, labels=labels, shift_labels=labels).loss
        loss.backward()
        if settings["clip"]:
            torch.nn.utils.clip_grad_norm_(trained, settings["clip"])
        optimizer.step()
        optimizer.zero_grad()
        tell({"loss": loss.item(), "seconds": time.perf_counter() - began, "tokens": tokens.numel()})


def adapted(job: dict) -> torch.nn.Module:
    """Return the model in bf16 with a low-rank adapter in float32 on every linear projection, as peft makes it."""
    model = AutoModelForCausalLM.from_pretrained(job["folder"], dtype=torch.bfloat16)
    model.config.use_cache = False
    if job["checkpointing"]:
        model.gradient_checkpointing_enable({"use_reentrant": False})
        model.enable_input_require_grads()
    rank, alpha = job["settings"]["rank"], job["settings"]["alpha"]
    config = LoraConfig(r=rank, lora_alpha=alpha, lora_dropout=0.0, target_modules=TARGETS, task_type="CAUSAL_LM")
    return get_peft_model(model, config).train()


def set_initial(model: torch.nn.Module, rows: np.lib.npyio.NpzFile) -> None:
    """Give every adapter the A that ours begins with."""
    weights = dict(model.named_parameters())
    for key in rows.files:
        if key.startswith("a."):
            weight = weights[f"base_model.model.{key[2:]}.lora_A.default.weight"]
            weight.data.copy_(torch.from_numpy(rows[key]))


def batch(rows: np.lib.npyio.NpzFile, step: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a step's tokens, and the labels that follow them, -100 for none; padding stands at the end of a row.

    Nothing attends to what comes later and nothing is predicted there, so padding needs no mask.
    """
    labels = torch.from_numpy(rows[f"labels.{step}"]).long()
    return torch.from_numpy(rows[f"tokens.{step}"]).long(), torch.where(labels >= 0, labels, -100)


def tell(said: dict) -> None:
    """Print one line."""
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
