"""The store for several machines: the promises of `bot.ports` on PostgreSQL, one small file a Protocol over one pool."""
