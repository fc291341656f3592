"""A whole story as a file to take away: JSON, Markdown, HTML, and its dated events as a calendar."""
