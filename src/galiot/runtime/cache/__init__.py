"""Where the keys and values of seen tokens are kept."""
