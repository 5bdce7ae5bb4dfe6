from __future__ import annotations

import hashlib
import importlib
import json
import shutil
import struct

import numpy as np
import pytest
from dequantize import weights_in
from hf_folder import CASES, config_of, weights_of, write_folder, write_tokenizer
from model.convert import logits_by_transformers as golden
from reference import Reference
from safetensors.numpy import load_file, save_file

from galiot.errors import FileError, GaliotError, RequestError
from galiot.model.convert import convert_folder
from galiot.model.convert.rotary import pairs_adjacent
from galiot.model.gguf import GgufFile
from galiot.model.model import open_model
from galiot.model.spec import ModelSpec
from galiot.model.tokenizer import Tokenizer
from galiot.model.types import TensorType

LOGITS = json.loads(golden.KEPT.read_text())


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "m")


def logits_of(path):
    with GgufFile.open(path) as file:
        logits = Reference(ModelSpec.from_gguf(file), weights_in(file), half_gelu=False).run(golden.TOKENS).logits
    return logits[np.ix_(golden.POSITIONS, golden.COLUMNS)]


@pytest.mark.parametrize("case", CASES)
def test_the_converted_model_computes_what_transformers_computed(tmp_path, case):
    convert_folder(write_folder(tmp_path / "m", case), tmp_path / "m.gguf", "f32")
    np.testing.assert_allclose(logits_of(tmp_path / "m.gguf"), LOGITS[case], atol=2e-4)


@pytest.mark.parametrize("case", CASES)
def test_the_kept_numbers_are_those_of_the_installed_transformers(tmp_path, case):
    if not importlib.util.find_spec("transformers"):
        pytest.skip("transformers is not installed")
    np.testing.assert_allclose(golden.compute(write_folder(tmp_path / "m", case)), LOGITS[case], atol=2e-4)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("type", ["f16", "q8_0"])
def test_every_family_opens_in_smaller_types(tmp_path, case, type):
    done = convert_folder(write_folder(tmp_path / "m", case), tmp_path / "m.gguf", type)
    model = open_model(tmp_path / "m.gguf")
    assert done.bytes == (tmp_path / "m.gguf").stat().st_size
    assert model.spec.vocab == 320
    assert done.tensors[type.upper()] > 0


def test_rows_of_a_head_are_put_pair_by_pair():
    assert pairs_adjacent(8, 2).tolist() == [0, 2, 1, 3, 4, 6, 5, 7]


def test_the_factors_of_llama_3_follow_the_published_rule(tmp_path):
    folder = write_folder(tmp_path / "m", "llama-3")
    convert_folder(folder, tmp_path / "m.gguf", "f32")
    with GgufFile.open(tmp_path / "m.gguf") as file:
        factors = file.data("rope_freqs.weight").view(np.float32).reshape(-1)
    # heads are 8 wide and 32 tokens were the first context: turns are 32 / 2 pi / 500000 ** (i / 4) = 5.09, 0.19, ...
    assert factors.tolist() == [1.0, 8.0, 8.0, 8.0]


def test_bf16_weights_keep_their_bits(tmp_path):
    folder = write_folder(tmp_path / "m", "qwen3")
    weights = {name: array.view(np.uint32) >> 16 for name, array in weights_of(config_of("qwen3")).items()}
    _write_bf16(folder / "model.safetensors", weights)
    convert_folder(folder, tmp_path / "m.gguf", "bf16")
    with GgufFile.open(tmp_path / "m.gguf") as file:
        assert file.tensors["blk.1.ffn_up.weight"].type == TensorType.BF16
        bits = file.data("blk.1.ffn_up.weight").view(np.uint16)
    assert (bits == weights["model.layers.1.mlp.up_proj.weight"]).all()


