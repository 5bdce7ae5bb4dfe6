"""What `transformers` computes for the folders of `hf_folder`; run as a program it writes the numbers that tests hold.

PYTHONPATH=tests python tests/model/convert/logits_by_transformers.py     # needs torch and transformers
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
from hf_folder import CASES, write_folder

TOKENS = [int(token) for token in np.random.default_rng(11).integers(3, 260, 48)]
POSITIONS = (0, 1, 9, 31, 47)
COLUMNS = (0, 5, 77, 150, 233, 319)
KEPT = Path(__file__).with_suffix(".json")


def compute(folder: Path) -> list[list[float]]:
    """Logits at POSITIONS and COLUMNS for TOKENS."""
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    with torch.no_grad():
        logits = model(torch.tensor([TOKENS])).logits[0].numpy()
    return [[round(float(logits[i, j]), 5) for j in COLUMNS] for i in POSITIONS]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        found = {case: compute(write_folder(Path(place, case), case)) for case in CASES}
    KEPT.write_text("{\n" + ",\n".join(f'"{case}": {json.dumps(rows)}' for case, rows in found.items()) + "\n}\n")
