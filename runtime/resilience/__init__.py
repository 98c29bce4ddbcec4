"""One policy per backend: what protects it from us, and our callers from it."""
