"""Mining text without labels."""
