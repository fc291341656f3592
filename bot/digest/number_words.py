"""Words of English that state, bound and label numbers."""

from __future__ import annotations

import re

from bot.digest.model import Comparator

SMALL = {
    word: float(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
TENS = {
    word: float(value)
    for value, word in zip(
        range(20, 100, 10), "twenty thirty forty fifty sixty seventy eighty ninety".split(), strict=True
    )
} | {"fourty": 40.0}
SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "lakh": 1e5,
    "million": 1e6,
    "mln": 1e6,
    "mn": 1e6,
    "crore": 1e7,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
    "tn": 1e12,
    "dozen": 12.0,
}
GLUED = {"k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "b": 1e9, "bn": 1e9, "tn": 1e12}  #: "5m", "10bn"
VAGUE_PLURALS = frozenset(
    """
    tens dozens scores hundreds thousands millions billions trillions lakhs crores
    """.split()
)
SEVERAL = frozenset({"several", "few", "couple", "many", "multiple", "some", "numerous", "countless"})
AMOUNTS = frozenset(
    {"number", "handful", "couple", "minority", "majority", "portion", "proportion", "part", "fraction"}
)
SIZES = frozenset(
    """
    small large larger smaller significant substantial considerable growing increasing unknown undisclosed
    unspecified limited great good certain vast record sizeable sizable huge tiny high sizable
    """.split()
)
QUANTIFIERS = frozenset({"several", "many", "some", "numerous", "multiple", "countless", "few"})
NOT_ONE = frozenset({"no", "any", "every", "each", "some", "this", "that", "which"})  #: "no one" is nobody
FRACTIONS = frozenset(
    {"half", "third", "thirds", "quarter", "quarters", "fifth", "fifths", "tenth", "tenths", "sixth", "eighth"}
)
#: verbs after which "up to" says where a number has got, and is no bound: "the toll ticked up to 44"
CLIMBS = re.compile(r"(?:tick|inch|edg|climb|jump|bump|mov|shoot|push)\w*|crept|creeps?|shot|went|goes|gone|rose|risen")
CHANGE = re.compile(
    r"\b(?:ris(?:es?|en|ing)|rose|increas\w+|climb\w*|jump\w*|gr[eo]w\w*|soar\w*|swell\w*|swollen|fall\w*|fell|drop\w*|"
    r"declin\w+|reduc\w+|cut\w*|expand\w*|rais\w+|boost\w*|revis\w+|lower\w*|upped|went|up|down|surg\w+|shr[aiu]nk\w*|"
    r"updat\w+|doubl\w+|tripl\w+|double\w*|chang\w+)\b",
    re.IGNORECASE,
)
_PHRASES = {
    Comparator.ABOUT: """
        about | around | perhaps | barely | scarcely | hardly | maybe | approximately | approx | approx . |
        roughly | some | estimated | an estimated | circa | ~ | ≈ | in the region of | in the neighborhood
        of | in the neighbourhood of | on the order of | in the order of | somewhere around | an average of
        | in the vicinity of | or about | or around | estimated at
    """,
    Comparator.NEARLY: """
        nearly | almost | close to | just under | just below | just short of | a little under | slightly
        under | slightly less than | just less than | a little less than | slightly fewer than | just fewer
        than | approaching | not quite | nearing
    """,
    Comparator.AT_LEAST: """
        at least | no fewer than | no less than | not less than | not fewer than | a minimum of | minimum of
        | as few as | at the very least | >= | ≥
    """,
    Comparator.MORE_THAN: """
        more than | over | above | upwards of | upward of | in excess of | exceeding | exceeded | exceeds |
        north of | greater than | well over | just over | a little over | slightly over | slightly more than
        | just more than | well above | just above | well more than | much more than | far more than | a bit
        more than | a little more than | surpassed | surpassing | topped | topping | passed | exceed |
        surpass | pass | top | beyond | >
    """,
    Comparator.UP_TO: """
        up to | as many as | at most | no more than | not more than | a maximum of | maximum of | fewer than
        | less than | under | below | as much as | as high as | at the most | not exceeding | well under |
        far fewer than | anywhere up to | < | ≤
    """,
}
BEFORE = {tuple(phrase.split()): bound for bound, phrases in _PHRASES.items() for phrase in phrases.split("|")}
AFTER: dict[tuple[str, ...], Comparator] = {
    ("or", "more"): Comparator.AT_LEAST,
    ("+",): Comparator.AT_LEAST,
    ("plus",): Comparator.AT_LEAST,
    ("and", "counting"): Comparator.AT_LEAST,
    ("or", "so"): Comparator.ABOUT,
    ("or", "thereabouts"): Comparator.ABOUT,
    ("odd",): Comparator.ABOUT,
    ("-", "odd"): Comparator.ABOUT,
    ("-", "plus"): Comparator.AT_LEAST,
    ("or", "fewer"): Comparator.UP_TO,
    ("or", "less"): Comparator.UP_TO,
    ("at", "most"): Comparator.UP_TO,
    ("at", "least"): Comparator.AT_LEAST,
}
LONGEST = max(len(phrase) for phrase in BEFORE)  #: words of the longest phrase
DELTA = frozenset({"another", "additional", "further", "extra"})
DELTA_AFTER = frozenset({"more", "additional", "further", "extra"})
FILLERS: tuple[tuple[str, ...], ...] = (
    ("a", "total", "of"),
    ("total", "of"),
    ("a", "combined"),
    ("a", "record"),
    ("an", "additional"),
    ("a", "further"),
    ("an", "extra"),
    ("another",),
    ("additional",),
    ("further",),
    ("extra",),
    ("the",),
    ("the", "other"),
)
SIGNS = frozenset("$€£¥₹₽₩₺")
MONEY = frozenset(
    """
    dollar dollars euro euros pound pounds yen yuan rupee rupees rouble roubles ruble rubles won peso pesos franc
    francs lira krona kronor shilling shillings naira rand dirham dirhams riyal riyals usd eur gbp renminbi cents
    """.split()
)
MONEY_CODES = frozenset({"USD", "EUR", "GBP", "Rs", "JPY", "INR", "CAD", "AUD", "CHF", "CNY", "NGN", "KES"})
MONEY_LANDS = frozenset({"US", "C", "A", "NZ", "HK"})  #: before a sign: "US$5m"
LABELS = frozenset(
    """
    article articles section chapter paragraph clause resolution no number flight route highway interstate channel
    room gate page level phase day group category type unit boeing airbus apollo terminal platform line law bill
    proposition amendment protocol decree annex appendix figure table issue volume part team squad district sector
    zone block area magnitude mark version windows formula class grade grades stage psalm act regulation rule
    """.split()
)
