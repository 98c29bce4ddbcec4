"""Layer 1: a consumer is a folder. Shapes answers, decides nothing."""
