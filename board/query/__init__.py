"""What is stored in, answers out: pure functions over arrays, without files, locks or sockets."""