def test_shards_and_a_text_model_inside_a_larger_one_give_the_same_file(tmp_path):
    whole = write_folder(tmp_path / "a", "gemma3")
    convert_folder(whole, tmp_path / "a.gguf", "f16")
    inner = write_folder(tmp_path / "b", "gemma3")
    config = json.loads((inner / "config.json").read_text())
    outer = {"model_type": "gemma3", "text_config": config, "vision_config": {}}
    (inner / "config.json").write_text(json.dumps(outer))
    weights = weights_of(config_of("gemma3"), prefix="language_model.model.")
    weights["vision_tower.patch.weight"] = np.ones((2, 2), np.float32)
    _shard(inner, weights, 3)
    convert_folder(inner, tmp_path / "b.gguf", "f16")
    with GgufFile.open(tmp_path / "a.gguf") as a, GgufFile.open(tmp_path / "b.gguf") as b:
        assert list(a.tensors) == list(b.tensors)
        assert all((a.data(name) == b.data(name)).all() for name in a.tensors)


def test_the_file_says_what_it_was_made_from(tmp_path, folder):
    (folder / "README.md").write_text("---\ntags:\n- x\nlicense: apache-2.0\n---\n# Model\n")
    convert_folder(folder, tmp_path / "m.gguf", "q8_0")
    names = ["config.json", "model.safetensors", "tokenizer.json"]
    lines = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    with GgufFile.open(tmp_path / "m.gguf") as file:
        assert file.text("galiot.parent.sha256") == hashlib.sha256(lines.encode()).hexdigest()
        assert list(file.strings("galiot.steps")) == ["convert huggingface --type q8_0"]
        assert file.text("general.license") == "apache-2.0"
        assert file.integer("general.file_type") == 7
        assert file.integer("general.quantization_version") == 2


@pytest.mark.parametrize("pairs_as_lists", [False, True])
def test_tokens_merges_and_ids_come_from_the_tokenizer(tmp_path, folder, pairs_as_lists):
    from tokenizers import Tokenizer as Theirs

    write_tokenizer(folder, pairs_as_lists=pairs_as_lists, add_bos_token=True)
    convert_folder(folder, tmp_path / "m.gguf")
    with GgufFile.open(tmp_path / "m.gguf") as file:
        ours = Tokenizer.from_gguf(file)
        assert file.text("tokenizer.ggml.pre") == "smollm"
        assert file.strings("tokenizer.ggml.merges")[:2] == ["h e", "l l"]
        assert file.strings("tokenizer.ggml.tokens")[-1] == "[PAD319]"
        assert file.text("tokenizer.chat_template") == "{{ 1 }}"
        assert (ours.bos, ours.eos, ours.vocab, ours.add_bos) == (0, 2, 320, True)
    theirs = Theirs.from_file(str(folder / "tokenizer.json"))
    for text in ("hello world 123", "<|im_start|>hell<tool>o\n\n", "Grüße 你好 🙂"):
        assert ours.encode(text, special=True) == theirs.encode(text).ids


def test_a_template_in_its_own_file_comes_first(tmp_path, folder):
    (folder / "chat_template.jinja").write_text("{{ 2 }}")
    convert_folder(folder, tmp_path / "m.gguf")
    with GgufFile.open(tmp_path / "m.gguf") as file:
        assert file.text("tokenizer.chat_template") == "{{ 2 }}"


def _config(**changes):
    def change(folder):
        config = json.loads((folder / "config.json").read_text())
        config |= changes
        (folder / "config.json").write_text(json.dumps({k: v for k, v in config.items() if v != "gone"}))

    return change


def _weights(**changes):
    def change(folder):
        weights = load_file(folder / "model.safetensors") | {k.replace("__", "."): v for k, v in changes.items()}
        save_file({k: v for k, v in weights.items() if v is not None}, folder / "model.safetensors")

    return change


def _text(name, text):
    return lambda folder: (folder / name).write_text(text)


def _header(text, data=b""):
    raw = text.encode()
    return lambda folder: (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(raw)) + raw + data)


def _tokenizer(**changes):
    def change(folder):
        file = json.loads((folder / "tokenizer.json").read_text())
        for path, value in changes.items():
            *outer, last = path.split("__")
            part = file
            for key in outer:
                part = part[key]
            part[last] = value
        (folder / "tokenizer.json").write_text(json.dumps(file))

    return change


