"""What the bot shows to machines: health, metrics, and the door for Telegram's webhook."""
