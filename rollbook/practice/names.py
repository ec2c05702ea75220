"""The names the practice schools are made of. All are invented; none is a real family.

Surnames are put together from two halves, so that hundreds of thousands of people can have names
of their own. The names in :data:`TRYING_NAMES` are the ones that break programs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

_GIVEN = (
    "Ada Aiden Alma Amos Anya Arlo Asher Astrid Avery Barnaby Beatrix Bram Briony Callum Carys "
    "Cedric Clara Cora Cyrus Dahlia Darcy Delia Dexter Dora Edie Elias Elsie Emrys Esme Ewan "
    "Fern Finlay Flora Freya Gideon Greta Gus Harriet Hattie Hector Hope Hugo Ida Imogen Ines "
    "Iris Isla Ivo Jasper Jemima Joel Jonah Juno Kit Lachlan Leda Leon Linus Lorna Lottie Lucas "
    "Mabel Maeve Magnus Martha Maude Miles Mina Nell Nico Nora Odette Olive Orson Oscar Otis "
    "Pearl Percy Petra Phoebe Piper Quentin Reuben Rhea Rhys Rosa Rowan Rufus Sadie Saul Seth "
    "Silas Simone Sonny Stella Sylvie Tabitha Tamsin Tess Theo Thora Tobias Una Verity Vera "
    "Wesley Wilf Willa Winnie Xanthe Yara Zadie Zeke"
).split()
_FRONTS = (
    "Alder Amber Ash Barrow Beck Birch Black Bram Brook Burn Carl Cold Copper Cran Dell Elm Fair "
    "Fallow Fen Fern Glen Gold Gorse Hag Harrow Hazel Hather Heath Holm Kest Lark Lin Long Mal "
    "Marl Mere Mill Mor Nether Oak Orr Pell Pen Quarl Raven Red Rill Sallow Sedge Stan Swin Tarn "
    "Thorn Tilling Under Wain Wether Whit Wilder Wind Wyre Yarrow"
).split()
_BACKS = (
    "acre bank beck bourne bridge by combe cote croft den dale field ford gate ham haugh holt "
    "hurst ing ington land leigh low mere mond more rigg row shaw side stead sted stow thwaite "
    "ton vane wick wood worth"
).split()

_SPANISH_GIVEN = (
    "Abril Adrián Alba Alonso Amaya Ángel Araceli Belén Bruno Camila Carmen Catalina César "
    "Clemente Consuelo Damián Dulce Elena Emiliano Esteban Estrella Fabián Fátima Gael Graciela "
    "Héctor Iker Inés Itzel Ivonne Jacinto Joaquín Josefina Julián Lázaro Leticia Lorenzo Lucía "
    "Luz Maite Marisol Mateo Maximino Nayeli Nicolás Noé Octavio Paloma Pilar Ramiro Regina "
    "Renata Rocío Rodrigo Rubén Salvador Santino Saúl Sofía Tomás Valentina Vicente Ximena Yolanda "
    "Zoraida"
).split()
_SPANISH_FAMILY = (
    "Abasolo Acevedo Agüero Alcántar Almaraz Arrieta Ávila Barraza Becerra Briseño Bustos "
    "Cabrales Camarena Cantú Cárdena Carrizales Castañón Cepeda Cisneros Cordero Covarrubias "
    "Dávila Duarte Echeverría Elizondo Escobedo Espino Farías Fierro Figueroa Galindo Garay "
    "Gaytán Godínez Guajardo Huerta Ibáñez Jáuregui Lechuga Lozano Luévano Macías Madrigal "
    "Manríquez Mireles Montaño Nájera Nevárez Ocampo Olvera Orozco Páez Palomino Peñaloza "
    "Quintanar Quiroga Rentería Robledo Saldívar Sepúlveda Tejeda Treviño Urrutia Valdivia "
    "Villaseñor Yáñez Zamarripa Zúñiga"
).split()

_OTHER_FAMILIES: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "vi": (
        "An Bảo Chi Diệu Dũng Giang Hạnh Hiếu Khanh Lam Linh Minh Ngân Phúc Quyên Thảo".split(),
        "Bùi Châu Đặng Đoàn Hồ Huỳnh Lương Mạc Phan Quách Tạ Thái Trịnh Vũ".split(),
    ),
    "ar": (
        "Amal Bassam Dalal Fadi Ghada Hisham Iman Jihan Karam Lubna Marwan Nadim Rania".split(),
        "Al-Barqawi Al-Hindawi Darwazeh El-Nahhas Haddadin Kanaan Mardini Sabbagh".split(),
    ),
    "ur": (
        "Aleena Bilal Daniyal Farhan Hira Iqra Junaid Laiba Mahnoor Noman Saad Zunaira".split(),
        "Anjum Bajwa Cheema Dar Gondal Kiani Lodhi Minhas Rajput Sandhu Tiwana Virk".split(),
    ),
    "pl": (
        "Agnieszka Bartek Celina Gosia Iga Jacek Kinga Leszek Łukasz Maja Oliwia Wojtek".split(),
        "Bąk Cichoń Dudzik Gąsior Kłos Madej Niedźwiecki Pająk Słomka Wróbel Żabka".split(),
    ),
    "zh": (
        "Bowen Haoran Jiayi Lanlan Mingyu Peishan Ruoxi Siyuan Xinyi Yichen Zihan".split(),
        "Bai Cui Deng Fang Geng Hou Kang Meng Qiao Shao Tang Xue".split(),
    ),
    "uk": (
        "Bohdana Danylo Halyna Ihor Kateryna Lesia Mykola Oksana Ostap Taras Yaryna".split(),
        "Babenko Chornyi Hrytsenko Koval Lysenko Moroz Pryima Savchuk Tkach Zozulya".split(),
    ),
}
_SHARES: Mapping[str, Mapping[str, float]] = {
    "us-tx": {"es": 0.30, "vi": 0.03, "ar": 0.01, "ur": 0.01},
    "us-ca": {"es": 0.30, "zh": 0.04, "vi": 0.03, "ar": 0.01},
    "gb-eng": {"ur": 0.06, "pl": 0.04, "ar": 0.02, "uk": 0.02},
}
"""Which part of the families speaks which language; the rest speaks English."""


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name and the language spoken at home (ISO 639-1)."""

    given: str
    family: str
    language: str = "en"


