"""Tuning on the device: adapters, memory-frugal and zeroth-order training, selection, the gate."""
