"""The world's countries and unions of countries: names, abbreviations, demonyms, seats of government."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

# One state or union a line: name | other names | abbreviations, as written | demonyms | seats that speak for it
_COUNTRIES = """
Afghanistan | Islamic Emirate of Afghanistan; Islamic Republic of Afghanistan | | Afghan; Afghans | Kabul
Albania | Republic of Albania | | Albanian; Albanians | Tirana
Algeria | People's Democratic Republic of Algeria | | Algerian; Algerians | Algiers
Andorra | Principality of Andorra | | Andorran; Andorrans | Andorra la Vella
Angola | Republic of Angola | | Angolan; Angolans | Luanda
Antigua and Barbuda | | | Antiguan; Antiguans; Barbudan; Barbudans |
Argentina | Argentine Republic | | Argentine; Argentines; Argentinian; Argentinians | Buenos Aires; Casa Rosada
Armenia | Republic of Armenia | | Armenian; Armenians | Yerevan
Australia | Commonwealth of Australia | | Australian; Australians | Canberra
Austria | Republic of Austria | | Austrian; Austrians | Vienna
Azerbaijan | Republic of Azerbaijan | | Azerbaijani; Azerbaijanis; Azeri; Azeris | Baku
Bahamas | Commonwealth of the Bahamas | | Bahamian; Bahamians | Nassau
Bahrain | Kingdom of Bahrain | | Bahraini; Bahrainis | Manama
Bangladesh | People's Republic of Bangladesh | | Bangladeshi; Bangladeshis | Dhaka
Barbados | | | Barbadian; Barbadians | Bridgetown
Belarus | Republic of Belarus; Belorussia; Byelorussia | | Belarusian; Belarusians; Belarussian; Belarussians | Minsk
Belgium | Kingdom of Belgium | | Belgian; Belgians |
Belize | | | Belizean; Belizeans | Belmopan
Benin | Republic of Benin | | Beninese | Porto-Novo; Cotonou
Bhutan | Kingdom of Bhutan | | Bhutanese | Thimphu
Bolivia | Plurinational State of Bolivia | | Bolivian; Bolivians | La Paz; Sucre
Bosnia and Herzegovina | Bosnia; Bosnia-Herzegovina; Bosnia & Herzegovina | BiH | Bosnian; Bosnians; Herzegovinian | Sarajevo
Botswana | Republic of Botswana | | Botswanan; Batswana; Motswana | Gaborone
Brazil | Federative Republic of Brazil | | Brazilian; Brazilians | Brasilia; Planalto
Brunei | Brunei Darussalam | | Bruneian; Bruneians | Bandar Seri Begawan
Bulgaria | Republic of Bulgaria | | Bulgarian; Bulgarians | Sofia
Burkina Faso | | | Burkinabe; Burkinabé | Ouagadougou
Burundi | Republic of Burundi | | Burundian; Burundians | Gitega; Bujumbura
Cambodia | Kingdom of Cambodia; Kampuchea | | Cambodian; Cambodians | Phnom Penh
Cameroon | Republic of Cameroon | | Cameroonian; Cameroonians | Yaounde
Canada | | | Canadian; Canadians | Ottawa
Cape Verde | Cabo Verde | | Cape Verdean; Cape Verdeans | Praia
Central African Republic | | CAR | Central African; Central Africans | Bangui
Chad | Republic of Chad | | Chadian; Chadians | N'Djamena; Ndjamena
Chile | Republic of Chile | | Chilean; Chileans | La Moneda
China | People's Republic of China; Mainland China; Communist China | PRC | Chinese | Beijing; Peking; Zhongnanhai
Colombia | Republic of Colombia | | Colombian; Colombians | Bogota
Comoros | Union of the Comoros | | Comoran; Comorans; Comorian; Comorians | Moroni
Costa Rica | Republic of Costa Rica | | Costa Rican; Costa Ricans |
Croatia | Republic of Croatia | | Croatian; Croatians; Croat; Croats | Zagreb
Cuba | Republic of Cuba | | Cuban; Cubans | Havana
Cyprus | Republic of Cyprus | | Cypriot; Cypriots; Greek Cypriot | Nicosia
Czech Republic | Czechia | | Czech; Czechs | Prague
Democratic Republic of the Congo | Democratic Republic of Congo; DR Congo; Congo-Kinshasa; Zaire | DRC; RDC | Congolese | Kinshasa
Denmark | Kingdom of Denmark | | Danish; Dane; Danes | Copenhagen
Djibouti | Republic of Djibouti | | Djiboutian; Djiboutians |
Dominica | Commonwealth of Dominica | | | Roseau
Dominican Republic | | | Dominican; Dominicans | Santo Domingo
East Timor | Timor-Leste; Timor Leste | | Timorese; East Timorese | Dili
Ecuador | Republic of Ecuador | | Ecuadorian; Ecuadorians; Ecuadorean; Ecuadoreans | Quito
Egypt | Arab Republic of Egypt | | Egyptian; Egyptians | Cairo
El Salvador | Republic of El Salvador | | Salvadoran; Salvadorans; Salvadorean | San Salvador
England | | | English; Englishman; Englishmen |
Equatorial Guinea | Republic of Equatorial Guinea | | Equatorial Guinean; Equatoguinean | Malabo
Eritrea | State of Eritrea | | Eritrean; Eritreans | Asmara
Estonia | Republic of Estonia | | Estonian; Estonians | Tallinn
Eswatini | Swaziland; Kingdom of Eswatini | | Swazi; Swazis | Mbabane
Ethiopia | Federal Democratic Republic of Ethiopia | | Ethiopian; Ethiopians | Addis Ababa
Fiji | Republic of Fiji | | Fijian; Fijians | Suva
Finland | Republic of Finland | | Finnish; Finn; Finns | Helsinki
France | French Republic | | French; Frenchman; Frenchmen; Frenchwoman | Paris; Elysee; Elysee Palace; Quai d'Orsay
Gabon | Gabonese Republic | | Gabonese | Libreville
Gambia | Republic of the Gambia | | Gambian; Gambians | Banjul
Georgia | Republic of Georgia | | Georgian; Georgians | Tbilisi
Germany | Federal Republic of Germany; West Germany | FRG | German; Germans | Berlin; Bonn
Ghana | Republic of Ghana | | Ghanaian; Ghanaians | Accra
Greece | Hellenic Republic | | Greek; Greeks; Hellenic | Athens
Greenland | Kalaallit Nunaat | | Greenlandic; Greenlander; Greenlanders | Nuuk
Grenada | | | Grenadian; Grenadians |
Guatemala | Republic of Guatemala | | Guatemalan; Guatemalans | Guatemala City
Guinea | Republic of Guinea | | Guinean; Guineans | Conakry
Guinea-Bissau | Republic of Guinea-Bissau | | Bissau-Guinean | Bissau
Guyana | Co-operative Republic of Guyana | | Guyanese |
Haiti | Republic of Haiti | | Haitian; Haitians | Port-au-Prince
Honduras | Republic of Honduras | | Honduran; Hondurans | Tegucigalpa
Hong Kong | Hong Kong SAR | HKSAR | Hong Konger; Hong Kongers; Hongkonger |
Hungary | Republic of Hungary | | Hungarian; Hungarians | Budapest
Iceland | Republic of Iceland | | Icelandic; Icelander; Icelanders | Reykjavik
India | Republic of India; Bharat | | Indian; Indians | New Delhi; Delhi
Indonesia | Republic of Indonesia | | Indonesian; Indonesians | Jakarta; Nusantara
Iran | Islamic Republic of Iran; Islamic Republic; Persia | | Iranian; Iranians | Tehran; Teheran
Iraq | Republic of Iraq | | Iraqi; Iraqis | Baghdad
Ireland | Republic of Ireland; Irish Republic | | Irish; Irishman; Irishmen | Dublin
Israel | State of Israel | | Israeli; Israelis | Jerusalem; Tel Aviv
Italy | Italian Republic | | Italian; Italians | Rome; Palazzo Chigi; Quirinale
Ivory Coast | Cote d'Ivoire; Republic of Cote d'Ivoire | | Ivorian; Ivorians | Yamoussoukro; Abidjan
Jamaica | | | Jamaican; Jamaicans |
Japan | State of Japan; Nippon | | Japanese | Tokyo
Jordan | Hashemite Kingdom of Jordan | | Jordanian; Jordanians | Amman
Kazakhstan | Republic of Kazakhstan | | Kazakh; Kazakhs; Kazakhstani; Kazakhstanis | Astana; Nur-Sultan
Kenya | Republic of Kenya | | Kenyan; Kenyans | Nairobi
Kiribati | Republic of Kiribati | | I-Kiribati | South Tarawa
Kosovo | Republic of Kosovo | | Kosovar; Kosovars; Kosovan | Pristina; Prishtina
Kuwait | State of Kuwait | | Kuwaiti; Kuwaitis | Kuwait City
Kyrgyzstan | Kyrgyz Republic; Kirghizia | | Kyrgyz; Kyrgyzstani | Bishkek
Laos | Lao People's Democratic Republic; Lao PDR | | Lao; Laotian; Laotians | Vientiane
Latvia | Republic of Latvia | | Latvian; Latvians | Riga
Lebanon | Lebanese Republic | | Lebanese | Beirut
Lesotho | Kingdom of Lesotho | | Basotho; Mosotho | Maseru
Liberia | Republic of Liberia | | Liberian; Liberians | Monrovia
Libya | State of Libya; Libyan Arab Jamahiriya | | Libyan; Libyans | Tripoli
Liechtenstein | Principality of Liechtenstein | | Liechtensteiner; Liechtensteiners | Vaduz
Lithuania | Republic of Lithuania | | Lithuanian; Lithuanians | Vilnius
Luxembourg | Grand Duchy of Luxembourg | | Luxembourger; Luxembourgers; Luxembourgish |
Macau | Macao | | Macanese |
Madagascar | Republic of Madagascar | | Malagasy; Madagascan | Antananarivo
Malawi | Republic of Malawi | | Malawian; Malawians | Lilongwe
Malaysia | | | Malaysian; Malaysians | Kuala Lumpur; Putrajaya
Maldives | Republic of Maldives; Maldive Islands | | Maldivian; Maldivians |
Mali | Republic of Mali | | Malian; Malians | Bamako
Malta | Republic of Malta | | Maltese | Valletta
Marshall Islands | Republic of the Marshall Islands | | Marshallese | Majuro
Mauritania | Islamic Republic of Mauritania | | Mauritanian; Mauritanians | Nouakchott
Mauritius | Republic of Mauritius | | Mauritian; Mauritians | Port Louis
Mexico | United Mexican States | | Mexican; Mexicans | Mexico City
Micronesia | Federated States of Micronesia | | Micronesian; Micronesians | Palikir
Moldova | Republic of Moldova; Moldavia | | Moldovan; Moldovans | Chisinau; Kishinev
Monaco | Principality of Monaco | | Monegasque; Monegasques |
Mongolia | | | Mongolian; Mongolians | Ulaanbaatar; Ulan Bator
Montenegro | | | Montenegrin; Montenegrins | Podgorica
Morocco | Kingdom of Morocco | | Moroccan; Moroccans | Rabat
Mozambique | Republic of Mozambique | | Mozambican; Mozambicans | Maputo
Myanmar | Burma; Republic of the Union of Myanmar | | Burmese | Naypyidaw; Naypyitaw; Nay Pyi Taw
Namibia | Republic of Namibia | | Namibian; Namibians | Windhoek
Nauru | Republic of Nauru | | Nauruan; Nauruans | Yaren
Nepal | Federal Democratic Republic of Nepal | | Nepali; Nepalis; Nepalese | Kathmandu; Katmandu
Netherlands | Kingdom of the Netherlands; Holland | | Dutch; Dutchman; Dutchmen | The Hague; Amsterdam
New Zealand | Aotearoa | NZ | New Zealander; New Zealanders; Kiwi; Kiwis | Wellington; Beehive
Nicaragua | Republic of Nicaragua | | Nicaraguan; Nicaraguans | Managua
Niger | Republic of the Niger | | Nigerien; Nigeriens | Niamey
Nigeria | Federal Republic of Nigeria | | Nigerian; Nigerians | Abuja; Aso Rock
North Korea | Democratic People's Republic of Korea | DPRK; N Korea | North Korean; North Koreans | Pyongyang
North Macedonia | Macedonia; Republic of North Macedonia; FYROM | | Macedonian; Macedonians | Skopje
Northern Ireland | Ulster | | Northern Irish | Belfast; Stormont
Norway | Kingdom of Norway | | Norwegian; Norwegians | Oslo
Oman | Sultanate of Oman | | Omani; Omanis | Muscat
Pakistan | Islamic Republic of Pakistan | | Pakistani; Pakistanis | Islamabad; Rawalpindi
Palau | Republic of Palau | | Palauan; Palauans | Ngerulmud
Palestine | State of Palestine; Palestinian territories; Occupied Palestinian Territory | | Palestinian; Palestinians | Ramallah
Panama | Republic of Panama | | Panamanian; Panamanians | Panama City
Papua New Guinea | Independent State of Papua New Guinea | PNG | Papua New Guinean; Papua New Guineans | Port Moresby
Paraguay | Republic of Paraguay | | Paraguayan; Paraguayans | Asuncion
Peru | Republic of Peru | | Peruvian; Peruvians | Lima
Philippines | Republic of the Philippines | | Filipino; Filipinos; Filipina; Filipinas; Philippine | Manila; Malacanang
Poland | Republic of Poland | | Polish; Pole; Poles | Warsaw
Portugal | Portuguese Republic | | Portuguese | Lisbon
Puerto Rico | Commonwealth of Puerto Rico | | Puerto Rican; Puerto Ricans | San Juan
Qatar | State of Qatar | | Qatari; Qataris | Doha
Republic of the Congo | Republic of Congo; Congo-Brazzaville; Congo | | | Brazzaville
Romania | | | Romanian; Romanians | Bucharest
Russia | Russian Federation | | Russian; Russians | Moscow; Kremlin
Rwanda | Republic of Rwanda | | Rwandan; Rwandans | Kigali
Saint Kitts and Nevis | St Kitts and Nevis | | Kittitian; Nevisian | Basseterre
Saint Lucia | St Lucia | | Saint Lucian; St Lucian | Castries
Saint Vincent and the Grenadines | St Vincent and the Grenadines | | Vincentian; Vincentians | Kingstown
Samoa | Independent State of Samoa | | Samoan; Samoans | Apia
San Marino | | | Sammarinese |
Sao Tome and Principe | | | Sao Tomean; Santomean |
Saudi Arabia | Kingdom of Saudi Arabia | KSA | Saudi; Saudis; Saudi Arabian; Saudi Arabians | Riyadh
Scotland | | | Scottish; Scot; Scots; Scotsman | Edinburgh; Holyrood
Senegal | Republic of Senegal | | Senegalese | Dakar
Serbia | Republic of Serbia | | Serbian; Serbians; Serb; Serbs | Belgrade
Seychelles | Republic of Seychelles | | Seychellois |
Sierra Leone | Republic of Sierra Leone | | Sierra Leonean; Sierra Leoneans | Freetown
Singapore | Republic of Singapore | | Singaporean; Singaporeans |
Slovakia | Slovak Republic | | Slovak; Slovaks; Slovakian; Slovakians | Bratislava
Slovenia | Republic of Slovenia | | Slovenian; Slovenians; Slovene; Slovenes | Ljubljana
Solomon Islands | | | Solomon Islander; Solomon Islanders | Honiara
Somalia | Federal Republic of Somalia | | Somali; Somalis | Mogadishu; Villa Somalia
Somaliland | Republic of Somaliland | | Somalilander; Somalilanders | Hargeisa
South Africa | Republic of South Africa | RSA | South African; South Africans | Pretoria; Union Buildings
South Korea | Republic of Korea | ROK; S Korea | South Korean; South Koreans | Seoul; Blue House
South Sudan | Republic of South Sudan | | South Sudanese | Juba
Soviet Union | Union of Soviet Socialist Republics | USSR | Soviet; Soviets |
Spain | Kingdom of Spain | | Spanish; Spaniard; Spaniards | Madrid; Moncloa
Sri Lanka | Democratic Socialist Republic of Sri Lanka; Ceylon | | Sri Lankan; Sri Lankans | Colombo
Sudan | Republic of the Sudan; Republic of Sudan | | Sudanese | Khartoum
Suriname | Republic of Suriname; Surinam | | Surinamese | Paramaribo
Sweden | Kingdom of Sweden | | Swedish; Swede; Swedes | Stockholm
Switzerland | Swiss Confederation | | Swiss | Bern; Berne
Syria | Syrian Arab Republic | | Syrian; Syrians | Damascus
Taiwan | Republic of China; Chinese Taipei | ROC | Taiwanese | Taipei
Tajikistan | Republic of Tajikistan | | Tajik; Tajiks; Tajikistani | Dushanbe
Tanzania | United Republic of Tanzania | | Tanzanian; Tanzanians | Dodoma; Dar es Salaam
Thailand | Kingdom of Thailand; Siam | | Thai; Thais | Bangkok
Togo | Togolese Republic | | Togolese | Lome
Tonga | Kingdom of Tonga | | Tongan; Tongans | Nuku'alofa
Trinidad and Tobago | Trinidad | | Trinidadian; Trinidadians; Tobagonian | Port of Spain
Tunisia | Republic of Tunisia | | Tunisian; Tunisians | Tunis
Turkey | Republic of Turkey; Turkiye; Republic of Turkiye | | Turkish; Turk; Turks | Ankara
Turkmenistan | | | Turkmen; Turkmens | Ashgabat
Tuvalu | | | Tuvaluan; Tuvaluans | Funafuti
Uganda | Republic of Uganda | | Ugandan; Ugandans | Kampala
Ukraine | | | Ukrainian; Ukrainians | Kyiv; Kiev; Bankova
United Arab Emirates | Emirates | UAE | Emirati; Emiratis | Abu Dhabi
United Kingdom | Great Britain; Britain; United Kingdom of Great Britain and Northern Ireland | UK; GB | British; Briton; Britons; Brit; Brits | London; Downing Street; 10 Downing Street; No 10; Whitehall; Westminster; Buckingham Palace
United States | United States of America; America; the States | US; USA | American; Americans | Washington; Washington DC; White House; Capitol Hill; Oval Office
Uruguay | Oriental Republic of Uruguay | | Uruguayan; Uruguayans | Montevideo
Uzbekistan | Republic of Uzbekistan | | Uzbek; Uzbeks; Uzbekistani | Tashkent
Vanuatu | Republic of Vanuatu | | ni-Vanuatu; Vanuatuan | Port Vila
Vatican City | Vatican; Holy See; Vatican City State | | |
Venezuela | Bolivarian Republic of Venezuela | | Venezuelan; Venezuelans | Caracas; Miraflores
Vietnam | Viet Nam; Socialist Republic of Vietnam | | Vietnamese | Hanoi
Wales | | | Welsh; Welshman; Welshmen | Cardiff
Western Sahara | Sahrawi Arab Democratic Republic | SADR | Sahrawi; Sahrawis; Saharawi |
Yemen | Republic of Yemen | | Yemeni; Yemenis; Yemenite | Sanaa; Sana'a
Yugoslavia | Federal Republic of Yugoslavia | | Yugoslav; Yugoslavs; Yugoslavian |
Zambia | Republic of Zambia | | Zambian; Zambians | Lusaka
Zimbabwe | Republic of Zimbabwe; Rhodesia | | Zimbabwean; Zimbabweans | Harare
"""  # noqa: E501

_UNIONS = """
African Union | | | |
Arab League | League of Arab States | | |
Association of Southeast Asian Nations | | ASEAN | |
Commonwealth of Nations | | | |
Economic Community of West African States | | ECOWAS | |
European Central Bank | | ECB | |
European Commission | | | | Berlaymont
European Parliament | | | |
European Union | European bloc | EU | | Brussels
Group of Seven | | G7; G-7 | |
Group of Twenty | | G20; G-20 | |
Gulf Cooperation Council | | GCC | |
International Atomic Energy Agency | | IAEA | |
International Committee of the Red Cross | | ICRC | |
International Court of Justice | World Court | ICJ | |
International Criminal Court | | ICC | |
International Federation of Red Cross and Red Crescent Societies | | IFRC | |
International Labour Organization | | ILO | |
International Monetary Fund | | IMF | |
International Organization for Migration | | IOM | |
North Atlantic Treaty Organization | North Atlantic Alliance; Atlantic alliance | NATO | |
Organisation for Economic Co-operation and Development | | OECD | |
Organization for Security and Co-operation in Europe | | OSCE | |
Organization of American States | | OAS | |
Organization of the Petroleum Exporting Countries | | OPEC | |
Shanghai Cooperation Organisation | | | |
United Nations | United Nations Organization | UN; UNO | |
United Nations Children's Fund | | UNICEF | |
United Nations High Commissioner for Refugees | United Nations Refugee Agency; UN refugee agency | UNHCR | |
United Nations Security Council | UN Security Council; Security Council | UNSC | |
World Bank | | | |
World Food Programme | World Food Program | WFP | |
World Health Organization | World Health Organisation | WHO | |
World Trade Organization | World Trade Organisation | WTO | |
"""

_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
_POSSESSIVE = re.compile(r"'s?$")
_GAPS = re.compile(r"[\s\-‐-―_]+")


class Form(StrEnum):
    """In which way words name a country."""

    NAME = "name"
    ABBREVIATION = "abbreviation"
    DEMONYM = "demonym"
    SEAT = "seat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country or a union of countries as some words name it; ``key`` is its lower-case English name."""

    key: str
    form: Form
    union: bool = False


