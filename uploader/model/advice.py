"""What a person is advised to do about a row, in each language that we have; the API's own words stand elsewhere."""

from datetime import datetime

from uploader.model.resend import PriorRequest
from uploader.model.rows import Status
from uploader.templates.profile import Localized

_ADVICE: dict[str, Localized] = {
    "accepted": {"en": "", "es": "", "pt": ""},
    "rejected": {
        "en": "The API refused this row; its message says why. Correct the row and send it again.",
        "es": "La API rechazó esta fila; su mensaje indica por qué. Corrija la fila y envíela de nuevo.",
        "pt": "A API recusou esta linha; a mensagem dela diz o motivo. Corrija a linha e envie-a novamente.",
    },
    "unreadable": {
        "en": "The API answered, but not in a form that says yes or no, so the row may have arrived. "
        "Look it up in the API's own system before you send it again.",
        "es": "La API respondió, pero no de una forma que diga sí o no; la fila puede haber llegado. "
        "Búsquela en el sistema de la API antes de enviarla de nuevo.",
        "pt": "A API respondeu, mas não de uma forma que diga sim ou não; a linha pode ter chegado. "
        "Procure-a no sistema da API antes de enviá-la novamente.",
    },
    "contradictory": {
        "en": "The API's answer contradicts itself, so the row may have arrived. "
        "Look it up in the API's own system before you send it again.",
        "es": "La respuesta de la API se contradice; la fila puede haber llegado. "
        "Búsquela en el sistema de la API antes de enviarla de nuevo.",
        "pt": "A resposta da API se contradiz; a linha pode ter chegado. "
        "Procure-a no sistema da API antes de enviá-la novamente.",
    },
    "server error": {
        "en": "The API had a fault of its own while it worked on this row, so the row may have arrived. "
        "Look it up in the API's own system before you send it again.",
        "es": "La API tuvo un fallo propio al procesar esta fila; la fila puede haber llegado. "
        "Búsquela en el sistema de la API antes de enviarla de nuevo.",
        "pt": "A API teve uma falha própria ao processar esta linha; a linha pode ter chegado. "
        "Procure-a no sistema da API antes de enviá-la novamente.",
    },
    "slow down": {
        "en": "The API asked us to slow down and did not take this row. Send it again later.",
        "es": "La API pidió ir más despacio y no recibió esta fila. Envíela de nuevo más tarde.",
        "pt": "A API pediu para ir mais devagar e não recebeu esta linha. Envie-a novamente mais tarde.",
    },
    "redirect": {
        "en": "The API points to another address, which is not followed. "
        "Check the address in the template or --base-url.",
        "es": "La API remite a otra dirección, que no se sigue. Revise la dirección en la plantilla o en --base-url.",
        "pt": "A API aponta para outro endereço, que não é seguido. Verifique o endereço no modelo ou em --base-url.",
    },
    "wrong place": {
        "en": "What answered is not the API, or it doesn't let us in. "
        "Check the server, the token and the address in the template.",
        "es": "Lo que respondió no es la API, o no nos deja entrar. "
        "Revise el servidor, el token y la dirección en la plantilla.",
        "pt": "O que respondeu não é a API, ou ela não nos deixa entrar. "
        "Verifique o servidor, o token e o endereço no modelo.",
    },
    "may have arrived": {
        "en": "No usable answer came, so the row may have arrived. "
        "Look it up in the API's own system before you send it again.",
        "es": "No llegó una respuesta útil; la fila puede haber llegado. "
        "Búsquela en el sistema de la API antes de enviarla de nuevo.",
        "pt": "Não chegou nenhuma resposta utilizável; a linha pode ter chegado. "
        "Procure-a no sistema da API antes de enviá-la novamente.",
    },
    "under way": {
        "en": "The request left and no answer was recorded, so the row may have arrived. "
        "Look it up in the API's own system before you send it again.",
        "es": "La solicitud salió y no se registró respuesta; la fila puede haber llegado. "
        "Búsquela en el sistema de la API antes de enviarla de nuevo.",
        "pt": "A solicitação saiu e nenhuma resposta foi registrada; a linha pode ter chegado. "
        "Procure-a no sistema da API antes de enviá-la novamente.",
    },
    "not its turn": {
        "en": "The run ended before this row's turn. It was not sent.",
        "es": "El envío terminó antes del turno de esta fila. No se envió.",
        "pt": "O envio terminou antes da vez desta linha. Ela não foi enviada.",
    },
    "out of reach": {
        "en": "The API could not be reached, and this row did not arrive there. Send it again later.",
        "es": "No se pudo contactar a la API y esta fila no llegó. Envíela de nuevo más tarde.",
        "pt": "Não foi possível contatar a API e esta linha não chegou. Envie-a novamente mais tarde.",
    },
    "can't be sent": {
        "en": "This row can't be written as a request: a value is too long, or has signs that don't belong "
        "in an address. Correct the row and send it again.",
        "es": "Esta fila no puede escribirse como solicitud: un valor es demasiado largo o tiene signos que no caben "
        "en una dirección. Corrija la fila y envíela de nuevo.",
        "pt": "Esta linha não pode ser escrita como solicitação: um valor é longo demais ou tem sinais que não cabem "
        "em um endereço. Corrija a linha e envie-a novamente.",
    },
    "accepted before": {
        "en": "The same request was accepted before: {when}, {list}, row {row} (job {job}). It was not sent again; "
        "--send-duplicates sends it.",
        "es": "La misma solicitud ya fue aceptada: {when}, {list}, fila {row} (trabajo {job}). No se envió de nuevo; "
        "--send-duplicates la envía.",
        "pt": "A mesma solicitação já foi aceita: {when}, {list}, linha {row} (trabalho {job}). Ela não foi enviada "
        "novamente; --send-duplicates a envia.",
    },
    "stands earlier": {
        "en": "Row {row} of this list is the same request, and it is sent once. --send-duplicates sends this one too.",
        "es": "La fila {row} de esta lista es la misma solicitud y se envía una vez. "
        "--send-duplicates envía también esta.",
        "pt": "A linha {row} desta lista é a mesma solicitação e é enviada uma única vez. "
        "--send-duplicates envia também esta.",
    },
    "unknown before": {
        "en": "The same request was sent before, and no usable answer came: {when}, {list}, row {row} (job {job}). It "
        "may have arrived, so it was not sent again. Look it up in the API's own system; --resend-unknown sends it.",
        "es": "La misma solicitud ya se envió sin respuesta útil: {when}, {list}, fila {row} (trabajo {job}). "
        "Puede haber llegado, así que no se envió de nuevo. Búsquela en el sistema de la API; --resend-unknown la "
        "envía.",
        "pt": "A mesma solicitação já foi enviada sem resposta utilizável: {when}, {list}, linha {row} (trabalho "
        "{job}). Ela pode ter chegado, por isso não foi enviada novamente. Procure-a no sistema da API; "
        "--resend-unknown a envia.",
    },
    "changed elsewhere": {
        "en": "The cells of this row were changed after it was sent; what was sent, the journal of the computer knows "
        "that sent it.",
        "es": "Las celdas de esta fila se cambiaron después de enviarla; lo que se envió lo sabe el registro del "
        "computador que la envió.",
        "pt": "As células desta linha foram mudadas depois do envio; o que foi enviado, sabe-o o registro do "
        "computador que a enviou.",
    },
    "changed by hand": {
        "en": "Somebody changed in the workbook what became of this row, so it is not known. Look it up in the API's "
        "own system before you send it again.",
        "es": "Alguien cambió en el libro lo que pasó con esta fila, así que no se sabe. Búsquela en el sistema de la "
        "API antes de enviarla de nuevo.",
        "pt": "Alguém mudou na pasta de trabalho o que aconteceu com esta linha, então não se sabe. Procure-a no "
        "sistema da API antes de enviá-la de novo.",
    },
    "told by workbook": {
        "en": "The workbook said that this row was sent before, and it was not sent again.",
        "es": "El libro indicaba que esta fila ya se había enviado, y no se envió de nuevo.",
        "pt": "A pasta de trabalho indicava que esta linha já tinha sido enviada, e ela não foi enviada de novo.",
    },
    "arrived": {
        "en": "{who} looked on {when}, and it had arrived.",
        "es": "{who} lo comprobó el {when}: había llegado.",
        "pt": "{who} verificou em {when}: a linha tinha chegado.",
    },
    "not arrived": {
        "en": "{who} looked on {when}, and it had not arrived. It waits to be sent.",
        "es": "{who} lo comprobó el {when}: no había llegado. Está pendiente de envío.",
        "pt": "{who} verificou em {when}: a linha não tinha chegado. Aguarda envio.",
    },
    "no such id": {
        "en": "The API has no {column} {id} ({title}). Correct it and send the row again.",
        "es": "La API no tiene {column} {id} ({title}). Corríjalo y envíe la fila de nuevo.",
        "pt": "A API não tem {column} {id} ({title}). Corrija-o e envie a linha novamente.",
    },
}


