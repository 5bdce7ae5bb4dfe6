"""Senses in training: data sets, encoders in PyTorch, stages, evaluation."""