def country_of(words: str) -> str | None:
    """The key of the country or union that a name, demonym, capital or abbreviation stands for, else None."""
    found = lookup(words)
    return found.key if found else None


def lookup(words: str) -> Country | None:
    """The country that ``words`` name and in which form, an article and a possessive ending disregarded."""
    bare = _bare(words)
    abbreviation = bare.replace(".", "")
    if abbreviation in _abbreviations():
        return _abbreviations()[abbreviation]
    if not any(letter.isupper() for letter in bare):
        return None
    return _names().get(fold(bare))


def fold(words: str) -> str:
    """``words`` in lower case without accents, hyphens, dots, a leading article or a possessive ending."""
    bare = unicodedata.normalize("NFKD", _bare(words))
    plain = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return _GAPS.sub(" ", plain.replace(".", "")).strip().lower()


@cache
def longest() -> int:
    """The most words that a country's name has."""
    return max(len(name.split()) for name in _names())


@cache
def opening_words() -> frozenset[str]:
    """The folded first words of all names and abbreviations."""
    return frozenset(name.split()[0] for name in (*_names(), *(fold(short) for short in _abbreviations())))


def _bare(words: str) -> str:
    straight = words.strip().replace("’", "'").replace("‘", "'")
    return _POSSESSIVE.sub("", _ARTICLE.sub("", straight)).strip()


@cache
def _names() -> dict[str, Country]:
    table: dict[str, Country] = {}
    for key, union, fields in _rows():
        forms = ((Form.NAME, [key, *fields[1]]), (Form.DEMONYM, fields[3]), (Form.SEAT, fields[4]))
        for form, names in forms:
            for name in names:
                table.setdefault(fold(name), Country(key=key, form=form, union=union))
    return table


@cache
def _abbreviations() -> dict[str, Country]:
    return {
        short: Country(key=key, form=Form.ABBREVIATION, union=union)
        for key, union, fields in _rows()
        for short in fields[2]
    }


@cache
def _rows() -> tuple[tuple[str, bool, list[list[str]]], ...]:
    rows = []
    for table, union in ((_COUNTRIES, False), (_UNIONS, True)):
        for line in table.strip().splitlines():
            fields = [[part.strip() for part in column.split(";") if part.strip()] for column in line.split("|")]
            rows.append((fold(fields[0][0]), union, fields))
    return tuple(rows)
