"""Configuration files: default.yaml (embedded) and overlays. Never a secret."""
