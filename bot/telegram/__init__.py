"""The way to Telegram over python-telegram-bot: transport, limits, and what its answers mean."""