def of(key: str, language: str) -> str:
    """The advice of that name, in `language` or else in English."""
    return in_language(_ADVICE[key], language)


def under_way(language: str) -> str:
    """For a row whose request left and whose answer is not recorded (yet)."""
    return of("under way", language)


def not_its_turn(language: str) -> str:
    """For a row that the run has not come to (yet)."""
    return of("not its turn", language)


def earlier(earlier: PriorRequest, language: str) -> str:
    """For a row that is held back because the same request stands in the journal already."""
    key = {Status.ACCEPTED: "accepted before", Status.UNKNOWN: "unknown before"}.get(earlier.status, "stands earlier")
    when = f"{datetime.fromisoformat(earlier.at).astimezone():%Y-%m-%d %H:%M}" if earlier.at else ""
    facts = {"when": when, "list": earlier.list_name, "row": earlier.row, "job": earlier.job}
    return of(key, language).format(**facts)


def settled(*, arrived: bool, who: str, when: datetime, language: str) -> str:
    """For a row whose outcome was unknown until somebody looked."""
    return of("arrived" if arrived else "not arrived", language).format(who=who, when=f"{when:%Y-%m-%d %H:%M}")


def no_such_id(column: str, id_: str, title: str, language: str) -> str:
    """For a row whose id the API doesn't have."""
    return of("no such id", language).format(column=column, id=id_, title=title)


def in_language(texts: Localized, language: str) -> str:
    """The text in `language`, else in English, else nothing."""
    return next((words for code, words in texts.items() if code == language), texts.get("en", ""))