TRYING_NAMES: Sequence[tuple[str, PersonName]] = (
    ("ampersand", PersonName("Ellis", "Marsh & Vale")),
    ("angle bracket", PersonName("Alexandra <Lexi>", "Fallowcroft")),
    ("apostrophe", PersonName("Niamh", "O'Fennelly")),
    ("typographic apostrophe", PersonName("D’Arcy", "O’Shaughlin")),
    ("hyphen", PersonName("Anne-Marie", "Tarn-Whitlock")),
    ("accents", PersonName("Zoë", "Lindqvåg-Höyer")),
    ("accents", PersonName("Łucja", "Wójtaszewska", "pl")),
    ("one-letter surname", PersonName("Mireille", "O")),
    ("one-letter surname", PersonName("Y", "E")),
    ("same name", PersonName("Jordan", "Ellerwick")),
    ("same name", PersonName("Jordan", "Ellerwick")),
    ("right-to-left", PersonName("ليان", "البرقاوي", "ar")),
    ("right-to-left", PersonName("נועה", "בן־שקד", "he")),
    ("chinese", PersonName("雨桐", "乔", "zh")),
    ("japanese", PersonName("ひなた", "小笹原", "ja")),
    ("korean", PersonName("새봄", "맹", "ko")),
    ("long name", PersonName("Maximiliana Theodora Bernadette", "Featherington-Underthwaite")),
    ("many words", PersonName("Juan de la Luz", "de los Palomares y Urrutia", "es")),
    ("looks like nothing", PersonName("Sid", "Null")),
)
"""What is trying about a name, and the name. Exactly one full name stands here twice."""

_GIVEN_IN_SCRIPT: Mapping[str, Sequence[str]] = {
    "ar": ("هناء", "باسم", "لبنى", "فادي"),
    "he": ("תמר", "אלון", "שירה", "גיל"),
    "zh": ("思远", "佩珊", "明宇"),
    "ja": ("みのり", "だいち", "こはる"),
    "ko": ("다온", "하늘", "가람"),
}
_FIRST_LETTER_BEYOND_LATIN = "\u0370"

STREETS = (
    "Alderbrook Bramble Clockhouse Dovecote Elderberry Foxglove Granary Hawthorn Ironstone "
    "Juniper Kingfisher Lantern Millrace Nightingale Orchard Pemblewood Quarry Rosehip Saddler "
    "Tanner Underhill Violet Wheelwright Yewtree"
).split()


class NameBook:
    """Hands out names for one school, never the same full name twice."""

    def __init__(self, jurisdiction: str, random: Random) -> None:
        self._random = random
        self._languages = list(_SHARES[jurisdiction])
        shares = [*_SHARES[jurisdiction].values()]
        self._weights = [*shares, 1 - sum(shares)]
        self._used = {(name.given, name.family) for _, name in TRYING_NAMES}

    def student(self) -> PersonName:
        """Return a new student's name."""
        [language] = self._random.choices([*self._languages, "en"], self._weights)
        return self.named(language)

    def named(self, language: str) -> PersonName:
        """Return a new name of a family that speaks ``language`` at home."""
        family, given = self.family(language), self.given(language)
        while (given, family) in self._used:
            given = f"{given} {self.given(language)}"
        self._used.add((given, family))
        return PersonName(given, family, language)

    def given(self, language: str) -> str:
        """Return a given name, not necessarily a new one."""
        if language == "es":
            return self._random.choice(_SPANISH_GIVEN)
        if language in _OTHER_FAMILIES:
            return self._random.choice(_OTHER_FAMILIES[language][0])
        return self._random.choice(_GIVEN)

    def given_for(self, family: str, language: str) -> str:
        """Return a given name for a relative, in the script the family name is written in."""
        if family[0] >= _FIRST_LETTER_BEYOND_LATIN and language in _GIVEN_IN_SCRIPT:
            return self._random.choice(_GIVEN_IN_SCRIPT[language])
        return self.given(language)

    def family(self, language: str) -> str:
        """Return a family name, not necessarily a new one."""
        choice = self._random.choice
        if language == "es":
            return f"{choice(_SPANISH_FAMILY)} {choice(_SPANISH_FAMILY)}"
        if language in _OTHER_FAMILIES:
            return choice(_OTHER_FAMILIES[language][1])
        family = choice(_FRONTS) + choice(_BACKS)
        if self._random.random() < 0.03:
            family += f"-{choice(_FRONTS)}{choice(_BACKS)}"
        return family
