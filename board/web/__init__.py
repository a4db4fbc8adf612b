"""HTTP: requests in, answers of `query` over the `store` out. Everything is read-only."""
