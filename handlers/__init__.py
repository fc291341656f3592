"""What people send, one file a command or event, each with ``menu`` and ``register``; the last takes what is left."""

from handlers import (
    backup,
    buttons,
    failures,
    help,
    membership,
    migration,
    search,
    start,
    story,
    subscribe,
    talk,
    unknown,
    unsubscribe,
)

HANDLERS = (
    story,
    search,
    subscribe,
    unsubscribe,
    help,
    start,
    backup,
    buttons,
    membership,
    migration,
    failures,
    talk,
    unknown,
)
