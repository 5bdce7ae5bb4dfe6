"""A matrix that one product of ggml multiplies as it is: mapped from the file, or interleaved."""

from __future__ import annotations

from galiot import ggml
from galiot.runtime.weights.base import Build, Matrix


class Plain(Matrix):
    """A ggml tensor of any type that its CPU backend multiplies."""

    def __init__(self, tensor: int) -> None:
        self.tensor = tensor

    def multiply(self, build: Build, x: int) -> int:
        """One `ggml_mul_mat`."""
        product: int = ggml.mul_mat(build.context, self.tensor, x)
        return product
