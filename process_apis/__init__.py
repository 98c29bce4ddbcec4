"""Layer 2: what the business does. A process API is a folder, a flow is a file."""
