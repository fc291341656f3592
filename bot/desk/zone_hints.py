"""Which cities to offer to somebody who writes a zone's abbreviation or its distance from Greenwich, or nothing: pure.

Neither is taken as a zone: an abbreviation is shared by several ("IST") or names half of the year ("EST"), and a
distance does not say when the clocks change.
"""

from __future__ import annotations

import re


def _read(table: str) -> dict[str, tuple[str, ...]]:
    lines = (line.partition(":") for line in table.strip().splitlines())
    return {name: tuple(zones.split()) for names, _, zones in lines for name in names.split()}


ABBREVIATED = _read("""
WET WEST: Europe/Lisbon
BST: Europe/London
CET CEST MET MEZ MESZ: Europe/Paris Europe/Berlin Europe/Warsaw
EET EEST: Europe/Athens Europe/Kyiv Africa/Cairo
MSK MSD: Europe/Moscow
TRT: Europe/Istanbul
SAMT: Europe/Samara
YEKT: Asia/Yekaterinburg
WAT: Africa/Lagos
CAT: Africa/Maputo
SAST: Africa/Johannesburg
EAT: Africa/Nairobi
IST: Asia/Kolkata Asia/Jerusalem Europe/Dublin
IDT: Asia/Jerusalem
IRST: Asia/Tehran
GST: Asia/Dubai
PKT: Asia/Karachi
NPT: Asia/Kathmandu
BDT: Asia/Dhaka
MMT: Asia/Yangon
ICT: Asia/Bangkok Asia/Ho_Chi_Minh
WIB: Asia/Jakarta
SGT: Asia/Singapore
HKT: Asia/Hong_Kong
PHT: Asia/Manila
JST: Asia/Tokyo
KST: Asia/Seoul
AWST: Australia/Perth
ACST ACDT: Australia/Adelaide Australia/Darwin
AEST AEDT: Australia/Sydney Australia/Brisbane
NZST NZDT: Pacific/Auckland
NST NDT: America/St_Johns
AST ADT: America/Halifax America/Puerto_Rico Asia/Riyadh
ET EST EDT: America/New_York America/Toronto
CT CST CDT: America/Chicago America/Mexico_City Asia/Shanghai
MT MST MDT: America/Denver America/Phoenix
PT PST PDT: America/Los_Angeles America/Vancouver
AKST AKDT: America/Anchorage
HST: Pacific/Honolulu
BRT: America/Sao_Paulo
ART: America/Argentina/Buenos_Aires
CLT CLST: America/Santiago
COT: America/Bogota
PET: America/Lima
VET: America/Caracas
""")

BY_MINUTES = {
    int(minutes): zones
    for minutes, zones in _read("""
-660: Pacific/Pago_Pago
-600: Pacific/Honolulu
-540: America/Anchorage
-480: America/Los_Angeles
-420: America/Denver America/Phoenix
-360: America/Chicago America/Costa_Rica
-300: America/New_York America/Bogota
-240: America/Halifax America/La_Paz
-210: America/St_Johns
-180: America/Sao_Paulo America/Argentina/Buenos_Aires
-120: America/Noronha
-60: Atlantic/Cape_Verde
0: UTC Europe/London
60: Europe/Paris Africa/Lagos
120: Europe/Athens Africa/Johannesburg
180: Europe/Istanbul Africa/Nairobi
210: Asia/Tehran
240: Asia/Dubai
270: Asia/Kabul
300: Asia/Karachi
330: Asia/Kolkata
345: Asia/Kathmandu
360: Asia/Dhaka
390: Asia/Yangon
420: Asia/Bangkok
480: Asia/Singapore
540: Asia/Tokyo
570: Australia/Adelaide Australia/Darwin
600: Australia/Sydney Australia/Brisbane
660: Pacific/Noumea
720: Pacific/Auckland Pacific/Fiji
780: Pacific/Tongatapu
""").items()
}  #: minutes east of Greenwich in winter -> a city whose clocks change, where there is one, and one whose do not

EVERYWHERE = tuple(
    """America/Los_Angeles America/New_York Europe/London Europe/Paris Africa/Johannesburg Asia/Kolkata
    Australia/Sydney""".split()
)  #: cities all around the world, from west to east, for whoever may be anywhere

_DISTANCE = re.compile(r"(?:utc|gmt|z)?(?P<sign>[-+−–])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?", re.IGNORECASE)


def hinted_zones(words: str) -> tuple[str, ...]:
    """The zones that "CET", "GMT+2" or "UTC-03:30" may stand for, the likeliest first; empty for anything else."""
    bare = re.sub(r"[\s_.]+", "", words)
    distance = _DISTANCE.fullmatch(bare)
    if distance is None:
        return ABBREVIATED.get(bare.upper(), ())
    minutes = int(distance["hours"]) * 60 + int(distance["minutes"] or 0)
    return BY_MINUTES.get(minutes if distance["sign"] == "+" else -minutes, ())
