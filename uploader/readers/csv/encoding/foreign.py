"""Whether words that make little sense in a Western encoding are Czech, Polish, Russian or Turkish in another one."""

from collections.abc import Collection, Iterator, Mapping

from uploader.readers.csv.encoding.sample import Place

_ALPHABETS: Mapping[str, tuple[str, ...]] = {
    "cp1250": ("áčďéěíňóřšťúůýž", "ąćęłńóśźż", "áéíóöőúüű", "ăâîşţ", "čćđšž", "áäčďéíĺľňóôŕšťúýž"),
    "iso8859_2": ("áčďéěíňóřšťúůýž", "ąćęłńóśźż", "ăâîşţ", "čćđšž"),
    "cp1254": ("çğıöşüâîİ",),
    "cp852": ("áčďéěíňóřšťúůýž", "ąćęłńóśźż", "áéíóöőúüű", "ăâîşţ", "čćđšž"),
    "cp1251": ("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",),
    "cp866": ("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",),
    "koi8_r": ("абвгдеёжзийклмнопрстуфхцчшщъыьэюя",),
    "cp1253": ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋ",),
}
"""The letters over 127 of the languages that are written in each: a word is of one language."""
_OF_WHOLE_WORDS = ("cp1251", "cp866", "koi8_r", "cp1253")
"""Where letters are not Latin ones: in a word all are."""
_SHORTEST = 3


def likeliest(places: Collection[Place]) -> tuple[str, Place] | None:
    """The encoding in which all these places are words of one language, and the place with most foreign letters."""
    for codec in _ALPHABETS:
        if places and _are_words(places, codec):
            best = max(places, key=lambda place: _foreign_letters(place, codec))
            if _foreign_letters(best, codec):
                return codec, best
    return None


def _are_words(places: Collection[Place], codec: str) -> bool:
    words = list(_decoded(places, codec))
    return len(words) == len(places) and any(
        all(_is_word(word, alphabet, is_whole=codec in _OF_WHOLE_WORDS) for word in words)
        for alphabet in _ALPHABETS[codec]
    )


def _decoded(places: Collection[Place], codec: str) -> Iterator[str]:
    for place in places:
        try:
            yield place.word.decode(codec)
        except UnicodeDecodeError:
            return


def _is_word(word: str, alphabet: str, *, is_whole: bool) -> bool:
    letters = {letter.lower() if letter != "İ" else letter for letter in word if letter > "\x7f"}
    has_case = word.islower() or word.isupper() or word.istitle()
    if len(word) < _SHORTEST or (is_whole and any(letter < "\x80" for letter in word)):
        return False
    return word.isalpha() and has_case and letters <= set(alphabet)


def _foreign_letters(place: Place, codec: str) -> int:
    return sum(letter > "\xff" for letter in place.word.decode(codec))
