"""The words of time: each maps to a class of the grammar and its value."""

from __future__ import annotations

from bot.digest.dates.calendar import Unit

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan jan.", "february feb feb.", "march mar mar.", "april apr apr.", "may", "june jun jun.",
            "july jul jul.", "august aug aug.", "september sept sept. sep sep.", "october oct oct.",
            "november nov nov.", "december dec dec.",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
WEEKDAYS = {
    name: number
    for number, name in enumerate(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), start=1
    )
}
SHORT_WEEKDAYS = {
    name: number
    for number, names in enumerate(("mon", "tue tues", "wed weds", "thu thur thurs", "fri", "sat", "sun"), start=1)
    for short in names.split()
    for name in (short, f"{short}.")
}
SEASONS = {"spring": "SP", "springtime": "SP", "summer": "SU", "summertime": "SU", "autumn": "FA", "fall": "FA",
           "winter": "WI", "wintertime": "WI"}  # fmt: skip
UNITS: dict[str, tuple[Unit, int]] = {
    "second": (Unit.SECOND, 1), "minute": (Unit.MINUTE, 1), "hour": (Unit.HOUR, 1), "day": (Unit.DAY, 1),
    "night": (Unit.DAY, 1), "week": (Unit.WEEK, 1), "fortnight": (Unit.WEEK, 2), "weekend": (Unit.WEEKEND, 1),
    "month": (Unit.MONTH, 1), "quarter": (Unit.QUARTER, 1), "season": (Unit.SEASON, 1), "year": (Unit.YEAR, 1),
    "decade": (Unit.DECADE, 1), "century": (Unit.CENTURY, 1), "millennium": (Unit.MILLENNIUM, 1),
}  # fmt: skip
PLURAL_UNITS = {f"{name}s": unit for name, unit in UNITS.items() if name not in ("century", "millennium")} | {
    "centuries": (Unit.CENTURY, 1),
    "millennia": (Unit.MILLENNIUM, 1),
}
DAY_PARTS = {"morning": "MO", "afternoon": "AF", "evening": "EV", "night": "NI", "dawn": "MO", "dusk": "EV",
             "lunchtime": "MI", "daytime": "DT"}  # fmt: skip
CLOCK_WORDS = {"noon": "T12:00", "midday": "T12:00", "midnight": "T24:00"}
HOLIDAYS = {
    "new year's day": "new year", "new year's eve": "new year eve", "new year": "new year", "christmas": "christmas",
    "christmas day": "christmas", "christmas eve": "christmas eve", "boxing day": "boxing day",
    "valentine's day": "valentine", "halloween": "halloween", "thanksgiving": "thanksgiving",
    "thanksgiving day": "thanksgiving", "memorial day": "memorial day", "labor day": "labor day",
    "independence day": "independence day", "fourth of july": "independence day", "july fourth": "independence day",
    "veterans day": "veterans day", "columbus day": "columbus day", "presidents day": "presidents day",
    "presidents' day": "presidents day", "martin luther king day": "mlk day", "election day": "election day",
    "inauguration day": "inauguration day", "easter": "easter", "easter sunday": "easter",
    "easter monday": "easter monday", "good friday": "good friday", "palm sunday": "palm sunday",
    "ash wednesday": "ash wednesday", "pentecost": "pentecost", "ascension day": "ascension",
    "may day": "may day", "bastille day": "bastille day", "armistice day": "veterans day",
    "remembrance day": "veterans day", "mother's day": "mother's day", "father's day": "father's day",
    "groundhog day": "groundhog day", "st. patrick's day": "st patrick", "st patrick's day": "st patrick",
    "april fools' day": "april fools", "april fool's day": "april fools", "earth day": "earth day",
    "international women's day": "women's day", "juneteenth": "juneteenth", "d-day": "d-day", "epiphany": "epiphany",
    "all saints' day": "all saints", "victory day": "victory day",
}  # fmt: skip
FIXED_HOLIDAYS = {
    "new year": (1, 1), "epiphany": (1, 6), "inauguration day": (1, 20), "groundhog day": (2, 2),
    "valentine": (2, 14), "women's day": (3, 8), "st patrick": (3, 17), "april fools": (4, 1), "earth day": (4, 22),
    "may day": (5, 1), "victory day": (5, 9), "juneteenth": (6, 19), "independence day": (7, 4),
    "bastille day": (7, 14), "halloween": (10, 31), "all saints": (11, 1), "veterans day": (11, 11),
    "christmas eve": (12, 24), "christmas": (12, 25), "boxing day": (12, 26), "new year eve": (12, 31),
}  # fmt: skip
NTH_HOLIDAYS = {
    "mlk day": (1, 1, 3), "presidents day": (2, 1, 3), "mother's day": (5, 7, 2), "memorial day": (5, 1, -1),
    "father's day": (6, 7, 3), "labor day": (9, 1, 1), "columbus day": (10, 1, 2), "thanksgiving": (11, 4, 4),
}  #: month, ISO weekday, which one  # fmt: skip
EASTER_HOLIDAYS = {"ash wednesday": -46, "palm sunday": -7, "good friday": -2, "easter": 0, "easter monday": 1,
                   "ascension": 39, "pentecost": 49}  #: days after Easter Sunday  # fmt: skip
