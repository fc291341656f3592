"""Given names that in English-language news are almost always a man's or a woman's."""

from __future__ import annotations

MEN = frozenset(
    """
    aaron abdul abdullah adam ahmed alan albert alejandro alex alexander alexei ali anatoly andre andreas andrew andrey
    andy angelo anthony antonio antony arjun arthur ashraf austin barack ben benjamin bernard bernie bill billy bob
    boris brad brandon brendan brett brian bruce bruno bryan carl carlos charles charlie chris christian christopher
    chuck claude colin craig curtis dan daniel darren dave david dennis derek dick diego dmitri dmitry dominic don
    donald doug douglas dwayne ed eddie eduardo edward elon emmanuel enrique eric erik ernest evan felix fernando
    francesco francis francisco francois frank fred frederick gary gavin gene geoffrey george gerald gerard giorgio
    giovanni glenn gordon graham greg gregory guillermo gustavo guy hamid hans harold harry hassan henry herbert hugh
    hugo hussein ian ibrahim igor ivan jack jacob jacques james jan jason javier jay jean jeff jeffrey jeremy jerome
    jerry jesse jim jimmy joe joel johan john johnny jon jonathan jorge jose joseph josh joshua juan julian jurgen
    justin karl keith ken kenneth kevin khalid kyle lance larry lars laurent lawrence leo leon leonard liam lloyd louis
    lucas luis luiz luke mahmoud manuel marc marcel marco marcus mario mark martin matt matteo matthew maurice max
    mehmet michael michel miguel mike mikhail mitch mitt mohamed mohammad mohammed muhammad mustafa narendra nathan
    neil nicholas nick nicolas nigel nikolai noah oleg oliver omar oscar osama otto pablo patrick paul pavel pedro
    pete peter phil philip philippe pierre rafael rahul rajesh ralph ramon randy ravi ray raymond recep rex ricardo
    richard rick rob robert roberto rodrigo roger roland ron ronald roy rudy rupert russell ryan said salman salvador
    sam samuel sanjay scott sean sebastian sergei sergey sergio shane shinzo simon stefan stephen steve steven stuart
    suleiman ted terry theodore thomas tim timothy toby todd tom tommy tony trevor vaclav vadim victor viktor vincent
    vitaly vladimir volodymyr walter wayne wei will william wolfgang xavier yasser yuri yusuf
    """.split()
)

WOMEN = frozenset(
    """
    abigail adriana agnes aisha alexandra alice alicia alison allison amanda amy ana anastasia andrea angela angelina
    anita ann anna anne annette antonia aung barbara beatrice bella bernadette beth betty beverly bridget camilla carla
    carly carmen carol carolina caroline carolyn cassandra catherine cecilia celia charlotte chelsea cheryl chloe
    christina christine cindy claire clara claudia colleen condoleezza connie cristina cynthia dana danielle deborah
    debbie denise diana diane dilma dolores donna doris dorothy edith eileen elaine eleanor elena elisabeth elise eliza
    elizabeth ella ellen elsa emily emma erica erin esther eva eve evelyn fatima fiona florence frances gabriela
    gemma georgia gina gisele giorgia gloria grace greta gretchen hannah heather heidi helen helena helga hilary
    hillary hope indira ines ingrid irene irina iris isabel isabella ivanka jacinda jackie jane janet janice jean
    jeanne jennifer jessica jill jo joan joanna jodi josephine joyce judith julia juliana julie kaja kamala karen
    karin kate katherine kathleen kathryn kathy katie katrina kayla kelly kimberly kirsten kristen kristin laura
    lauren leila lena lesley leslie linda lindsay lisa liz loretta lori louise lucia lucy luisa lydia lynn madeleine
    malala marcia margaret margarita maria marie marina marine marion marjorie martha mary maryam maureen megan
    melania melanie melissa meredith michelle mira miriam molly monica nadia nancy naomi natalia natalie natasha nicola
    nicole nikki nina nora olga olivia oprah paola patricia paula pauline penelope penny petra phyllis priya rachel
    raquel rebecca regina renata rita roberta rosa rosalind rose rosemary ruth sabrina samantha sandra sara sarah
    shannon sharon sheila shirley silvia simone sofia sonia sonya sophia sophie stella stephanie sue susan susanna
    suzanne svetlana sylvia tamara tanya tara tatiana teresa theresa tina tracy trish ursula valentina valerie vanessa
    vera veronica victoria viktoria virginia wendy whitney yasmin yulia yvette yvonne zoe
    """.split()
) - {"jean"}


def pronoun_of(given_name: str) -> str | None:
    """The pronoun, "he" or "she", that a folded given name calls for; None for names of both and unknown ones."""
    if given_name in MEN:
        return "he"
    return "she" if given_name in WOMEN else None
