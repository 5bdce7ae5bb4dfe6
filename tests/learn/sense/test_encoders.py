from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from senses.made import LABELS, ecg_file, heart

from galiot.learn.sense.encoders import ConvolutionModule
from galiot.senses.convolution import Convolution, ConvolutionSpec
from galiot.senses.prepare import prepare

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
