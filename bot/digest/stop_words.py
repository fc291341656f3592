"""Words that a question or an article is made of, and that none is about."""

from __future__ import annotations

STOP_WORDS = frozenset(
    """a about above after again against all also although always am among an and any anybody anyone anything are as
    at away be because been before being below between both but by can cannot could did do does doing done down
    during each either else ever every everybody everyone everything few for from further get gets getting give
    gives given go goes going gone got had has have having he her here hers herself him himself his how however i
    if in into is it its itself just know let like lot made make makes many may maybe me might mine more most much
    must my myself need neither no nor not now of off ok on once one only or other others ought our ours ourselves
    out over own perhaps please quite rather really regarding said same say saying says shall she should show so
    some somebody someone something still such tell tells than thank thanks that the their theirs them themselves
    then there these they thing things this those though through to told too toward towards under until up upon us
    very via want was we well were what whatever when whenever where wherever whether which whichever while who
    whoever whole whom whose why will with within without would yes yet you your yours yourself explain describe
    list find mention mentioned talk talks talking s t re ve ll d m don didn doesn isn aren wasn weren hasn haven
    hadn won wouldn couldn shouldn""".split()
)  #: words that a question is made of, and that no answer is about
