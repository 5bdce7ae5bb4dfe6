from __future__ import annotations

import numpy as np
import pytest

from galiot import ggml
from galiot.model.types import TensorType, ValueType, row_bytes


@pytest.mark.parametrize("type_", TensorType, ids=lambda type_: type_.name)
def test_a_type_has_the_block_and_the_bytes_that_ggml_gives_it(type_):
    assert ggml.blck_size(int(type_)) == type_.block
    assert ggml.row_size(int(type_), 3 * type_.block) == row_bytes(type_, 3 * type_.block) == 3 * type_.block_bytes


def test_a_row_that_is_no_whole_number_of_blocks_is_refused():
    with pytest.raises(ValueError, match="33 elements"):
        row_bytes(TensorType.Q8_0, 33)


def test_a_kind_of_number_has_its_numpy_type():
    assert ValueType.I16.dtype == np.int16
    assert [kind.dtype.itemsize for kind in (ValueType.BOOL, ValueType.F64)] == [1, 8]
