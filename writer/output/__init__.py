"""From records in memory to files: a bounded queue, a thread that empties it, and the places it writes to."""
