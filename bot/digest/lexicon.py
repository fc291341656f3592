"""Words of English that report: verbs, nouns and phrases by which a text says who says something."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: lemmas of verbs of saying and writing; whatever their subject is, it says what they govern
SPEAK = _words(
    """
    say tell state write tweet blog post announce declare proclaim report recount relate recall explain clarify
    elaborate stress emphasize emphasise underline underscore reiterate repeat insist assert affirm reaffirm aver
    contend maintain argue reason claim allege charge accuse complain lament protest object counter retort rebut
    quip joke boast brag gush whisper shout yell scream mutter murmur exclaim warn caution alert threaten advise
    urge recommend propose hint imply intimate signal admit acknowledge concede confess deny dispute reject refute
    dismiss confirm verify corroborate disclose divulge inform notify brief assure reassure promise pledge vow
    swear guarantee testify attest certify depose predict forecast project foresee speculate estimate calculate
    reckon observe note remark comment add mention conclude respond reply answer surmise posit postulate opine
    theorize theorise muse stipulate cite quote lambast condemn denounce criticize criticise blame ask wonder
    inquire enquire demand request plead beg summarize summarise tout publish point agree stipulate publicize
    """
)

#: lemmas of verbs that say something of people, of bodies and of pieces of reporting, but infer of anything else
SHOW = _words(
    """
    show indicate suggest find reveal demonstrate put peg place list reflect record count tally detail document
    determine establish describe portray paint depict outline provide read hold rule judge project register
    """
)

#: lemmas of verbs of thinking, wanting and expecting; reported only of people and bodies of people
THINK = _words(
    """
    believe think feel know understand realize realise expect anticipate hope fear worry suspect doubt assume presume
    suppose figure envision envisage want wish plan intend aim guess
    """
)

#: lemmas of verbs whose infinitive tells what is said or planned ("vowed to build 300")
TAKES_INFINITIVE = _words(
    """
    promise pledge vow threaten claim plan propose agree offer want hope expect intend aim swear guarantee undertake
    ask urge tell advise order believe estimate project forecast demand request
    """
)

#: lemmas of verbs whose plain object can be the claim itself ("confirmed 12 cases", "put the toll at 40")
TAKES_OBJECT = _words(
    """
    announce report confirm estimate claim cite propose note describe deny predict project forecast promise pledge
    reveal disclose count record allege acknowledge list tally detail document dispute recommend suggest recall
    boast tout quote show indicate find demand expect anticipate plan outline publish calculate reckon
    """
)

#: verbs and the preposition that brings what is said ("warned of", "called for")
TAKES_PREPOSITION = frozenset(
    pair
    for verbs, prepositions in (
        ("warn boast complain speak talk tell write tweet hint report joke", "of about"),
        ("call ask push plead appeal argue press lobby campaign vote", "for"),
        ("point refer allude admit confess testify agree object", "to"),
        ("accuse", "of"),
        ("estimate put peg place", "at"),
        ("comment elaborate insist report", "on"),
    )
    for pair in ((verb, preposition) for verb in verbs.split() for preposition in prepositions.split())
)

#: lemmas of verbs that introduce or follow somebody's words, but govern no clause of their own
FRAMES = _words(
    """
    continue go begin read interject chime cry call snap crow thunder fume vent laugh smile sigh shrug nod grin chuckle
    deadpan offer text email e-mail caption headline describe label dub term brand slam blast bash deride mock
    ridicule praise hail laud applaud decry question sum weigh echo parrot trumpet rail extol shoot fire
    """
)

#: lemmas of nouns that name a piece of reporting; a body or a person behind them speaks
REPORTS = _words(
    """
    report update statement account announcement claim allegation assertion estimate forecast prediction projection
    warning accusation testimony comment remark declaration confirmation denial admission acknowledgement disclosure
    revelation suggestion proposal promise pledge vow threat complaint argument contention insistence assurance
    briefing release communique dispatch bulletin letter memo memorandum note email e-mail message post tweet speech
    interview article story column editorial op-ed essay blog book document dossier file filing paper brief analysis
    assessment evaluation review study survey poll polling census average ranking outcome research
    investigation inquiry audit finding conclusion
    result data datum figure statistic number count tally record evidence intelligence information rumor
    rumour hearsay word news transcript video footage recording tape text description verdict ruling opinion affidavit
    indictment lawsuit suit petition charge bill law treaty accord order resolution manifesto website site page
    table chart graph map database reckoning index list headline caption ad advertisement advert campaign ads spot
    leak cable
    press coverage newspaper paper magazine journal media outlet newscast broadcast agency model calculation
    observation belief fear hope expectation suspicion notion view idea theory feeling sense
    """
)

#: nouns for what somebody means to do or to have done; their infinitive is his ("the mayor's plan to build 300")
PLANS = _words(
    "plan proposal promise pledge vow threat offer call demand request bid push commitment pitch intention"
    " recommendation"
)

#: lemmas of nouns for people, offices and bodies that speak without a name
PEOPLE = _words(
    """
    analyst expert observer scholar researcher scientist professor academic economist official officer spokesman
    spokeswoman spokesperson spokespeople representative aide adviser advisor strategist source insider witness
    bystander survivor resident local villager neighbor neighbour relative parent mother father brother sister wife
    husband friend colleague critic opponent supporter proponent advocate activist campaigner protester demonstrator
    voter respondent delegate lawmaker legislator senator congressman congresswoman representative deputy member
    governor mayor minister president premier chancellor king queen prince leader chief head director secretary
    commissioner ambassador diplomat envoy auditor keeper warden ranger surveyor examiner coroner monitor
    general colonel commander soldier officer police prosecutor lawyer attorney
    judge justice investigator detective inspector doctor physician nurse surgeon medic paramedic rescuer firefighter
    worker employee employer manager executive chairman chairwoman chair ceo founder owner editor reporter journalist
    correspondent columnist commentator anchor host author writer historian biographer pollster forecaster
    meteorologist geologist engineer teacher student farmer trader investor analysts economists authorities authority
    government ministry department agency administration office bureau committee commission council court parliament
    congress senate house assembly party campaign union company firm corporation bank group organization organisation
    association institute institution university college hospital school army navy military force forces intelligence
    service team panel board watchdog regulator charity ngo agencies rebel militant militia insurgent republican
    democrat conservative liberal man woman people person candidate nominee billionaire businessman mogul pastor
    bishop pope priest imam rabbi cleric nation country state ally coalition alliance bloc side camp family
    mp peer backer donor operative staffer staff consultant veteran victim teenager caller guest driver passenger
    """
)

#: words that head an organisation's name and come back alone as "the ministry"
OFFICES = _words(
    """
    ministry department agency bureau office commission committee council court parliament army navy union company
    firm bank group organization organisation association institute university hospital party service board foundation
    fund force police corporation airline network newspaper magazine network center centre administration authority
    federation league campaign academy church museum school society coalition command guard
    """
)

#: words that stand before a person's name and come back alone as "the minister"
TITLES = _words(
    """
    president minister premier chancellor king queen prince princess emperor sultan emir sheikh ayatollah pope
    cardinal archbishop bishop reverend rev pastor father rabbi imam governor gov mayor senator sen representative
    rep congressman congresswoman lawmaker mp secretary undersecretary ambassador envoy commissioner chairman
    chairwoman chair chairperson chief director ceo general gen colonel col major maj captain capt lieutenant lt
    sergeant sgt admiral adm commander marshal inspector detective sheriff judge justice attorney prosecutor
    spokesman spokeswoman spokesperson professor prof doctor dr mr mrs ms miss mx sir dame lord lady leader
    elect designate officer coach manager analyst economist candidate nominee delegate deputy vice acting interim
    former late prime foreign defense defence interior finance justice health speaker republican democrat democratic
    billionaire businessman columnist host author editor pollster strategist aide adviser advisor counsel counselor
    """
)

#: what ministries and departments are for
PORTFOLIOS = _words(
    """
    affairs agriculture agricultural aid air arts civil climate commerce communications culture defense defence
    development digital disaster economic economy education emergencies emergency employment energy environment
    environmental external family finance fire fisheries food foreign forestry fuel health home homeland housing
    immigration industry information infrastructure insurance intelligence interior internal irrigation justice labor
    labour land law maritime media migration mines mining natural oil petroleum planning police power prisons public
    railway refugee relief religious resources rural safety science security situations social sport sports state
    statistics tax technology telecommunications tourism trade transport transportation treasury unification urban
    veterans war water welfare women works youth
    """
)

FIRST_PERSON = _words("i we me us my our mine ours myself ourselves")
PRONOUNS = _words("he she it they him her them his its their who which that whom whose")

#: fields in which agencies, officials and reports of a country are one party, by the words that name them
FIELDS = {
    word: name
    for name, words in (
        ("intelligence", "intelligence spy spies espionage counterintelligence"),
        ("military", "military army armed soldier commander general colonel troop force navy staff marine"),
        ("police", "police policeman detective constable"),
        ("prosecutors", "prosecutor prosecution prosecutorial attorney"),
        ("investigators", "investigator investigation"),
        ("parliament", "parliament parliamentary lawmaker legislator parliamentarian mp senate congress"),
        ("media", "media press broadcaster television tv radio newspaper newswire outlet journalist"),
        ("health officials", "health medical hospital doctor medic"),
        ("rescuers", "rescue rescuer firefighter emergency"),
        ("opposition", "opposition"),
        ("courts", "court judge judiciary judicial"),
    )
    for word in words.split()
}

#: nouns by which a whole country or government speaks; they add nothing to its name
GOVERNMENT = _words(
    """
    official government authority administration cabinet leadership side diplomat representative spokesman spokeswoman
    spokesperson source state country nation agency service report statement account data figure estimate assessment
    president minister leader ally department officer
    """
)

#: nouns of measurements in which something is so ("in a recent survey")
SURVEYS = _words("poll polling survey study census estimate ranking sample tracker")

#: lemmas of reporting nouns that stand as a source of their own ("recent reports of ...")
UNOWNED = _words(
    "report rumor rumour account claim allegation estimate accusation warning evidence intelligence information"
)

#: words for shares of those asked ("39 percent blame"): counted opinions, not a source
SHARES = _words("percent % percentage pct per-cent")

#: nouns of one's own reckoning ("by the army's count")
COUNTS = _words("count tally reckoning account calculation figure number")
