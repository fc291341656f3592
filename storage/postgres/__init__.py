"""The store for several machines: the promises of `bot.ports` on PostgreSQL, a small file for each Protocol."""
