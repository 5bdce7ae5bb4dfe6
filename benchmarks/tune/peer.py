"""LoRA with transformers and peft on a job that run.py wrote; runs in an environment of its own.

A job is a folder: job.json (settings) and rows.npz. `tokens` and `labels` of a step are (rows, length) int32; a label is the
token that follows, -1 where there is no loss. `a.NAME` is the initial A of NAME's adapter, (rank, width) float32; B starts at zero.
Prints one JSON line a step: the loss before the update, and the seconds that the step took.
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
    torch.set_num_threads(job["threads"])
    model = adapted(job)
    rows = np.load(folder / "rows.npz")
    set_initial(model, rows)
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=job["rate"], weight_decay=job["weight_decay"], betas=tuple(job["betas"]))
    precision = torch.autocast("cpu", torch.bfloat16) if job.get("autocast") else nullcontext()
    for step in range(job["steps"]):
        tokens, labels = batch(rows, step)
        began = time.perf_counter()
        with precision:
            loss = model(input_ids=tokens, labels=labels).loss
        loss.backward()
        if job["clip"]:
            torch.nn.utils.clip_grad_norm_(trained, job["clip"])
        optimizer.step()
        optimizer.zero_grad()
        print(json.dumps({"loss": loss.item(), "seconds": time.perf_counter() - began}), flush=True)


def adapted(job: dict) -> torch.nn.Module:
    """Return the model in bf16 with a low-rank adapter in float32 on every linear projection, as peft makes it."""
    model = AutoModelForCausalLM.from_pretrained(job["model"], dtype=torch.bfloat16)
    model.config.use_cache = False
    if job["checkpointing"]:
        model.gradient_checkpointing_enable({"use_reentrant": False})
        model.enable_input_require_grads()
    settings = LoraConfig(
        r=job["rank"], lora_alpha=job["alpha"], lora_dropout=0.0, target_modules=TARGETS, task_type="CAUSAL_LM"
    )
    return get_peft_model(model, settings).train()


def set_initial(model: torch.nn.Module, rows: np.lib.npyio.NpzFile) -> None:
    """Give every adapter the A that ours begins with."""
    weights = dict(model.named_parameters())
    for key in rows.files:
        if key.startswith("a."):
            weight = weights[f"base_model.model.{key[2:]}.lora_A.default.weight"]
            weight.data.copy_(torch.from_numpy(rows[key]))


def batch(rows: np.lib.npyio.NpzFile, step: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a step's tokens, and its labels as transformers counts them: of the token itself, -100 for none."""
    tokens = torch.from_numpy(rows[f"tokens.{step}"]).long()
    follows = torch.from_numpy(rows[f"labels.{step}"]).long()
    labels = torch.full_like(tokens, -100)
    labels[:, 1:] = torch.where(follows[:, :-1] >= 0, follows[:, :-1], -100)
    return tokens, labels


if __name__ == "__main__":
    main()
