"""What a guard is worth: figures from real servers over real sockets."""
