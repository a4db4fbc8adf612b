"""The op types, and the functions that build on them: one module for each family."""
