"""A local stand-in for Telegram's servers: the Bot API over HTTP and a chat page in the browser."""
