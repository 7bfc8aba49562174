"""What spreadsheets show where they have no result, in the languages of Excel, LibreOffice and Google Sheets.

Errors are known word by word, never by their looks: people write `#12`, `#urgente` and `#VIP!` themselves.
"""

import re
import unicodedata

_MARKED = """
    NULL! DIV/0! VALUE! REF! NAME? NUM! SPILL! CALC! FIELD! BLOCKED! CONNECT! UNKNOWN! EXTERNAL! BUSY! PYTHON! TIMEOUT!
    ERROR! CYCLE! TYPE! FUNC! SIZE!
    NULO! VALOR! NOMBRE? N¡NUM! DESBORDAMIENTO! CAMPO! BLOQUEADO! CONECTAR! DESCONOCIDO! OCUPADO! EXTERNO!
    NOME? NÚM! DESPEJAR! EXCEDE! DESCONHECIDO! ERRO!
    NUL! VALEUR! NOM? NOMBRE! PROPAGATION! CHAMP! BLOQUÉ! CONNEXION! INCONNU! OCCUPÉ! ERREUR!
    WERT! BEZUG! ZAHL! ÜBERLAUF! KALK! FELD! BLOCKIERT! VERBINDEN! UNBEKANNT! FEHLER!
    NULLO! VALORE! RIF! ESPANSIONE! BLOCCATO! SCONOSCIUTO! ERRORE!
    LEEG! DEEL/0! DELING.DOOR.0! WAARDE! VERW! NAAM? GETAL! OVERLOOP! OVERLOPEN! BEREKENEN! FOUT!
    SAKNAS! VÄRDEFEL! REFERENS! OGILTIGT! NAMN? DIVISION/0! SKÄRNING! VERDI! NAVN? VÆRDI! REFERENCE!
    PUUTTUU! TYHJÄ! JAKO/0! ARVO! VIITTAUS! LUKU! NIMI?
    N/A! N/D! ARG! ADR! LICZBA! NAZWA? DZIEL/0! ZERO! PUSTE! ROZLANIE!
    HODNOTA! ODKAZ! ČÍSLO! NÁZEV? DĚLENÍ_NULOU! NÁZOV? DELENIENULOU! DELENIE_NULOU! NEPLATNÝ!
    ÉRTÉK! HIV! SZÁM! NÉV? ZÉRÓOSZTÓ! NULLA! KIBONTÁS!
    VALOARE! NUME? VRIJEDNOST! BROJ! DIJ/0! NAZIV? VREDN! ŠTEV! DEL/0! IME? SKLIC! NIČ!
    BOŞ! SAYI/0! DEĞER! BAŞV! SAYI! AD? TAŞMA!
    ПУСТО! ДЕЛ/0! ЗНАЧ! ССЫЛКА! ИМЯ? ЧИСЛО! ПЕРЕНОС! ВЫЧИСЛ! ΤΙΜΗ! ΑΡΙΘ! ΔΙΑΙΡ/0! ΔΙΑΙΡ./0! ΟΝΟΜΑ? ΑΝΑΦ! ΚΕΝΟ!
"""
"""Those that end in a mark; Spanish puts its opening mark before the word."""
_UNMARKED = """
    N/A N/D N/B N/V NV I/T Н/Д Δ/Υ YOK SAKNAS PUUTTUU HIÁNYZIK NENÍ_K_DISPOZICI NEDOSTUPNÝ NEDOSTUPNÉ FMT
    GETTING_DATA OBTENIENDO_DATOS OBTENDO_DADOS A_OBTER_DADOS OBTENTION_DONNEES CHARGEMENT_DONNEES DATEN_ABRUFEN
    RECUPERO_DATI ESTRAZIONE_DATI_IN_CORSO GEGEVENS_OPHALEN GEGEVENS.OPHALEN POBIERANIE_DANYCH ZÍSKÁVÁNÍ_DAT
    HÄMTAR_DATA HENTER_DATA NOUDETAAN_TIETOJA ADATOK_BEKÉRÉSE VERİ_ALINIYOR ПОЛУЧЕНИЕ_ДАННЫХ ОЖИДАНИЕ_ДАННЫХ
    ERROR DELETED UNPARSEABLE
"""
_WORDS = frozenset(f"#{word}" for words in (_MARKED, _UNMARKED) for word in words.split())
_OPENING_MARK = re.compile("#[¡¿]")
_TOO_NARROW = re.compile("#{3,}")
NUMBERED = (
    "(?:Err(?:or|o|eur|ore)?|Fehler|Fout|Fel|Feil|Fejl|Virhe|Błąd|Chyba|Hiba|Hata|Ошибка|Ош|Σφάλμα) ?:5[0-4][0-9]"
)
"""LibreOffice gives most errors a number, `Err:508`: a pattern, in whatever case."""
IN_EACH_NUMBERED = ":5"
_NUMBERED = re.compile(NUMBERED, re.IGNORECASE)


def code_of(text: str) -> str | None:
    """The code of the problem with a cell that says only this, without spaces around it; None for other texts."""
    if text.startswith("#"):
        if _TOO_NARROW.fullmatch(text):
            return "column_too_narrow"
        word = _OPENING_MARK.sub("#", unicodedata.normalize("NFC", text).upper())
        return "error_cell" if word in _WORDS else None
    return "error_cell" if _NUMBERED.fullmatch(text) else None