DIGIT_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
TEEN_WORDS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS_WORDS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
DECADE_WORDS = {
    "twenties": 2, "thirties": 3, "forties": 4, "fifties": 5, "sixties": 6, "seventies": 7, "eighties": 8,
    "nineties": 9,
}  # fmt: skip
ORDINAL_WORDS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15,
    "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
ZONES = frozenset("est edt cst cdt mst mdt pst pdt et pt ct gmt utc bst cet cest eet eest msk ist jst kst".split())
COUNTED_NOUNS = frozenset(
    """acres barrels billion bodies buildings bushels businesses bytes calories cars cases casualties cents children
    citizens civilians companies copies countries crore dead deaths degrees delegates demonstrators detainees dollars
    doses employees euros families farmers feet fighters firms flights francs gallons grams guests guns head hectares
    homes hospitals hostages hours houses immigrants inches infections injured injuries items jobs kilograms kilometers
    kilometres kilos km kph lakh lbs lives litres liters marchers marks men meters metres migrants miles million minutes
    missiles mph officers ounces passengers patients pages people percent peacekeepers personnel persons pesos planes
    points police policemen polls pounds prisoners prisons protesters pupils refugees reporters residents rockets rooms
    rounds rubles roubles rupees schools seats seconds shares shops soldiers square staff staffers stores students tanks
    teachers times tonnes tons towns tourists trillion troops trucks tweets units vehicles victims villages voters votes
    volunteers watts weapons women words workers wounded yards yen yuan years days weeks months""".split()
)  #: what a bare four-digit number counts, rather than being a year
COUNTING_WORDS = frozenset(
    "about almost around approximately nearly roughly some than over least most exactly only another up $ £ € #".split()
)  #: before a bare four-digit number: it is a count, not a year
DATING_WORDS = frozenset("in since until till during fiscal".split())  #: before a four-digit number: it is a year
SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
CAPITAL_ONLY = (
    frozenset("may march august".split())
    | frozenset(name for name in MONTHS if len(name.rstrip(".")) <= 4 and name not in ("june", "july"))
    | frozenset(SHORT_WEEKDAYS)
)  #: other words unless capitalised
BEFORE_HYPHENED_NUMBER = frozenset("mid early late pre post fiscal".split()) | frozenset(MONTHS)
SIDES = {"last": -1, "this": 0, "next": 1, "coming": 1}
EDGES = {"early": "START", "late": "END", "mid": "MID", "earlier": "START", "later": "END"}
EARLY_LATE = {"early": "START", "late": "END", "mid": "MID"}
EDGE_NOUNS = {"beginning": "START", "start": "START", "outset": "START", "opening": "START", "end": "END",
              "close": "END", "middle": "MID"}  # fmt: skip
APPROXIMATORS = {"about": "APPROX", "around": "APPROX", "approximately": "APPROX", "roughly": "APPROX",
                 "some": "APPROX", "nearly": "LESS_THAN", "almost": "LESS_THAN",
                 "exactly": None}  # fmt: skip
FREQUENCIES = {"hourly": "PT1H", "daily": "P1D", "nightly": "P1D", "weekly": "P1W", "biweekly": "P2W",
               "fortnightly": "P2W", "monthly": "P1M", "annually": "P1Y", "yearly": "P1Y"}  # fmt: skip
QUANTITIES = frozenset("several few many some recent".split())
VAGUE_REFERENCES = {
    "now": "PRESENT_REF", "currently": "PRESENT_REF", "current": "PRESENT_REF", "presently": "PRESENT_REF",
    "nowadays": "PRESENT_REF", "recently": "PAST_REF", "recent": "PAST_REF", "lately": "PAST_REF",
    "soon": "FUTURE_REF", "shortly": "FUTURE_REF",
}  # fmt: skip
