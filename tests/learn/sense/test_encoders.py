from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from senses.made import LABELS, ecg_file, heart

from galiot.learn.sense.encoders import ConvolutionModule, PatchModule
from galiot.senses.convolution import Convolution, ConvolutionSpec
from galiot.senses.patches import TIMES, Patches, PatchSpec, time_features
from galiot.senses.prepare import prepare
from galiot.signals import Channel, Reading, TimeAxis

SPECS = [
    ConvolutionSpec(channels=12, widths=(8, 12, 20), blocks=(1, 2, 1), strides=(1, 2, 3), kernel=3, stem_kernel=9),
    ConvolutionSpec(channels=12, widths=(8, 8), blocks=(2, 1), strides=(1, 1), kernel=7, stem_stride=1),
]


def trained(spec: ConvolutionSpec) -> ConvolutionModule:
    torch.manual_seed(0)
    module = ConvolutionModule(spec, len(LABELS)).train()
    with torch.no_grad():
        for _ in range(3):
            module(2 * torch.randn(4, 12, 300))
    return module.eval()


def on_engine(module: ConvolutionModule, *, half: bool = False) -> Convolution:
    file = ecg_file(tensors=module.tensors("conv.0", half=half), settings=module.spec.settings("conv.0"))
    return Convolution(file.part("conv.0"))


@pytest.mark.parametrize("spec", SPECS, ids=["thinning", "even"])
def test_the_convolution_on_the_engine_is_that_of_pytorch(spec):
    module = trained(spec)
    member = on_engine(module)
    prepared = prepare(heart(seconds=20), ecg_file())
    with torch.no_grad():
        maps = module.feature_map(torch.from_numpy(prepared.windows))
        logits = module(torch.from_numpy(prepared.windows)).mean(dim=0)
    for window, wanted in zip(prepared.windows, maps.numpy(), strict=True):
        assert np.abs(member.feature_map(window) - wanted).max() < 1e-4
    assert np.abs(member.logits(prepared) - logits.numpy()).max() < 1e-4
    hidden, spans = member.hidden(prepared)
    assert np.allclose(hidden, np.concatenate([each.T for each in maps.numpy()]), atol=1e-4)
    assert spans[0][0] == 0
    assert spans[-1][1] == 2000
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    member.close()


def test_half_the_bytes_cost_little():
    module = trained(SPECS[0])
    prepared = prepare(heart(), ecg_file())
    whole, half = (on_engine(module, half=half).logits(prepared) for half in (False, True))
    assert 0 < np.abs(whole - half).max() < 5e-3


def test_dropout_and_batches_do_not_change_what_is_judged():
    module = trained(SPECS[0])
    windows = torch.randn(3, 12, 1000)
    with torch.no_grad():
        together = module(windows)
        alone = torch.cat([module(window[None]) for window in windows])
    assert torch.allclose(together, alone, atol=1e-5)


PATCHES = PatchSpec(patch=8, width=24, heads=3, layers=2, inner=40, name_width=10)


def series(channels: int = 3, *, seed: int = 0, axis: str = "date") -> Reading:
    rng = np.random.default_rng(seed)
    times = 1.7e9 + 60 * np.arange(200.0)
    values = rng.normal(size=(channels, 200)).cumsum(axis=1) + 20
    return Reading.of(times, values, [Channel(f"c{n}", "°C") for n in range(channels)], axis=TimeAxis(axis))


def patched(module: PatchModule, *, half: bool = False):
    return ecg_file(
        kind="series", channels=(), units=(), members=("patches",), scaling="standard", rate_hz=0.0, window_s=0.0,
        samples=64, tensors=module.tensors("patch.0", half=half), settings=module.spec.settings("patch.0"),
    )  # fmt: skip


def names(texts):
    return np.stack([np.random.default_rng(len(text) + ord(text[1])).normal(size=10) for text in texts]).astype(
        np.float32
    )


def test_the_patches_on_the_engine_are_those_of_pytorch():
    torch.manual_seed(1)
    module = PatchModule(PATCHES, len(LABELS)).eval()
    file = patched(module)
    member = Patches(file.part("patch.0"))
    member.use_names(names)
    for channels in (1, 3):
        reading = series(channels, seed=channels)
        reading.values[-1] = np.nan if channels > 1 else reading.values[-1]
        prepared = prepare(reading, file)
        given = (
            torch.from_numpy(prepared.windows),
            torch.from_numpy(prepared.present)[None],
            torch.from_numpy(names([f"c{n} °C" for n in range(channels)]))[None],
            torch.from_numpy(time_features(prepared, 0, PATCHES.patch))[None],
        )
        with torch.no_grad():
            states, logits = module.states(*given)[0].numpy(), module(*given)[0].numpy()
        hidden, spans = member.hidden(prepared)
        assert np.abs(hidden - states).max() < 1e-4
        assert np.abs(member.logits(prepared) - logits).max() < 1e-4
        assert spans[0][0] == 0
        assert spans[-1][1] == 200
        assert len(spans) == 8
    member.close()


def test_patches_know_channels_by_their_names_and_times_by_their_stamps():
    torch.manual_seed(1)
    file = patched(PatchModule(PATCHES, len(LABELS)))
    member = Patches(file.part("patch.0"))
    nameless = member.logits(prepare(series(), file))
    member.use_names(names)
    named = member.logits(prepare(series(), file))
    assert np.abs(nameless - named).max() > 0.01
    reading = series()
    order = [2, 0, 1]
    shuffled = Reading.of(reading.times, reading.values[order], [reading.channels[n] for n in order], axis=reading.axis)
    assert np.abs(member.logits(prepare(shuffled, file)) - named).max() < 1e-4
    assert np.abs(member.logits(prepare(series(axis="elapsed"), file)) - named).max() > 0.01
    unfit = Patches(file.part("patch.0"))
    unfit.use_names(lambda texts: np.ones((len(texts), 99), np.float32))
    assert np.allclose(unfit.logits(prepare(series(), file)), nameless, atol=1e-6)


def test_time_features_are_those_of_the_clock():
    prepared = prepare(series(), patched(PatchModule(PATCHES, len(LABELS))))
    features = time_features(prepared, 0, PATCHES.patch)
    assert features.shape == (8, TIMES)
    middle = 1.7e9 + 200 * 60 * (3 + 0.5) / 8
    turn = 2 * np.pi * (middle % 86400) / 86400
    assert np.allclose(features[3, 3:5], [np.sin(turn), np.cos(turn)], atol=1e-3)
    assert not time_features(prepare(series(axis="elapsed"), patched(PatchModule(PATCHES, 5))), 0, 8)[:, 3:].any()


def test_a_patch_network_without_a_channel_has_no_opinion():
    file = patched(PatchModule(PATCHES, len(LABELS)))
    reading = series()
    reading.values[:] = np.nan
    member = Patches(file.part("patch.0"))
    assert np.isnan(member.logits(prepare(reading, file))).all()
    assert member.hidden(prepare(reading, file))[0].shape == (0, 24)
