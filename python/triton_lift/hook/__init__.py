"""The hook into Triton's compiler: activation, cache key, wrapped stages. Nothing is imported before it is needed."""
