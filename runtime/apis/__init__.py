"""What an API is made of: its operations, its door, its errors and its pages."""
