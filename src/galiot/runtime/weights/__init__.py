"""Where weights live, and the forms in which they are multiplied."""

from galiot.runtime.weights.store import Group, Slice, Weights

__all__ = ["Group", "Slice", "Weights"]
