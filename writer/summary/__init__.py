"""Values to the bytes of a Summary, one module a kind."""
