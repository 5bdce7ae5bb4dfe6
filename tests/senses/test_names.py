from __future__ import annotations

import numpy as np
from dequantize import weights_in
from senses.made import ecg_file, heart

from galiot.senses.names import namer_of, names_in
from galiot.senses.prepare import prepare


def test_names_are_the_mean_of_the_models_token_embeddings_at_length_one(model):
    table = weights_in(model.file)["token_embd.weight"]
    made = namer_of(model)(["room °C", "the", ""])
    wanted = table[model.tokenizer.encode("room °C")].mean(axis=0)
    assert np.allclose(made[0], wanted / np.linalg.norm(wanted), atol=1e-5)
    assert np.allclose(np.linalg.norm(made, axis=1), [1, 1, 0], atol=1e-5)


def test_a_channel_is_called_by_name_and_unit():
    assert names_in(prepare(heart(), ecg_file()))[:2] == ["I mV", "II mV"]
