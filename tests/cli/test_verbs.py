"""Each verb on a tiny model: what it does and what it prints where."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from galiot.model.gguf import GgufFile

FEW = ("--max-tokens", 8, "--seed", 3)


def test_a_model_is_fetched_listed_and_removed(galiot, tiny):
    got = galiot("get", tiny, "--name", "mine", "--json").json
    assert got["name"] == "mine"
    assert [model["name"] for model in galiot("list", "--json").json["models"]] == ["mine"]
    assert "mine" in galiot("list").out
    assert galiot("rm", "mine", "--json").json["freed_bytes"] >= got["bytes"]
    assert galiot("list", "--json").json["models"] == []
    assert "empty" in galiot("list").err


def test_info_tells_spec_and_memory(galiot, tiny):
    told = galiot("info", tiny, "--json").json
    assert told["spec"]["family"] == "llama"
    assert told["memory"]["f16"]["bytes"] == sum(told["memory"]["f16"]["parts"].values()) > told["bytes"]
    assert "llama, 2 layers" in galiot("info", tiny).out


def test_convert_writes_a_model_of_the_type(galiot, tiny, tmp_path):
    made = galiot("convert", tiny, "--out", tmp_path / "small.gguf", "--type", "q8_0", "--json").json
    assert made["type"] == "q8_0"
    with GgufFile.open(tmp_path / "small.gguf") as file:
        assert file.tensors["blk.0.ffn_up.weight"].type.name == "Q8_0"


def test_convert_of_a_file_needs_a_type(galiot, tiny):
    assert "--type" in galiot("convert", tiny, "--out", "other.gguf").error


def test_a_folder_or_what_is_read_is_not_written_over(galiot, tiny):
    before = Path(tiny).read_bytes()
    assert "is a folder" in galiot("convert", tiny, "--out", ".", "--type", "q8_0").error
    assert "itself" in galiot("convert", tiny, "--out", tiny, "--type", "q8_0").error
    assert Path(tiny).read_bytes() == before
    Path("r.csv").write_text("a\n1\n2\n3\n")
    assert "is a folder" in galiot("show", "r.csv", "--png", ".").error
    assert "no folder" in galiot("show", "r.csv", "--png", "none/r.png").error


def test_an_answer_is_on_standard_output_and_the_rest_is_not(galiot, tiny):
    plain = galiot("run", tiny, "the sea", *FEW)
    told = galiot("run", tiny, "the sea", *FEW, "--json").json
    assert plain.status == 0
    assert plain.out == told["text"] + "\n"
    assert "tokens in" in plain.err
    assert told["spent"]["tokens"] <= 8
    assert {"seconds", "prompt_tokens", "first_token_s", "peak_bytes", "forecast_bytes"} <= told["spent"].keys()
    assert {"prefill_tokens_per_s", "decode_tokens_per_s"} <= told["spent"].keys()


def test_a_seed_repeats_an_answer_and_raw_differs_from_the_template(galiot, tiny):
    texts = [galiot("run", tiny, "the sea", *FEW, *more, "--json").json for more in ((), (), ("--raw",))]
    assert texts[0]["text"] == texts[1]["text"]
    assert texts[2]["spent"]["prompt_tokens"] < texts[0]["spent"]["prompt_tokens"]


def test_the_prompt_may_come_from_standard_input(galiot, tiny, monkeypatch):
    with_argument = galiot("run", tiny, "the sea", *FEW).out
    monkeypatch.setattr("sys.stdin", io.StringIO("the sea\n"))
    assert galiot("run", tiny, *FEW).out == with_argument
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert "nothing is asked" in galiot("run", tiny).error


def test_a_schema_gives_json_that_keeps_to_it(galiot, tiny, tmp_path):
    schema = {"type": "object", "properties": {"open": {"type": "boolean"}}, "required": ["open"]}
    (tmp_path / "s.json").write_text(json.dumps(schema | {"additionalProperties": False}))
    answer = json.loads(galiot("run", tiny, "which?", "--schema", "s.json", "--max-tokens", 40).out)
    assert list(answer) == ["open"]
    assert isinstance(answer["open"], bool)


@pytest.mark.parametrize("schema", ['{"type": "integer", "minimum": 3, "maximum": 2}', "{", "[1]"])
def test_a_schema_that_cannot_be_is_refused(galiot, tiny, tmp_path, schema):
    (tmp_path / "s.json").write_text(schema)
    result = galiot("run", tiny, "which?", "--schema", "s.json")
    assert "schema" in result.error
    assert result.status == 2


def test_a_prompt_beyond_the_context_is_refused_with_both_numbers(galiot, tiny):
    result = galiot("run", tiny, "the sea " * 100, "--context", 64)
    assert "64" in result.error
    assert result.status == 2


def test_a_budget_that_is_too_small_names_its_parts(galiot, tiny):
    result = galiot("run", tiny, "the sea", "--memory", "1MiB")
    assert "weights" in result.error
    assert result.status == 1


def test_eval_against_itself_finds_no_divergence(galiot, tiny, tmp_path):
    (tmp_path / "t.txt").write_text("the sea and the wind in the night " * 30)
    told = galiot("eval", tiny, "--text", "t.txt", "--against", tiny, "--context", 64, "--json").json
    assert told["divergence"]["mean"] == pytest.approx(0, abs=1e-9)
    assert told["divergence"]["agreement"] == 1
    assert "perplexity" in galiot("eval", tiny, "--text", "t.txt", "--context", 64).out


def test_a_file_that_is_no_model_is_one_line(galiot, tmp_path):
    (tmp_path / "bad.gguf").write_bytes(b"GGUF" + bytes(20))
    result = galiot("info", "bad.gguf")
    assert "bad.gguf" in result.error
    assert result.status == 1


def test_a_reading_gives_its_facts_and_a_text(galiot, tiny, tmp_path):
    rows = [f"2026-01-01T00:{minute:02}:00,{20 + minute % 7}" for minute in range(60)]
    (tmp_path / "r.csv").write_text("time,temperature_C\n" + "\n".join(rows) + "\n")
    told = galiot("run", tiny, "what?", "--reading", "r.csv", "--seed", 3, "--json").json
    assert told["facts"][0]["facts"][0]["text"]
    assert told["text"]
    shown = galiot("run", tiny, "--reading", "r.csv", "--seed", 3).out
    assert shown.splitlines()[0].split()[0] == "channel"
    assert "temperature" in shown.splitlines()[2]


def test_bench_speed_writes_a_record_with_its_spread(galiot, tiny):
    arguments = ("--prompt", 8, "--tokens", 4, "--repeats", 3, "--depth", 4, "--threads", 1, "--json")
    told = galiot("bench", "speed", tiny, *arguments).json
    low, high = told["spread"]["decode_tokens_per_s"]
    assert 0 < low <= told["decode_tokens_per_s"] <= high
    assert told["record"]["settings"]["depth"] == 4
    assert told["record"]["repeats"] == 3
    assert told["record"]["device"]
    assert told["ceiling_share"] > 0


def test_bench_speed_takes_turns_with_llama_cpp(galiot, tiny):
    pytest.importorskip("xllamacpp")
    arguments = ("--prompt", 8, "--tokens", 4, "--repeats", 2, "--threads", 1, "--vs", "llama.cpp", "--json")
    told = galiot("bench", "speed", tiny, *arguments).json
    ours, peer = told["prefill_tokens_per_s"], told["peer"]["prefill_tokens_per_s"]
    assert ours > 0
    assert peer > 0
    assert set(told["ratio"]) == {"prefill", "decode"}


def test_a_schema_is_prepared_before_the_forecast_so_that_its_memory_counts(galiot, tiny, tmp_path):
    (tmp_path / "none.json").write_text('{"enum": []}')
    result = galiot("run", tiny, "hi", "--schema", "none.json", "--memory", "1MiB")
    assert "the schema" in result.error
    assert result.status == 2
