"""Where weights live, and the forms in which they are multiplied."""

from galiot.runtime.weights.store import Embedding, Group, Slice, Weights

__all__ = ["Embedding", "Group", "Slice", "Weights"]
