"""One client each: opened with a base URL, it makes a batch of calls and gives the last order back."""
