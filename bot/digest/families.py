"""Kinds of acts and of institutions: word classes by which two tellings of one happening are known for the same."""

from __future__ import annotations

_FAMILIES = {
    "enact": "approve approval ratify ratification sign signing signature sanction endorse endorsement adopt "
    "adoption pass passage enact enactment consent promulgate conclude conclusion decree legislate vote",
    "publish": "publish publication release unveil issue post",
    "say": "say tell state statement note add comment remark speak speech express describe call warn warning "
    "caution stress insist argue claim announce announcement declare declaration disclose reveal confirm "
    "deny acknowledge downplay report suggest urge criticize criticise praise vow pledge promise condemn "
    "accuse allege estimate predict testify tweet write",
    "meet": "meet meeting summit visit talk talks negotiate negotiation host welcome receive trip",
    "attack": "attack strike bomb bombing shell shelling raid assault invade invasion incursion offensive fire "
    "ambush clash",
    "begin": "begin start launch onset outbreak erupt open break inaugurate kick",
    "end": "end stop halt close finish cease ceasefire suspend suspension cancel expire lift",
    "die": "kill die death dead drown perish murder",
    "hurt": "injure wound hurt hospitalize hospitalise",
    "strike": "crash collapse collide derail explode explosion blast earthquake quake flood landslide hit sink erupt",
    "go": "go travel arrive leave flee evacuate evacuation return deploy deployment send dispatch move withdraw "
    "withdrawal",
    "detain": "arrest detain detention jail imprison charge indict convict sentence sue",
    "elect": "elect election win lose defeat vote inaugurate swear appoint name nominate resign oust",
    "pay": "pay fund donate grant lend loan spend allocate raise",
    "rescue": "rescue save recover free release find",
}
_FAMILY_OF = {word: family for family, words in reversed(_FAMILIES.items()) for word in words.split()}
_LIGHT = frozenset("give make take have hold issue run carry stage deliver put get do conduct mount".split())
#: verbs that leave it to their object to say what is done: "gave its consent", "ran a report"

_INSTITUTIONS = {
    "parliament": "parliament parliamentary lawmaker legislature legislator house chamber senate congress assembly mp "
    "deputy senator congressman parliamentarian",
    "court": "court judge tribunal jury prosecutor prosecution",
    "police": "police policeman officer sheriff constable",
    "media": "media medium newspaper agency broadcaster press daily television radio outlet newswire",
    "military": "army military navy force troop soldier marine guard militia command commander general",
    "government": "government cabinet administration authority regime",
    "party": "party faction bloc",
}
_INSTITUTION_OF = {word: name for name, words in _INSTITUTIONS.items() for word in words.split()}
HEADS = frozenset("leader head president chief ruler monarch king queen emperor sultan emir premier".split())
#: words for the one at the head, interchangeable in news
INSTRUMENTS = frozenset(
    "decree law act treaty bill legislation agreement pact accord deal resolution order budget".split()
)
#: what is enacted by being published


def family(lemma: str, object_lemma: str | None = None) -> str:
    """The kind of act of a word; its own lemma where it is of no listed kind. A light verb takes its object's kind."""
    word = lemma.lower()
    if word in _LIGHT and object_lemma is not None and object_lemma.lower() in _FAMILY_OF:
        word = object_lemma.lower()
    found = _FAMILY_OF.get(word, word)
    if found == "publish" and object_lemma is not None and object_lemma.lower() in INSTRUMENTS:
        return "enact"
    return found


def institution(lemma: str) -> str | None:
    """The kind of institution a noun names; None for any other noun."""
    return _INSTITUTION_OF.get(lemma.lower())
