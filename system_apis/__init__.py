"""Layer 3: what our backends can do, in our words. A capability is a folder."""
