"""What one process serves."""
