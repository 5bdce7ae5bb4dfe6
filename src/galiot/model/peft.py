"""Adapters as the library PEFT keeps them: a folder with adapter_config.json and adapter_model.safetensors.

Its names are those of Hugging Face, and the rows of a llama's queries and keys lie in another order there.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from galiot.errors import FileError, FormatError, RequestError
from galiot.files import atomic_write
from galiot.model.adapter import Adapter, Floats, LowRank, pair_up
from galiot.model.convert.config import Config, short
from galiot.model.convert.rotary import pairs_adjacent
from galiot.model.convert.safetensors import read_json, read_tensors
from galiot.model.model import Model
from galiot.model.spec import ModelSpec

_CONFIG, _WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
_PREFIX = "base_model.model."
_KEY = re.compile(
    r"base_model\.model\.((?:model\.|language_model\.)*layers\.(\d+)\.((?:self_attn|mlp)\.\w+_proj))"
    r"\.lora_(A|B|magnitude_vector)(?:\.weight)?"
)
_NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
_PARTS = {"A": "a", "B": "b", "magnitude_vector": "magnitude"}
# Where one of these is set, the file means something else than W + scale * B A.
_BEYOND = (
    "alora_invocation_tokens",
    "fan_in_fan_out",
    "layer_replication",
    "lora_bias",
    "modules_to_save",
    "trainable_token_indices",
    "use_bdlora",
    "use_qalora",
)
_CHANGED_BASE = ("pissa", "olora", "corda", "loftq", "lora_ga")  # beginnings that take something from the base


def read_peft(folder: str | os.PathLike[str], model: Model | None) -> Adapter:
    """Read a folder; scales that differ from weight to weight are multiplied into B.

    raises: RequestError when the model is not given or a file is missing, FormatError naming what is wrong
    """
    path = Path(folder)
    if model is None:
        raise RequestError(f"{path} is a folder, which does not say for which architecture it is: give the model too")
    config = Config(path / _CONFIG, read_json(path / _CONFIG), {})
    _refuse_what_we_lack(config)
    if not (path / _WEIGHTS).is_file():
        raise RequestError(f"{path} has no {_WEIGHTS}; a pickle (adapter_model.bin) can run code and is not read")
    found: dict[str, dict[str, Floats]] = {}
    modules: dict[str, str] = {}
    for tensor in read_tensors(path / _WEIGHTS):
        match = _KEY.fullmatch(tensor.name)
        if not match or match[3] not in _NAMES:
            raise FormatError(path / _WEIGHTS, f"tensor {tensor.name[:120]} is no part of a projection's adapter")
        key = f"blk.{int(match[2])}.{_NAMES[match[3]]}"
        modules[key] = match[1]
        values = tensor.floats(slice(None)).reshape(tensor.shape)
        found.setdefault(key, {})[_PARTS[match[4]]] = values.reshape(-1) if match[4] == "magnitude_vector" else values
    layers = pair_up(path / _WEIGHTS, found)
    alphas = {key: _alpha(config, modules[key], layer.rank) for key, layer in layers.items()}
    alpha = next(iter(alphas.values()))
    adapter = Adapter(
        architecture=model.spec.family,
        alpha=alpha,
        layers={key: _scaled(layer, alphas[key] / alpha) for key, layer in layers.items()},
        name=path.resolve().name,
    )
    if problem := adapter.problem_on(model.spec):
        raise FormatError(path, problem)
    return replace(adapter, layers=_reordered(adapter.layers, model.spec, back=False))


def write_peft(folder: str | os.PathLike[str], adapter: Adapter, model: Model) -> None:
    """Write a folder that PEFT loads, whole or not at all; it must not be there yet, or be empty.

    raises: RequestError when the adapter does not fit the model or the folder holds something; FileError
    """
    path = Path(folder)
    if problem := adapter.problem_on(model.spec):
        raise RequestError(f"the adapter {adapter.name[:80]} {problem}")
    if len({layer.magnitude is None for layer in adapter.layers.values()}) > 1:
        raise RequestError(f"the adapter {adapter.name[:80]} has magnitudes for some weights only: PEFT cannot hold it")
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise RequestError(f"{path} is there already: give another folder")
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        temporary.mkdir()
        _write_safetensors(temporary / _WEIGHTS, _tensors(adapter, model.spec))
        with atomic_write(temporary / _CONFIG) as file:
            file.write(json.dumps(_config(adapter, model), indent=2).encode() + b"\n")
        os.replace(temporary, path)
    except OSError as error:
        raise FileError(path, f"cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _refuse_what_we_lack(config: Config) -> None:
    if config.get("peft_type") != "LORA":
        raise FormatError(config.path, f"peft_type is {short(config.get('peft_type'))}, expected LORA")
    for key in _BEYOND:
        if config.get(key):
            raise FormatError(config.path, f"{key} is set, which cannot be run here")
    if (bias := config.get("bias")) not in (None, "none"):
        raise FormatError(config.path, f"bias is {short(bias)}: only adapters without biases can be run here")
    start = config.get("init_lora_weights")
    if isinstance(start, str) and start.lower().startswith(_CHANGED_BASE):
        raise FormatError(
            config.path, f"init_lora_weights is {short(start)}, which changes the base too: save it as LoRA"
        )


def _alpha(config: Config, module: str, rank: int) -> float:
    """Return what, divided by the rank, scales the product for one module."""
    patterns = config.part("alpha_pattern")
    key = next((key for key in patterns.values if _matches(config, key, module)), None)
    alpha = config.number("lora_alpha") if key is None else patterns.number(key)
    return float(alpha * rank**0.5) if config.get("use_rslora") else alpha


def _matches(config: Config, pattern: str, module: str) -> bool:
    """Whether a pattern means a module, as PEFT has it: a regular expression for the end of the name."""
    try:
        return re.match(pattern[1:] if pattern.startswith("^") else rf"(.*\.)?({pattern})$", module) is not None
    except re.error as error:
        raise FormatError(config.path, f"alpha_pattern {pattern[:60]!a} is no regular expression: {error}") from None


def _scaled(layer: LowRank, factor: float) -> LowRank:
    return layer if factor == 1 else replace(layer, b=layer.b * np.float32(factor))


def _reordered(layers: Mapping[str, LowRank], spec: ModelSpec, *, back: bool) -> dict[str, LowRank]:
    """Put the rows of a llama's queries and keys into the order of GGUF, or `back` into that of Hugging Face."""
    found = dict(layers)
    if spec.family != "llama":
        return found
    for key, layer in layers.items():
        _, i, name = key.split(".")
        if name in ("attn_q", "attn_k"):
            order = pairs_adjacent(len(layer.b), (spec.heads if name == "attn_q" else spec.kv_heads)[int(i)])
            order = np.argsort(order) if back else order
            magnitude = None if layer.magnitude is None else layer.magnitude[order]
            found[key] = LowRank(layer.a, layer.b[order], magnitude)
    return found


