"""Models of other libraries to GraphDef messages, one module a source. The libraries come from the caller's program."""
