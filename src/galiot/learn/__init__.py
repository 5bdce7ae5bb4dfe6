"""The decoder in PyTorch on the weights of a GGUF file: what exact gradients are made of."""