def _index(**weight_map):
    return _text("model.safetensors.index.json", json.dumps({"weight_map": weight_map}))


HOSTILE = {
    "no config": (lambda f: (f / "config.json").unlink(), "has no config.json"),
    "config no JSON": (_text("config.json", "{"), "config.json: is not JSON"),
    "config a list": (_text("config.json", "[]"), "no object"),
    "config deep": (_text("config.json", "[" * 100_000), "is not JSON"),
    "unknown family": (_config(model_type="gpt_neox"), "'gpt_neox' is not among"),
    "no family": (_config(model_type="gone"), "model_type None"),
    "family a list": (_config(model_type=[1]), r"model_type \[1\]"),
    "no width": (_config(hidden_size="gone"), "hidden_size is None"),
    "width a text": (_config(hidden_size="32"), "hidden_size is '32'"),
    "width negative": (_config(hidden_size=-1), "hidden_size is -1"),
    "layers 2**60": (_config(num_hidden_layers=1 << 60), "num_hidden_layers is 1152921504606846976"),
    "more layers than weights": (_config(num_hidden_layers=3), r"layers\.2\.self_attn\.q_proj\.weight is missing"),
    "fewer layers than weights": (_config(num_hidden_layers=1), r"layers\.1\..* has no place"),
    "heads do not divide": (_config(num_attention_heads=5), "no multiple of num_attention_heads"),
    "odd head": (_config(head_dim=7), "head_dim is 7"),
    "epsilon a list": (_config(rms_norm_eps=[1]), r"rms_norm_eps is \[1\]"),
    "epsilon NaN": (_config(rms_norm_eps=float("nan")), "rms_norm_eps is nan"),
    "activation": (_config(hidden_act="relu"), "activation 'relu'"),
    "quantized": (_config(quantization_config={"bits": 4}), "quantized already"),
    "mlp bias": (_config(mlp_bias=True), "mlp_bias is set"),
    "scaling": (_config(rope_scaling={"type": "longrope"}), "rope scaling 'longrope'"),
    "scaling a list": (_config(rope_scaling=[1]), "rope_scaling"),
    "scaling without factor": (_config(rope_scaling={"type": "linear"}), "factor is None"),
    "parameters a list": (_config(rope_parameters=[1]), "rope_parameters"),
    "tied by mistake": (_weights(lm_head__weight=None), r"lm_head\.weight is missing"),
    "missing norm": (_weights(model__norm__weight=None), r"model\.norm\.weight is missing"),
    "missing embedding": (_weights(model__embed_tokens__weight=None), "embed_tokens.weight is missing"),
    "wrong shape": (_weights(model__norm__weight=np.ones(31, np.float32)), r"shape \[31\], config.json says \[32\]"),
    "strange tensor": (_weights(model__experts=np.ones(3, np.float32)), r"model\.experts has no place"),
    "integers": (_weights(model__norm__weight=np.ones(32, np.int32)), "I32; only F32, F16 and BF16"),
    "infinite": (
        _weights(model__embed_tokens__weight=np.full((320, 32), 1e9, np.float32)),
        r"token_embd\.weight reaches",
    ),
    "no weights": (lambda f: (f / "model.safetensors").unlink(), r"has no \*\.safetensors"),
    "pickle": (lambda f: (f / "model.safetensors").rename(f / "pytorch_model.bin"), "is a pickle"),
    "empty": (_text("model.safetensors", ""), "model.safetensors"),
    "header past the end": (lambda f: (f / "model.safetensors").write_bytes(b"\xff" * 64), "no safetensors file"),
    "header no JSON": (_header("nonsense"), "is not JSON"),
    "tensor without offsets": (_header('{"a": {"dtype": "F32", "shape": [1]}}'), "tensor a has no dtype"),
    "offsets outside": (
        _header('{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}', b"1234"),
        "does not fit",
    ),
    "offsets negative": (_header('{"a": {"dtype": "F32", "shape": [1], "data_offsets": [-4, 0]}}'), "make sense"),
    "shape overflows": (
        _header('{"a": {"dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 0]}}'),
        "does not fit",
    ),
    "shard missing": (_index(**{"model.norm.weight": "model-00001-of-00002.safetensors"}), "is missing: 1 of 1 parts"),
    "shard outside": (_index(**{"model.norm.weight": "../x.safetensors"}), "outside its folder"),
    "shard without its tensor": (_index(**{"model.other.weight": "model.safetensors"}), "where the index says"),
    "index without map": (_text("model.safetensors.index.json", "{}"), "has no weight_map"),
    "template no text": (_text("tokenizer_config.json", '{"chat_template": "\\ud800"}'), "cannot be GGUF"),
    "no tokenizer": (lambda f: (f / "tokenizer.json").unlink(), "neither tokenizer.json nor tokenizer.model"),
    "unigram": (_tokenizer(model__type="Unigram"), "'Unigram'; only BPE"),
    "no vocabulary": (_tokenizer(model__vocab=[1]), "does not give every token its id"),
    "token beyond the rows": (_tokenizer(model__vocab={"a": 320}), "has the id 320, the embedding has 320 rows"),
    "merge of three": (_tokenizer(model__merges=["a b c"]), r"merges\[0\] is no pair"),
    "added without id": (_tokenizer(added_tokens=[{"content": "x"}]), "no id and content"),
    "added twice": (_tokenizer(added_tokens=[{"id": 300, "content": "a"}]), "two tokens are written 'a'"),
    "marks of words": (_tokenizer(model__end_of_word_suffix="</w>"), "marks at the ends of words"),
    "odd pre-tokenizer": (_tokenizer(pre_tokenizer={"type": "Whitespace"}), "no name for"),
    "no pre-tokenizer": (_tokenizer(pre_tokenizer=None), "does not cut"),
    "unknown pre-tokenizer": (_tokenizer(pre_tokenizer={"type": "X"}), "pre_tokenizer makes no sense"),
}


