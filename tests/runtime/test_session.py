"""What a session keeps, forgets, copies and refuses."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from agreement import close
from tiny import Tiny

from galiot.errors import CancelledError, ConfigError, ContextError, RequestError
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.session import Session

FAMILY = pytest.mark.parametrize("name", ["llama", "qwen2", "qwen3", "gemma3"])


@FAMILY
def test_a_rewound_session_goes_on_as_if_the_rest_had_not_been(case, name):
    case = case(name)
    with case.session() as session:
        session.evaluate(case.tokens[:20])
        session.evaluate([7, 7, 7, 7, 7, 7, 7, 7, 7, 7])
        session.rewind(20)
        assert session.tokens == case.tokens[:20]
        assert (session.position, session.room) == (20, 76)
        close(session.evaluate(case.tokens[20:], logits="all").logits, case.trace.logits[20:])
        session.rewind(0)
        close(session.evaluate(case.tokens, logits="all").logits, case.trace.logits)


@FAMILY
def test_a_fork_gives_what_a_fresh_session_would_and_leaves_its_origin_alone(case, name):
    case = case(name)
    other = [9] * 12
    expected = case.reference.run(case.tokens[:30] + other).logits[30:]
    with case.session() as session:
        session.evaluate(case.tokens[:30])
        with session.fork() as fork:
            assert fork.tokens == session.tokens
            close(fork.evaluate(other, logits="all").logits, expected)
            close(session.evaluate(case.tokens[30:], logits="all").logits, case.trace.logits[30:])
            assert fork.position == 42
            assert session.position == 80


@FAMILY
def test_a_snapshot_brings_back_what_was_seen_in_any_session_of_the_model(case, name):
    case = case(name)
    with case.session() as session, case.session() as second:
        session.evaluate(case.tokens[:33])
        saved = session.snapshot()
        session.evaluate([9] * 40)
        session.rewind(0)
        session.evaluate([3] * 50)
        for restored in (session, second):
            restored.restore(saved)
            assert restored.tokens == case.tokens[:33]
            close(restored.evaluate(case.tokens[33:], logits="all").logits, case.trace.logits[33:])


@pytest.mark.parametrize("cache", [None, "f16", "q8_0", "f32"])
def test_every_cache_type_can_be_snapshotted_and_forked(case, cache):
    case = case(Tiny(head_dim=32))
    with case.session(cache_type=cache) as session:
        session.evaluate(case.tokens[:20])
        saved = session.snapshot()
        expected = session.evaluate(case.tokens[20:30]).logits
        session.restore(saved)
        with session.fork() as fork:
            assert np.array_equal(fork.evaluate(case.tokens[20:30]).logits, expected)
        assert np.array_equal(session.evaluate(case.tokens[20:30]).logits, expected)


def test_snapshots_of_another_kind_are_refused(case):
    model = case(Tiny(head_dim=32))
    with model.session() as session, model.session(cache_type="f16") as half, model.session(context=8) as short:
        session.evaluate(model.tokens[:20])
        saved = session.snapshot()
        with pytest.raises(RequestError, match="another model or cache"):
            half.restore(saved)
        with pytest.raises(ContextError):
            short.restore(saved)
        with case("qwen3").session() as other, pytest.raises(RequestError):
            other.restore(saved)


@FAMILY
def test_sessions_that_take_turns_do_not_disturb_each_other(case, name):
    first, second = case(name), case("llama-biases")
    with first.session() as a, first.session() as b, second.session() as c:
        for i in range(0, 80, 8):
            part = slice(i, i + 8)
            close(a.evaluate(first.tokens[part], logits="all").logits, first.trace.logits[part])
            if i >= 16:
                earlier = slice(i - 16, i - 8)
                close(b.evaluate(first.tokens[earlier], logits="all").logits, first.trace.logits[earlier])
            close(c.evaluate(second.tokens[part], logits="all").logits, second.trace.logits[part])


def test_sessions_of_one_model_run_in_threads_of_their_own(case):
    case, wrong = case("qwen3"), []
    expected = case.trace.logits

    def run():
        with case.session() as session:
            for _ in range(5):
                session.rewind(0)
                logits = [session.evaluate([token]).logits[0] for token in case.tokens[:40]]
                wrong.append(np.abs(logits - expected[:40]).max())

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(wrong) == 15
    assert max(wrong) < 3e-4


def test_a_cancelled_session_says_so_once_and_is_usable_again(case):
    case = case("llama")
    with case.session() as session:
        session.evaluate(case.tokens[:10])
        session.cancel()
        with pytest.raises(CancelledError):
            session.evaluate(case.tokens[10:20])
        assert session.tokens == case.tokens[:10]
        close(session.evaluate(case.tokens[10:], logits="all").logits, case.trace.logits[10:])


def test_a_session_is_cancelled_from_another_thread_while_it_works(case):
    case, cancelled = case("gemma3"), threading.Event()
    with case.session() as session:

        def work():
            try:
                while True:
                    session.rewind(0)
                    session.evaluate(case.tokens)
            except CancelledError:
                cancelled.set()

        thread = threading.Thread(target=work)
        thread.start()
        time.sleep(0.05)
        session.cancel()
        thread.join(10)
        assert cancelled.is_set()
        session.rewind(0)
        close(session.evaluate(case.tokens).logits[0], case.trace.logits[-1])


def test_the_end_of_the_context_is_refused_with_both_numbers_and_changes_nothing(case):
    case = case("llama")
    with case.session(context=24, chunk=8) as session:
        with pytest.raises(ContextError, match=r"25.*24"):
            session.evaluate(case.tokens[:25])
        assert session.position == 0
        session.evaluate(case.tokens[:20])
        with pytest.raises(ContextError):
            session.evaluate(case.tokens[20:25])
        assert session.position == 20
        close(session.evaluate(case.tokens[20:24]).logits[0], case.trace.logits[23])
        assert session.room == 0
        with pytest.raises(ContextError):
            session.evaluate([5])


@pytest.mark.parametrize("context", [1, 31, 32, 33, 255, 256, 257])
def test_any_length_of_context_can_be_filled_to_its_last_token(case, context):
    case = case("gemma3")
    tokens = (case.tokens * 4)[:context]
    with case.session(context=context) as session:
        logits = session.evaluate(tokens, logits="all").logits
        close(logits, case.reference.run(tokens).logits)
        assert session.room == 0


def test_q8_0_keys_and_values_are_close_to_halves(case):
    case = case(Tiny(family="qwen3", head_dim=32, layers=3))
    logits = {}
    for cache in ("f16", "q8_0"):
        with case.session(cache_type=cache) as session:
            logits[cache] = session.evaluate(case.tokens, logits="all").logits
    rms = np.sqrt(np.mean((logits["f16"] - logits["q8_0"]) ** 2))
    assert 1e-5 < rms < 0.05  # 8 bits: a relative error of half a percent, averaged over heads


def test_q8_0_needs_heads_of_whole_blocks(case):
    with pytest.raises(ConfigError, match="32"):
        case("llama").session(cache_type="q8_0")


@pytest.mark.parametrize(
    ("tokens", "settings"),
    [
        ([], {}),
        ([-1], {}),
        ([100_000], {}),
        ([5] * 40 + [100_000], {}),
        (np.zeros((3, 5), np.float32), {}),
        (np.zeros(64, np.float32), {}),
        ([5], {"layers": (0, 1)}),
        ([5], {"layers": (1, 2)}),
        ([5], {"layers": (0, 3), "logits": "none"}),
        ([5], {"layers": (1, 1), "logits": "none"}),
        ([5], {"taps": ["blk.0.no_such"]}),
        ([5], {"taps": ["blk.9.ffn_down"]}),
    ],
)
def test_requests_that_make_no_sense_are_refused_and_change_nothing(case, tokens, settings):
    case = case("llama")
    with case.session(chunk=16) as session:
        session.evaluate(case.tokens[:10])
        with pytest.raises(RequestError):
            session.evaluate(tokens, **settings)
        assert session.tokens == case.tokens[:10]
        close(session.evaluate(case.tokens[10:12]).logits[0], case.trace.logits[11])


def test_rewinding_forwards_is_refused(case):
    case = case("llama")
    with case.session() as session:
        session.evaluate(case.tokens[:10])
        for position in (11, -1):
            with pytest.raises(RequestError):
                session.rewind(position)


@pytest.mark.parametrize(
    "settings",
    [{"context": 0}, {"chunk": 0}, {"threads": 0}, {"cache_type": "q4_0"}, {"memory_bytes": -1}],
)
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(ConfigError):
        RuntimeConfig(**settings)


def test_what_a_session_returns_stays_when_it_goes_on(case):
    case = case("llama")
    with case.session() as session:
        first = session.evaluate(case.tokens[:10], logits="all", hidden=True, taps=["blk.0.attn_q"])
        kept = [first.logits.copy(), first.hidden.copy(), first.taps["blk.0.attn_q"].copy()]
        session.evaluate(case.tokens[10:20], logits="all", hidden=True, taps=["blk.0.attn_q"])
    for now, before in zip((first.logits, first.hidden, first.taps["blk.0.attn_q"]), kept, strict=True):
        assert np.array_equal(now, before)


def test_many_shapes_in_turn_share_one_buffer_and_stay_right(case):
    case = case("qwen3")
    rng = np.random.default_rng(5)
    with case.session() as session:
        for _ in range(60):
            start, size = rng.integers(0, 79), rng.integers(1, 40)
            stop = min(80, start + size)
            if session.position < start:
                session.evaluate(case.tokens[session.position : start], logits="none")
            session.rewind(start)
            hidden, wanted = bool(rng.integers(2)), ("last", "all", "none")[rng.integers(3)]
            out = session.evaluate(case.tokens[start:stop], logits=wanted, hidden=hidden)
            if wanted != "none":
                close(
                    out.logits, case.trace.logits[start:stop] if wanted == "all" else case.trace.logits[stop - 1 : stop]
                )
            if hidden:
                close(out.hidden, case.trace.hidden[-1][start:stop])


@pytest.mark.parametrize("size", [1, 8, 80])
def test_what_was_forgotten_has_no_influence_even_where_it_was_no_number(case, size):
    case = case("llama")
    with case.session() as session:
        session.evaluate(np.full((80, 64), np.nan, np.float32))
        session.rewind(0)
        logits = [session.evaluate(case.tokens[i : i + size], logits="all").logits for i in range(0, 80, size)]
        close(np.concatenate(logits), case.trace.logits)


def test_a_closed_session_says_so_and_so_does_a_fork_whose_weights_are_gone(case):
    case = case("llama")
    session = Session(case.model, RuntimeConfig(context=32, threads=1))
    session.evaluate(case.tokens[:8])
    fork = session.fork()
    session.close()
    with pytest.raises(RequestError, match="weights are given back"):
        fork.evaluate([1])
    fork.close()
    for use in (lambda: session.evaluate([1]), session.snapshot):
        with pytest.raises(RequestError, match="closed"):
            use()
    session.close()


def test_a_session_gives_way_before_each_step(case):
    case = case("llama")
    with case.session(chunk=16) as session:
        seen: list[int] = []
        session.pause = lambda: seen.append(session.position)
        session.evaluate(case.tokens[:40])
        session.evaluate(case.tokens[40:41])
        assert seen == [0, 16, 32, 40]
