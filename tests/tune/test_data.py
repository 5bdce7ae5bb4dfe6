"""Rows to samples: what is read, what is refused and why, and which tokens are to be predicted."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tiny import Tiny, metadata_of, write_tiny

from galiot.errors import FormatError, RequestError
from galiot.learn.batch import Sample
from galiot.model.model import Model, open_model
from galiot.model.template import ChatTemplate
from galiot.runtime.chat import chat_tokens
from galiot.tune.data import Batches, encode, parse_row, read_rows

ASK = {"role": "user", "content": "is the sea on"}
SAY = {"role": "assistant", "content": "the sea"}

DEFAULT_SYSTEM = (
    "{% if messages[0]['role'] != 'system' %}<|im_start|>system\nin the sea<|im_end|>\n{% endif %}"
    + "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
FORGETS_EARLIER = (  # as templates do that drop the thoughts of earlier turns
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n"
    "{{ m['content'] if loop.last or m['role'] != 'assistant' else m['content'].split('|')[-1] }}<|im_end|>\n"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
WITHOUT_ENDS = (
    "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant:{% endif %}"
)
ALTERNATES = "{% if messages[0]['role'] != 'user' %}{{ raise_exception('user first') }}{% endif %}" + DEFAULT_SYSTEM


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Model:
    return open_model(write_tiny(tmp_path_factory.mktemp("tune") / "tiny.gguf", Tiny()))


@pytest.fixture(scope="module")
def spm(tmp_path_factory) -> Model:
    return open_model(write_tiny(tmp_path_factory.mktemp("tune") / "spm.gguf", Tiny(tokenizer="spm")))


def with_template(model: Model, source: str) -> Model:
    """The same model with another template."""
    other = Model(model.file, model.spec)
    other.template = ChatTemplate(source, model.template.bos, model.template.eos)
    return other


@pytest.fixture
def rows(tmp_path):
    """Write rows, objects or lines as they are, and read them."""

    def write(*lines, tolerate=0):
        encoded = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        (tmp_path / "rows.jsonl").write_bytes(b"\n".join(encoded) + b"\n")
        return read_rows(tmp_path / "rows.jsonl", tolerate)

    return write


def talk(*turns):
    return {"messages": list(turns)}


def predicted(model: Model, sample: Sample) -> list[str]:
    """The texts of what is predicted, one for each span."""
    bounds = np.flatnonzero(np.diff(np.r_[0, sample.targets.astype(int), 0]))
    spans = bounds.reshape(-1, 2)
    return ["".join(_text(model, int(t)) for t in sample.tokens[a:b]) for a, b in spans]


def _text(model: Model, token: int) -> str:
    return model.tokenizer.token_bytes(token).decode() or model.tokenizer.token_text(token)


def test_the_three_kinds_of_rows_may_be_mixed(rows):
    found = rows(talk(ASK, SAY), {"prompt": "is it", "completion": "it is", "id": 7}, b"", {"text": "the sea"})
    assert [(row.line, row.kind) for row in found.rows] == [(1, "messages"), (2, "prompt"), (4, "text")]
    assert found.skipped == []


MALFORMED = {
    b"{": "is no JSON, column 2",
    b"[1]": "is a list, expected an object",
    b"7": "is a number, expected an object",
    b"\xff\xfe": "is no UTF-8, byte 0",
    b'{"text": "caf\xe9"}': "is no UTF-8, byte 13",
    b"{}": "has nothing, expected one of",
    b'{"promt": "a", "completion": "b"}': '"prompt" is missing',
    b'{"text": "a", "messages": []}': "has 'messages', 'text', expected one of",
    b'{"text": ""}': '"text" is empty',
    b'{"text": " \\n"}': '"text" is empty',
    b'{"text": null}': '"text" is null, expected text',
    b'{"text": 3}': '"text" is a number, expected text',
    b'{"prompt": "a"}': '"completion" is missing',
    b'{"prompt": "a", "completion": ["b"]}': '"completion" is a list, expected text',
    b'{"messages": "hello"}': '"messages" is text, expected a list',
    b'{"messages": []}': '"messages" is an empty list',
    b'{"messages": ["hello"]}': "message 1 is text, expected an object",
    b'{"messages": [{"role": "user", "content": "a"}]}': "nothing is said by the assistant",
    b'{"messages": [{"role": "robot", "content": "a"}]}': "message 1 has the role 'robot', expected system",
    b'{"messages": [{"role": ["user"], "content": "a"}]}': "message 1 has the role",
    b'{"messages": [{"role": "assistant"}]}': 'message 1: "content" is missing',
    b'{"messages": [{"role": "assistant", "content": ""}]}': 'message 1: "content" is empty',
    b'{"messages": [{"role": "assistant", "content": "a", "tool_calls": []}]}': "message 1 has 'tool_calls'",
    b"[" * 100_000: "is no JSON that can be read",
}


@pytest.mark.parametrize("line", MALFORMED, ids=lambda line: line[:40].decode("latin-1"))
def test_a_malformed_row_is_told_with_its_line_and_skipped_up_to_the_limit(rows, line):
    with pytest.raises(FormatError) as error:
        rows({"text": "the sea"}, line)
    assert f"line 2: {MALFORMED[line]}" in str(error.value)
    assert "--tolerate 1" in str(error.value)
    assert len(str(error.value).splitlines()) == 1
    found = rows({"text": "the sea"}, line, tolerate=1)
    assert len(found) == 1
    assert [number for number, _ in found.skipped] == [2]
    assert MALFORMED[line] in found.skipped[0][1]


def test_many_malformed_rows_are_counted_and_the_first_are_told(rows):
    with pytest.raises(FormatError, match=r"malformed rows: 5, tolerated: 2 \(line 1: .*line 3: .*; and 2 more\)"):
        rows(*[b"{"] * 5, {"text": "the sea"}, tolerate=2)


@pytest.mark.parametrize("content", [b"", b"\n\n  \n"])
def test_empty_data_are_one_line(tmp_path, content):
    (tmp_path / "none.jsonl").write_bytes(content)
    with pytest.raises(FormatError, match="holds no rows"):
        read_rows(tmp_path / "none.jsonl")


def test_a_file_with_a_byte_order_mark_or_windows_ends_of_lines_is_read(tmp_path):
    (tmp_path / "w.jsonl").write_bytes(b'\xef\xbb\xbf{"text": "the sea"}\r\n{"text": "the land"}\r\n')
    assert [row.text for row in read_rows(tmp_path / "w.jsonl").rows] == ["the sea", "the land"]


def test_a_file_that_is_not_there_is_a_wrong_request(tmp_path):
    for path in (tmp_path / "missing.jsonl", tmp_path):
        with pytest.raises(RequestError, match="no such file"):
            read_rows(path)


def test_the_loss_is_on_every_turn_of_the_assistant_with_the_token_that_ends_it(rows, model):
    more = {"role": "assistant", "content": "and the land"}
    (sample,) = encode(rows(talk(ASK, SAY, ASK, more)), model, sequence=200).samples
    assert predicted(model, sample) == ["the sea<|im_end|>", "and the land<|im_end|>"]
    asked = chat_tokens(model, [ASK, SAY, ASK])
    assert sample.tokens[: len(asked)].tolist() == asked


def test_a_template_may_add_a_system_prompt_of_its_own(rows, model):
    other = with_template(model, DEFAULT_SYSTEM)
    (sample,) = encode(rows(talk(ASK, SAY, ASK, SAY)), other, sequence=200).samples
    assert predicted(other, sample) == ["the sea<|im_end|>"] * 2
    assert sample.tokens[: len(chat_tokens(other, [ASK]))].tolist() == chat_tokens(other, [ASK])


def test_a_conversation_may_begin_with_the_assistant(rows, model):
    for source in (DEFAULT_SYSTEM, model.template.source):
        other = with_template(model, source)
        (sample,) = encode(rows(talk(SAY, ASK, SAY)), other, sequence=200).samples
        assert predicted(other, sample) == ["the sea<|im_end|>"] * 2


def test_a_template_that_rewrites_earlier_turns_gives_a_sample_for_each_answer(rows, model):
    other = with_template(model, FORGETS_EARLIER)
    thought = {"role": "assistant", "content": "it is on|the sea"}
    found = encode(rows(talk(ASK, thought, ASK, thought)), other, sequence=200)
    assert [predicted(other, sample) for sample in found.samples] == [["it is on|the sea<|im_end|>"]] * 2
    assert found.rows == [0, 0]
    asked = chat_tokens(other, [ASK, thought, ASK])
    assert found.samples[1].tokens[: len(asked)].tolist() == asked
    assert "it is on" not in model.tokenizer.decode(asked)


def test_a_template_without_ends_of_turns_gets_the_end_of_the_text(rows, model):
    other = with_template(model, WITHOUT_ENDS)
    (sample,) = encode(rows(talk(ASK, SAY)), other, sequence=200).samples
    assert predicted(other, sample) == [" the sea\n<|im_end|>"]


def test_what_somebody_said_is_no_control_token(rows, model):
    planted = {"role": "assistant", "content": "the <|im_end|> sea"}
    (sample,) = encode(rows(talk(ASK, planted)), model, sequence=200).samples
    assert (sample.tokens == model.tokenizer.token_id("<|im_end|>")).sum() == 2
    assert predicted(model, sample) == ["the <|im_end|> sea<|im_end|>"]


def test_a_prompt_is_asked_as_run_asks_it_and_raw_takes_it_as_it_is(rows, model):
    found = rows({"prompt": ASK["content"], "completion": SAY["content"]})
    (asked,) = encode(found, model, sequence=200).samples
    (same,) = encode(rows(talk(ASK, SAY)), model, sequence=200).samples
    assert asked.tokens.tolist() == same.tokens.tolist()
    (raw,) = encode(found, model, sequence=200, raw=True).samples
    assert model.tokenizer.decode(raw.tokens.tolist()) == ASK["content"] + SAY["content"]
    assert predicted(model, raw) == ["the sea<|im_end|>"]


def test_all_of_a_plain_text_is_predicted_but_its_first_token(rows, model, spm):
    (sample,) = encode(rows({"text": "the sea"}), model, sequence=200).samples
    assert sample.tokens.tolist() == model.tokenizer.encode("the sea")
    assert sample.targets.tolist() == [False] + [True] * (len(sample) - 1)
    (started,) = encode(rows({"text": "the sea"}), spm, sequence=200).samples
    assert started.tokens[0] == spm.tokenizer.bos


def test_conversations_are_found_in_sentencepiece_vocabularies_too(rows, spm):
    (sample,) = encode(rows(talk(ASK, SAY, ASK, SAY)), spm, sequence=400).samples
    assert [text.strip() for text in predicted(spm, sample)] == ["the sea<|im_end|>"] * 2


def test_a_conversation_that_the_template_refuses_is_a_malformed_row(rows, model):
    other = with_template(model, ALTERNATES)
    with pytest.raises(FormatError, match=r"line 2: .*user first"):
        encode(rows(talk(ASK, SAY), talk(SAY, ASK, SAY)), other, sequence=200)
    found = rows(talk(ASK, SAY), talk(SAY, ASK, SAY), tolerate=1)
    assert len(encode(found, other, sequence=200)) == 1
    assert [line for line, _ in found.skipped] == [2]


def test_longer_samples_are_cut_or_left_out_and_counted(rows, model):
    given = [{"text": "the sea " * 30}, {"text": "the sea"}]
    cut = encode(rows(*given), model, sequence=16)
    assert (len(cut.samples[0]), cut.cut, cut.refused) == (16, 1, 0)
    refused = encode(rows(*given), model, sequence=16, overlong="refuse")
    assert (len(refused), refused.cut, refused.refused) == (1, 0, 1)


def test_a_sample_that_loses_all_its_answers_is_left_out(rows, model):
    long = talk({"role": "user", "content": "the sea " * 30}, SAY)
    found = encode(rows(long, talk(ASK, SAY)), model, sequence=64)
    assert (len(found), found.refused) == (1, 1)
    with pytest.raises(FormatError, match="nothing is to be predicted in the first 64 tokens of any of 1 samples"):
        encode(rows(long), model, sequence=64)


def test_what_is_held_out_depends_on_what_a_row_says_and_stays_held_out(rows):
    few = [{"text": f"row {i}"} for i in range(40)]
    kept, held = rows(*few).split(seed=1)
    assert (len(kept), len(held)) == (36, 4)
    again = rows(*reversed(few)).split(seed=1)[1]
    assert {row.text for row in again.rows} == {row.text for row in held.rows}
    _, grown = rows(*few, *[{"text": f"new {i}"} for i in range(40)]).split(seed=1)
    assert len({row.text for row in held.rows} - {row.text for row in grown.rows}) <= 2
    assert {row.text for row in rows(*few).split(seed=2)[1].rows} != {row.text for row in held.rows}
    with pytest.raises(RequestError, match="--held-out"):
        rows({"text": "the sea"}).split(seed=1)


def samples(count: int) -> list[Sample]:
    return [Sample(np.array([i, i + 1], np.int32), np.array([False, True])) for i in range(count)]


def test_every_epoch_goes_through_all_samples_in_a_new_order():
    found = Batches(samples(7), batch=3, seed=0)
    places = [place for number in range(14) for place in found.places(number)]
    epochs = [places[i : i + 7] for i in range(0, 42, 7)]
    assert all(sorted(epoch) == list(range(7)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) > 3


def test_a_batch_is_known_by_its_number_alone():
    one, other = Batches(samples(7), batch=3, seed=0), Batches(samples(7), batch=3, seed=0)
    assert one.places(9) == other.places(9)
    assert [one.places(number) for number in (3, 0, 9)] == [other.places(number) for number in (3, 0, 9)]
    assert one.places(0) != Batches(samples(7), batch=3, seed=1).places(0) or one.places(1) != Batches(
        samples(7), batch=3, seed=1
    ).places(1)


def test_a_batch_larger_than_the_data_takes_samples_again():
    batch = Batches(samples(2), batch=5, seed=0).at(0)
    assert len(batch.ends) == 5


def test_rows_parse_alone():
    assert parse_row(b'{"text": "a"}').text == "a"
    with pytest.raises(ValueError, match="is no JSON"):
        parse_row(b"{")


def test_the_tiny_template_is_the_one_that_the_spans_are_told_for():
    assert "<|im_end|>" in str(metadata_of(Tiny())["tokenizer.chat_template"])
