"""What ./dev is made of: the standard library only, one concern a file."""
