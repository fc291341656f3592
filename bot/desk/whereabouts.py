"""The time zone of a place, from the borders of all zones; the place itself is kept nowhere."""

from __future__ import annotations

import asyncio


async def zone_at(latitude: float, longitude: float) -> str:
    """The IANA name of the zone at a place, in degrees north and east; at sea one of a whole hour, "Etc/GMT+3"."""
    return await asyncio.to_thread(_zone_at, latitude, longitude)


def _zone_at(latitude: float, longitude: float) -> str:
    from tzfpy import get_tz  # its borders take memory and a tenth of a second, which few ever need

    return get_tz(longitude, latitude)
