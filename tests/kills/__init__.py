"""A store's process is killed at random moments, and what it had acknowledged must be there."""
