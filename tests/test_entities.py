"""Which names are one body: inside an article, and over articles."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digest.entities import bodies, country_of, unify
from bot.digest.language import load, parse
from bot.digest.model import Article, ArticleId, Basis, Body, BodyKind, Mention, Published

PUBLISHED = Published(moment=datetime(2023, 5, 4, tzinfo=UTC), basis=Basis.STATED)


def read(text: str) -> tuple[tuple[Body, ...], tuple[Mention, ...]]:
    return bodies(parse(Article(id=ArticleId("a"), text=text, published=PUBLISHED), load()))


def meant(text: str) -> list[tuple[str, str]]:
    """Every mention of the text with the key of the body it means."""
    found, mentions = read(text)
    return [(mention.span.of(text), found[mention.body].key) for mention in mentions]


def person(key: str, *aliases: str) -> Body:
    return Body(name=key.title(), kind=BodyKind.PERSON, aliases=aliases or (key.title(),), key=key)


def organisation(key: str, *aliases: str) -> Body:
    return Body(name=key.title(), kind=BodyKind.ORGANISATION, aliases=aliases or (key.title(),), key=key)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("US", "united states"),
        ("the U.S.", "united states"),
        ("us", None),
        ("America’s", "united states"),
        ("the White House", "united states"),
        ("Downing Street", "united kingdom"),
        ("Kremlin", "russia"),
        ("DPRK", "north korea"),
        ("Canberra", "australia"),
        ("Ivorian", "ivory coast"),
        ("Côte d’Ivoire", "ivory coast"),
        ("Filipinos", "philippines"),
        ("EU", "european union"),
        ("polish", None),
        ("Polish", "poland"),
        ("Springfield", None),
        ("", None),
    ],
)
def test_a_country_is_known_by_name_demonym_capital_and_abbreviation(words: str, key: str | None) -> None:
    assert country_of(words) == key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Park Min-su met Park Ji-won on Monday. Park said the talks went well.",
            [("Park Min-su", "park min su"), ("Park Ji-won", "park ji won"), ("Park", "park ji won")],
        ),
        (
            "The National Flood Agency (NFA) closed the dam. The NFA said more rain would come.",
            [
                ("National Flood Agency", "national flood agency"),
                ("NFA", "national flood agency"),
                ("NFA", "national flood agency"),
            ],
        ),
        (
            "Norway’s Ministry of Defence bought ships. The ministry paid in full.",
            [
                ("Norway’s Ministry of Defence", "norway: ministry of defense"),
                ("Norway", "norway"),
                ("The ministry", "norway: ministry of defense"),
            ],
        ),
        (
            "Foreign Minister Elena Ruiz went home. The minister was ill.",
            [("Elena Ruiz", "elena ruiz"), ("The minister", "elena ruiz")],
        ),
        (
            "Lima protested against the tariff.",
            [("Lima", "peru")],
        ),
        (
            "Thousands marched in Lima.",
            [("Lima", "lima")],
        ),
        (
            "Governor Rosa Meyer, who resigned, said she was tired.",
            [("Rosa Meyer", "rosa meyer"), ("who", "rosa meyer"), ("she", "rosa meyer")],
        ),
        (
            "Chilean farmers sued Michael Jordan.",
            [("Chilean", "chile"), ("Michael Jordan", "michael jordan")],
        ),
    ],
)
def test_names_short_forms_and_pronouns_mean_one_body(text: str, expected: list[tuple[str, str]]) -> None:
    assert meant(text) == expected


def test_she_is_not_the_man_named_last() -> None:
    text = "Mrs. Anna Weber met Mr. Paul Lang. Mr. Lang spoke first. She left early."

    assert meant(text)[-1] == ("She", "anna weber")


def test_a_pronoun_does_not_mean_whom_only_a_quotation_names() -> None:
    text = "Paul Lang resigned. “Peter Moss never paid his dues to the club.” He left early."

    assert meant(text)[-1] == ("He", "paul lang")


def test_mentions_point_at_what_they_quote_and_aliases_are_surfaces_of_the_text() -> None:
    text = "Kenya sent 20 doctors. Kenyan officials, led by Amina Otieno, said Otieno would stay until it was over."
    found, mentions = read(text)

    assert {alias for body in found for alias in body.aliases} == {"Kenya", "Kenyan", "Amina Otieno", "Otieno"}
    assert all(0 <= mention.body < len(found) for mention in mentions)
    assert all(body.name in body.aliases for body in found)


@pytest.mark.parametrize(
    ("keys", "one"),
    [
        (("volodymyr zelenskyy", "volodymyr zelensky", "zelenskiy"), True),
        (("kim jong un", "kim jongun"), True),
        (("george herbert bush", "george bush"), True),
        (("alexandr petrov", "aleksandr petrov"), True),
        (("benjamin netanyahu", "benjamin netaniahu"), True),
        (("john smith", "joan smith"), False),
        (("martin novak", "martina novak"), False),
        (("kim jong un", "kim yong hyun"), False),
        (("maria lopez", "mario lopez"), False),
    ],
)
def test_spellings_of_one_person_are_one_and_namesakes_stay_two(keys: tuple[str, ...], one: bool) -> None:
    canonical = unify([[person(key)] for key in keys])

    assert (len(set(canonical.values())) == 1) is one


def test_a_surname_is_the_only_person_who_bears_it_and_nobody_if_two_do() -> None:
    alone = unify([[person("petra novak")], [person("novak")]])
    two = unify([[person("petra novak")], [person("novak")], [person("ivan novak")]])

    assert (alone["novak"], two["novak"]) == ("petra novak", "novak")


def test_an_acronym_is_the_body_that_any_article_introduces_it_for() -> None:
    canonical = unify(
        [
            [organisation("national flood agency", "National Flood Agency", "NFA")],
            [organisation("nfa", "NFA")],
            [organisation("orlando sentinel", "Orlando Sentinel", "ORLANDO")],
            [organisation("orlando", "Orlando")],
        ]
    )

    assert (canonical["nfa"], canonical["orlando"]) == ("national flood agency", "orlando")


NAMES = st.lists(
    st.sampled_from(
        "petra novak;ivan novak;novak;petra;ivan;petra anna novak;pettra novak;zelensky;vladimir zelensky;"
        "volodymyr zelenskyy;kim;kim jong un;kim jongun;kim yong hyun;lee kim;martin novak;martina novak".split(";")
    ),
    max_size=6,
)


@given(st.lists(NAMES, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_unification_does_not_depend_on_the_order_and_maps_to_itself(articles: list[list[str]], chance: object) -> None:
    named = [[person(key) for key in article] for article in articles]
    shuffled = [list(reversed(article)) for article in named]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    canonical = unify(named)

    assert canonical == unify(shuffled)
    assert {canonical[key] for key in canonical.values()} == set(canonical.values())
    assert set(canonical) == {key for article in articles for key in article}
