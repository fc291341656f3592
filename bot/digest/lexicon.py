"""Words of English that report: verbs, nouns and phrases by which a text says who says something."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: lemmas of verbs of saying and writing; what they govern is said by their subject
SAY = _words(
    """
    say tell state add note write tweet post reply respond answer remark comment declare announce proclaim report
    recount relate recall explain clarify elaborate continue conclude stress emphasize emphasise underline underscore
    reiterate repeat insist assert affirm reaffirm aver contend maintain argue reason claim allege charge accuse blame
    complain lament protest object counter retort rebut shoot snap quip joke boast brag gush whisper shout yell scream
    mutter murmur cry exclaim warn caution alert threaten advise urge recommend propose suggest hint imply intimate
    indicate signal admit acknowledge concede confess allow grant agree accept deny dispute reject refute dismiss
    confirm verify corroborate disclose reveal divulge leak inform notify brief assure reassure promise pledge vow swear
    guarantee testify attest certify depose predict forecast project foresee speculate estimate calculate reckon
    observe point cite quote mention refer describe characterize characterise call label dub portray depict brand
    term put peg place set praise hail laud applaud condemn denounce decry criticize criticise slam blast bash deride
    mock ridicule question ask wonder inquire demand request plead beg appeal advocate lobby joke concur surmise
    posit postulate submit contest rule find determine establish conclude decide judge opine theorize muse vent
    summarize summarise list detail outline sketch spell tout publish release issue record document tally count
    register pronounce blog text email e-mail message pen author pontificate tease bemoan rail extol credit attribute
    ascribe caption headline broadcast air chronicle narrate preach lecture interject chime weigh invoke read go
    echo parrot trumpet tick rattle reference highlight flag peg clock assess gauge value appraise
    """
)

#: lemmas of verbs of thinking, wanting and expecting; reported only of people and bodies of people
THINK = _words(
    """
    believe think feel know understand realize realise expect anticipate hope fear worry suspect doubt assume presume
    suppose consider deem view regard see want wish hold favor favour prefer support oppose back learn guess figure
    envision imagine conclude dream agree disagree seek plan intend aim vow promise consider
    """
)

#: lemmas of verbs by which a document or a measurement reports
SHOW = _words(
    """
    show indicate suggest find reveal demonstrate say state report estimate put peg place list reflect record point
    confirm detail describe note conclude warn claim allege argue predict project forecast count tally give cite
    document read have imply determine establish portray paint depict
    """
)

#: lemmas of verbs whose plain object can be the claim itself ("confirmed 12 cases", "put the toll at 40")
TAKES_OBJECT = _words(
    """
    announce report confirm estimate claim cite propose mention note describe deny predict project forecast promise
    pledge reveal disclose count record allege acknowledge admit list release publish tally find give detail document
    dispute reject demand recommend suggest recall boast tout quote reference highlight point put peg place set call
    advocate forecast anticipate expect outline concede question criticize criticise condemn denounce blast slam
    want seek oppose support back favor favour see register invoke state show indicate show tweet post write
    refer assess plan envision
    """
)

#: lemmas of nouns that name a piece of reporting; a body or a person behind them speaks
REPORTS = _words(
    """
    report statement account announcement claim allegation assertion estimate forecast prediction projection
    warning accusation testimony comment remark declaration confirmation denial admission acknowledgement disclosure
    revelation suggestion proposal promise pledge vow threat complaint argument contention insistence assurance
    briefing release communique dispatch bulletin letter memo memorandum note email e-mail message post tweet speech
    interview article story column editorial op-ed essay blog book document dossier file filing paper brief analysis
    assessment evaluation review study survey poll census research investigation inquiry audit finding
    conclusion result data datum figure statistic number count tally record evidence intelligence information rumor rumour
    hearsay word news transcript video footage recording tape text description verdict ruling opinion affidavit
    indictment lawsuit suit petition charge bill law treaty accord order resolution manifesto website site page
    table chart graph map database index list headline caption ad advertisement advert campaign ads spot leak cable
    press coverage newspaper paper magazine journal media outlet newscast broadcast agency model calculation
    observation belief fear hope expectation suspicion notion view idea theory feeling sense
    """
)

#: of these, nouns for the people's own states of mind or for things that seldom print numbers; they need an owner
NEEDS_OWNER = _words(
    """
    argument contention insistence belief fear hope expectation suspicion notion view idea theory feeling sense claim
    proposal promise pledge vow threat plan bill law order word number figure note charge suit record list paper
    file page model result count map campaign spot index site
    """
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
    commissioner ambassador diplomat envoy general colonel commander soldier officer police prosecutor lawyer attorney
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
    officer coach manager analyst economist candidate nominee delegate deputy vice acting interim former late
    prime foreign defense defence interior finance justice health speaker republican democrat democratic
    billionaire businessman columnist host author editor pollster strategist aide adviser advisor counsel counselor
    """
)

#: adverbs and phrases of hearsay: somebody says so, nobody is named
HEARSAY = _words("reportedly allegedly supposedly purportedly apparently ostensibly")

#: words that may stand inside a reporting verb's group
AUXILIARIES = _words("aux auxpass neg")

#: verbs that are reporting verbs only in the passive with "as" ("was quoted as saying")
QUOTED = _words("quote cite describe")

FIRST_PERSON = _words("i we me us my our mine ours myself ourselves")
PRONOUNS = _words("he she it they him her them his its their who which that whom whose")

#: nouns of measurements in which something is so ("in a recent survey")
SURVEYS = _words("poll survey study census estimate analysis audit tally count reckoning calculation account report")

#: lemmas of reporting nouns that stand as a source of their own ("recent reports of ...")
UNOWNED = _words(
    "report rumor rumour account claim allegation estimate accusation warning evidence intelligence information"
)