def _modules(keys: Iterable[str]) -> dict[str, str]:
    """Return the module of each weight, as layers.0.self_attn.q_proj."""
    theirs = {ours: module for module, ours in _NAMES.items()}
    return {key: f"layers.{key.split('.')[1]}.{theirs[key.split('.')[2]]}" for key in keys}


def _tensors(adapter: Adapter, spec: ModelSpec) -> dict[str, Floats]:
    modules, found = _modules(adapter.layers), dict[str, Floats]()
    for key, layer in _reordered(adapter.layers, spec, back=True).items():
        name = f"{_PREFIX}model.{modules[key]}.lora_"
        found |= {f"{name}A.weight": layer.a, f"{name}B.weight": layer.b}
        if layer.magnitude is not None:
            found[f"{name}magnitude_vector"] = layer.magnitude
    return found


def _config(adapter: Adapter, model: Model) -> dict[str, Any]:
    modules = _modules(adapter.layers)
    names = {module.rpartition(".")[2] for module in modules.values()}
    whole = len(modules) == len(names) * model.spec.layers
    rank = max(layer.rank for layer in adapter.layers.values())
    return {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": model.name,
        "r": rank,
        "lora_alpha": adapter.alpha,
        "target_modules": sorted(names if whole else modules.values()),
        "rank_pattern": {modules[key]: layer.rank for key, layer in adapter.layers.items() if layer.rank != rank},
        "alpha_pattern": {},
        "use_rslora": False,
        "use_dora": any(layer.magnitude is not None for layer in adapter.layers.values()),
        "bias": "none",
        "lora_dropout": 0.0,
        "fan_in_fan_out": False,
        "inference_mode": True,
        "init_lora_weights": True,
        "modules_to_save": None,
    }


def _write_safetensors(path: Path, tensors: Mapping[str, Floats]) -> None:
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, values in tensors.items():
        header[name] = {
            "dtype": "F32",
            "shape": list(values.shape),
            "data_offsets": [offset, offset + values.nbytes],
        }
        offset += values.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with atomic_write(path) as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for values in tensors.values():
            file.write(np.ascontiguousarray(values, "<f4").data)
