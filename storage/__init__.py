"""Where what must last is kept. Each backend keeps the promises of `bot.ports`."""