@pytest.mark.parametrize("change", HOSTILE)
def test_a_folder_that_makes_no_sense_is_one_line_and_leaves_the_old_file(tmp_path, folder, change):
    spoil, said = HOSTILE[change]
    spoil(folder)
    (tmp_path / "m.gguf").write_bytes(b"old")
    with pytest.raises(GaliotError, match=said) as caught:
        convert_folder(folder, tmp_path / "m.gguf")
    assert "\n" not in str(caught.value)
    assert (tmp_path / "m.gguf").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m", "m.gguf"]


def test_random_damage_never_gives_anything_but_one_line(tmp_path, folder):
    rng, said = np.random.default_rng(0), []
    names = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]
    for trial in range(60):
        spoilt = tmp_path / f"{trial}"
        shutil.copytree(folder, spoilt)
        path = spoilt / names[trial % len(names)]
        content = bytearray(path.read_bytes())
        for position in rng.integers(0, min(len(content), 3000), 3):
            content[position] = rng.integers(0, 256)
        path.write_bytes(content)
        try:
            convert_folder(spoilt, tmp_path / "m.gguf")
        except (FileError, RequestError) as error:
            said.append(str(error))
    assert len(said) > 20
    assert not any("\n" in line for line in said)


def _write_bf16(path, bits):
    header, data = {}, b""
    for name, array in bits.items():
        raw = array.astype("<u2").tobytes()
        header[name] = {"dtype": "BF16", "shape": array.shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def _shard(folder, weights, parts):
    (folder / "model.safetensors").unlink()
    names, weight_map = list(weights), {}
    for part in range(parts):
        file = f"model-{part + 1:05}-of-{parts:05}.safetensors"
        chosen = names[part::parts]
        save_file({name: weights[name] for name in chosen}, folder / file)
        weight_map |= dict.fromkeys(chosen, file)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
