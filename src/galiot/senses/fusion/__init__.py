"""How a reading gets into what a language model reads: soft tokens, keys and values, text."""
