"""What is said of rows, in Spanish and Portuguese, by its English pattern; the English stands where it is said."""

from collections.abc import Mapping

TRANSLATIONS: Mapping[str, Mapping[str, str]] = {
    # Places
    "row {row}": {"es": "fila {row}", "pt": "linha {row}"},
    # What a preview says of a row that does not go
    "it was accepted before": {"es": "ya fue aceptada", "pt": "já foi aceita"},
    "--send-duplicates sends it, if its cells were changed since.": {
        "es": "--send-duplicates la envía, si sus celdas se cambiaron desde entonces.",
        "pt": "--send-duplicates a envia, se as células dela foram mudadas desde então.",
    },
    "it was skipped before": {"es": "ya se había omitido", "pt": "já tinha sido omitida"},
    "--send-duplicates sends it.": {"es": "--send-duplicates la envía.", "pt": "--send-duplicates a envia."},
    "its outcome is unknown": {"es": "no se sabe qué pasó con ella", "pt": "não se sabe o que aconteceu com ela"},
    "Look it up; --resend-unknown sends it.": {
        "es": "Búsquela; --resend-unknown la envía.",
        "pt": "Procure-a; --resend-unknown a envia.",
    },
    # The result workbook
    "Changed since, and not sent: {changes}. --send-duplicates sends it so.": {
        "es": "Se cambió después, y no se envió: {changes}. --send-duplicates la envía así.",
        "pt": "Mudou depois, e não foi enviado: {changes}. --send-duplicates a envia assim.",
    },
    "Changed since, and not sent: {changes}. --resend-unknown sends it so.": {
        "es": "Se cambió después, y no se envió: {changes}. --resend-unknown la envía así.",
        "pt": "Mudou depois, e não foi enviado: {changes}. --resend-unknown a envia assim.",
    },
    "All times are those of the computer that wrote this workbook, UTC{zone}.": {
        "es": "Todas las horas son las del computador que escribió este libro, UTC{zone}.",
        "pt": "Todos os horários são do computador que gravou esta pasta de trabalho, UTC{zone}.",
    },
    "The API said yes to this row. Accepted is not delivered.": {
        "es": "La API dijo que sí a esta fila. Aceptada no significa entregada.",
        "pt": "A API disse sim a esta linha. Aceita não significa entregue.",
    },
    "The API said no to this row. Sent again unchanged, it would fail again.": {
        "es": "La API dijo que no a esta fila. Enviada de nuevo sin cambios, fallaría otra vez.",
        "pt": "A API disse não a esta linha. Enviada de novo sem mudanças, falharia outra vez.",
    },
    "It was sent, or may have been, and no usable answer came back. Look it up before sending again.": {
        "es": "Se envió, o pudo haberse enviado, y no llegó una respuesta útil. Búsquela antes de enviarla de nuevo.",
        "pt": "Foi enviada, ou pode ter sido, e não veio resposta útil. Procure-a antes de enviar de novo.",
    },
    "It did not pass the checks and was not sent.": {
        "es": "No pasó las comprobaciones y no se envió.",
        "pt": "Não passou nas verificações e não foi enviada.",
    },
    "Not sent, because the same request was accepted earlier or stands earlier in this list.": {
        "es": "No se envió, porque la misma solicitud ya fue aceptada o está antes en esta lista.",
        "pt": "Não foi enviada, porque a mesma solicitação já foi aceita ou está antes nesta lista.",
    },
    "The run ended before its turn, or the answer stopped the run and says nothing about this row.": {
        "es": "El envío terminó antes de su turno, o la respuesta detuvo el envío y no dice nada de esta fila.",
        "pt": "O envio terminou antes da vez dela, ou a resposta parou o envio e não diz nada sobre esta linha.",
    },
    "To mend rows: correct their cells in the sheet Results, save this workbook, and send it: uploader send {name}. "
    "Rows that were accepted are not sent again.": {
        "es": "Para corregir filas: corrija sus celdas en la hoja Results, guarde este libro y envíelo: "
        "uploader send {name}. Las filas aceptadas no se envían de nuevo.",
        "pt": "Para corrigir linhas: corrija as células na planilha Results, salve esta pasta de "
        "trabalho e envie-a: uploader send {name}. As linhas aceitas não são enviadas de novo.",
    },
    "Whether the rows are as they were written, this tells: uploader verify {name}": {
        "es": "Si las filas están como se escribieron, lo dice: uploader verify {name}",
        "pt": "Se as linhas estão como foram gravadas, isto diz: uploader verify {name}",
    },
    "Practice: everything went to a practice server, and nothing to the API.": {
        "es": "Práctica: todo fue a un servidor de práctica, y nada a la API.",
        "pt": "Prática: tudo foi para um servidor de prática, e nada para a API.",
    },
    "List": {
        "es": "Lista",
        "pt": "Lista",
    },
    "List SHA-256": {
        "es": "SHA-256 de la lista",
        "pt": "SHA-256 da lista",
    },
    "Sheet": {
        "es": "Hoja",
        "pt": "Planilha",
    },
    "Rows": {
        "es": "Filas",
        "pt": "Linhas",
    },
    "Template": {
        "es": "Plantilla",
        "pt": "Modelo",
    },
    "Template SHA-256": {
        "es": "SHA-256 de la plantilla",
        "pt": "SHA-256 do modelo",
    },
    "Sent to": {
        "es": "Enviado a",
        "pt": "Enviado para",
    },
    "Setting {name}": {
        "es": "Ajuste {name}",
        "pt": "Configuração {name}",
    },
    "Sent by": {
        "es": "Enviado por",
        "pt": "Enviado por",
    },
    "On computer": {
        "es": "En el computador",
        "pt": "No computador",
    },
    "Written by uploader": {
        "es": "Escrito por uploader",
        "pt": "Gravado por uploader",
    },
    "Started": {
        "es": "Inicio",
        "pt": "Início",
    },
    "Ended": {
        "es": "Fin",
        "pt": "Fim",
    },
    "Stopped early": {
        "es": "Se detuvo antes de terminar",
        "pt": "Parou antes de terminar",
    },
    "Requests": {
        "es": "Solicitudes",
        "pt": "Solicitações",
    },
    "Rate": {
        "es": "Ritmo",
        "pt": "Ritmo",
    },
    "{rate} requests a minute": {
        "es": "{rate} solicitudes por minuto",
        "pt": "{rate} solicitações por minuto",
    },
    "Redacted columns": {
        "es": "Columnas ocultadas",
        "pt": "Colunas ocultadas",
    },
    "Digest of the rows": {
        "es": "Huella de las filas",
        "pt": "Impressão digital das linhas",
    },
    "Job": {
        "es": "Trabajo",
        "pt": "Trabalho",
    },
    "no": {
        "es": "no",
        "pt": "não",
    },
    "not yet, or the program was killed": {
        "es": "todavía no, o el programa se interrumpió",
        "pt": "ainda não, ou o programa foi interrompido",
    },
    "The rows stand in the sheets": {
        "es": "Las filas están en las hojas",
        "pt": "As linhas estão nas planilhas",
    },
    "Run": {
        "es": "Envío",
        "pt": "Envio",
    },
    "Job {job}, to {where}, by {user} on {machine}, uploader {version}": {
        "es": "Trabajo {job}, a {where}, por {user} en {machine}, uploader {version}",
        "pt": "Trabalho {job}, para {where}, por {user} em {machine}, uploader {version}",
    },
    "Job {job}, sent elsewhere by {user} on {machine}, as {name} tells it": {
        "es": "Trabajo {job}, enviado desde otro lugar por {user} en {machine}, según {name}",
        "pt": "Trabalho {job}, enviado de outro lugar por {user} em {machine}, segundo {name}",
    },
    "Rows by status": {
        "es": "Filas por estado",
        "pt": "Linhas por status",
    },
    "How to read it": {
        "es": "Cómo leerlo",
        "pt": "Como ler",
    },
    "… other answers": {
        "es": "… otras respuestas",
        "pt": "… outras respostas",
    },
    # A workbook of ours, mended
    "what stands in the column Row is no number of a row": {
        "es": "lo que hay en la columna Row no es un número de fila",
        "pt": "o que está na coluna Row não é um número de linha",
    },
    "Leave the cell empty if the row is new; else write the number that the row had.": {
        "es": "Deje la celda vacía si la fila es nueva; si no, escriba el número que tenía la fila.",
        "pt": "Deixe a célula vazia se a linha for nova; se não, escreva o número que a linha tinha.",
    },
    "no row of the list has that number": {
        "es": "ninguna fila de la lista tiene ese número",
        "pt": "nenhuma linha da lista tem esse número",
    },
    "the row number is the same as in line {line}": {
        "es": "el número de fila es el mismo que en la línea {line}",
        "pt": "o número de linha é o mesmo que na linha {line} da planilha",
    },
    "Leave the cell empty if this row is new; else delete the row that is not meant.": {
        "es": "Deje la celda vacía si esta fila es nueva; si no, elimine la fila que sobra.",
        "pt": "Deixe a célula vazia se esta linha for nova; se não, exclua a linha que sobra.",
    },
    "the text was cut, because it is too long for a cell, and the whole is not known here": {
        "es": "el texto se cortó porque es demasiado largo para una celda, y aquí no se conoce completo",
        "pt": "o texto foi cortado porque é longo demais para uma célula, e aqui não se conhece o texto completo",
    },
    "Write the whole text, or send the workbook from the computer that sent the list.": {
        "es": "Escriba el texto completo, o envíe el libro desde el computador que envió la lista.",
        "pt": "Escreva o texto completo, ou envie a pasta de trabalho a partir do computador que enviou a lista.",
    },
    "the value was left out of the workbook (--redact), and it is not known here": {
        "es": "el valor se omitió en el libro (--redact), y aquí no se conoce",
        "pt": "o valor foi omitido na pasta de trabalho (--redact), e aqui não é conhecido",
    },
    "Write the value, or send the workbook from the computer that sent the list.": {
        "es": "Escriba el valor, o envíe el libro desde el computador que envió la lista.",
        "pt": "Escreva o valor, ou envie a pasta de trabalho a partir do computador que enviou a lista.",
    },
    # What a template says of its columns
    "{field} is empty": {"es": "{field} está vacío", "pt": "{field} está vazio"},
    "Fill in the cell.": {"es": "Complete la celda.", "pt": "Preencha a célula."},
    "{field} is no date": {"es": "{field} no es una fecha", "pt": "{field} não é uma data"},
    "Write it as YYYY-MM-DD; it goes out as {format}.": {
        "es": "Escríbala como AAAA-MM-DD; se envía como {format}.",
        "pt": "Escreva-a como AAAA-MM-DD; ela é enviada como {format}.",
    },
    "{field} is longer than {most} characters": {
        "es": "{field} tiene más de {most} caracteres",
        "pt": "{field} tem mais de {most} caracteres",
    },
    "Shorten the text.": {"es": "Acorte el texto.", "pt": "Encurte o texto."},
    "{field} is none of the values that are allowed": {
        "es": "{field} no es ninguno de los valores permitidos",
        "pt": "{field} não é nenhum dos valores permitidos",
    },
    "Write one of: {allowed}.": {
        "es": "Escriba uno de estos: {allowed}.",
        "pt": "Escreva um destes: {allowed}.",
    },
    "{field} has letters or line breaks that can't be sent in its place": {
        "es": "{field} tiene letras o saltos de línea que no se pueden enviar en ese lugar",
        "pt": "{field} tem letras ou quebras de linha que não podem ser enviadas nesse lugar",
    },
    "Use plain letters without accents, on one line.": {
        "es": "Use letras simples, sin tildes, en una sola línea.",
        "pt": "Use letras simples, sem acentos, em uma única linha.",
    },
    "{field} has lost its {what}, as Excel does to numbers": {
        "es": "{field} perdió {what}, como hace Excel con los números",
        "pt": "{field} perdeu {what}, como o Excel faz com números",
    },
    "plus": {"es": "el signo más", "pt": "o sinal de mais"},
    "leading zero": {"es": "el cero inicial", "pt": "o zero à esquerda"},
    "leading zeros": {"es": "los ceros iniciales", "pt": "os zeros à esquerda"},
    "Format the column as Text, and write {front} in front. {how}": {
        "es": "Dé formato de texto a la columna y escriba {front} delante. {how}",
        "pt": "Formate a coluna como texto e escreva {front} na frente. {how}",
    },
    "{field} is not written as it should be": {
        "es": "{field} no está escrito como debería",
        "pt": "{field} não está escrito como deveria",
    },
    "For example: {example}.": {"es": "Por ejemplo: {example}.", "pt": "Por exemplo: {example}."},
    "{meaning} For example: {example}.": {
        "es": "{meaning} Por ejemplo: {example}.",
        "pt": "{meaning} Por exemplo: {example}.",
    },
    "It must match {pattern}": {"es": "Debe coincidir con {pattern}", "pt": "Deve corresponder a {pattern}"},
    "this is the example row of the blank list": {
        "es": "esta es la fila de ejemplo de la lista en blanco",
        "pt": "esta é a linha de exemplo da lista em branco",
    },
    "Delete it, or write your own row over it.": {
        "es": "Elimínela o escriba su propia fila en su lugar.",
        "pt": "Exclua-a ou escreva sua própria linha no lugar dela.",
    },
    # What spreadsheets and exports do to texts
    "the cell shows the error {shown}": {
        "es": "la celda muestra el error {shown}",
        "pt": "a célula mostra o erro {shown}",
    },
    "Mend its formula, or write the value.": {
        "es": "Corrija su fórmula o escriba el valor.",
        "pt": "Corrija a fórmula ou escreva o valor.",
    },
    "the cell holds only {shown}, as a sheet shows a number in a column that is too narrow": {
        "es": "la celda solo contiene {shown}, como se ve un número en una columna demasiado angosta",
        "pt": "a célula contém apenas {shown}, como aparece um número em uma coluna estreita demais",
    },
    "Widen the column where the list was exported from, and export it again.": {
        "es": "Ensanche la columna en el archivo de origen y exporte la lista de nuevo.",
        "pt": "Alargue a coluna no arquivo de origem e exporte a lista novamente.",
    },
    "the number was shortened by Excel, and its last digits are lost": {
        "es": "Excel abrevió el número y se perdieron sus últimos dígitos",
        "pt": "o Excel abreviou o número e seus últimos dígitos se perderam",
    },
    "Fetch it again from where it came, and format the column as Text before you paste it.": {
        "es": "Tráigalo de nuevo de su origen y dé formato de texto a la columna antes de pegarlo.",
        "pt": "Busque-o novamente na origem e formate a coluna como texto antes de colá-lo.",
    },
    "the number has more than 15 digits and ends in zeros, as where Excel has made zeros of the others": {
        "es": "el número tiene más de 15 dígitos y termina en ceros, como cuando Excel convierte en ceros los demás",
        "pt": "o número tem mais de 15 dígitos e termina em zeros, como quando o Excel transforma os demais em zeros",
    },
    "Compare it with where it came from; format the column as Text before you paste it.": {
        "es": "Compárelo con su origen; dé formato de texto a la columna antes de pegarlo.",
        "pt": "Compare-o com a origem; formate a coluna como texto antes de colá-lo.",
    },
    "the text may be one that Excel has taken for a date": {
        "es": "puede que Excel haya tomado este texto por una fecha",
        "pt": "o Excel pode ter tomado este texto por uma data",
    },
    "If it is no date, format the column as Text, and write the cell again.": {
        "es": "Si no es una fecha, dé formato de texto a la columna y escriba la celda de nuevo.",
        "pt": "Se não for uma data, formate a coluna como texto e escreva a célula novamente.",
    },
    "the text begins with an apostrophe, which is sent too": {
        "es": "el texto empieza con un apóstrofo, que también se envía",
        "pt": "o texto começa com um apóstrofo, que também é enviado",
    },
    "Excel's own apostrophe for text never stands in the cell: delete this one.": {
        "es": "El apóstrofo con que Excel marca los textos nunca queda dentro de la celda: elimine este.",
        "pt": "O apóstrofo com que o Excel marca textos nunca fica dentro da célula: exclua este.",
    },
    "some letters were spoiled before the list came here (� or Ã©)": {
        "es": "algunas letras se dañaron antes de que la lista llegara aquí (� o Ã©)",
        "pt": "algumas letras foram corrompidas antes de a lista chegar aqui (� ou Ã©)",
    },
    "They go out as they stand. Export the list again, as UTF-8 or as XLSX.": {
        "es": "Se envían tal como están. Exporte la lista de nuevo, como UTF-8 o como XLSX.",
        "pt": "São enviadas como estão. Exporte a lista novamente, como UTF-8 ou como XLSX.",
    },
    "the text holds a control character, which is sent too": {
        "es": "el texto contiene un carácter de control, que también se envía",
        "pt": "o texto contém um caractere de controle, que também é enviado",
    },
    "Write the cell again.": {"es": "Escriba la celda de nuevo.", "pt": "Escreva a célula novamente."},
    "the text has blanks around it, which are not sent": {
        "es": "el texto tiene espacios al principio o al final, que no se envían",
        "pt": "o texto tem espaços no início ou no fim, que não são enviados",
    },
    "Nothing needs to be done, if they have no meaning.": {
        "es": "Si no tienen significado, no hay que hacer nada.",
        "pt": "Se não tiverem significado, nada precisa ser feito.",
    },
    "the text holds signs that nobody sees (no-break blanks, or signs of no width), which are sent too": {
        "es": "el texto contiene signos que no se ven (espacios de no separación o signos sin ancho), que también se "
        "envían",
        "pt": "o texto contém sinais que não se veem (espaços inseparáveis ou sinais sem largura), que também são "
        "enviados",
    },
    "Write the cell again, if the API should not get them.": {
        "es": "Escriba la celda de nuevo si la API no debe recibirlos.",
        "pt": "Escreva a célula novamente caso a API não deva recebê-los.",
    },
    # What is seen of a row while the list is read
    "the cell has a formula whose result is not stored in the file": {
        "es": "la celda tiene una fórmula cuyo resultado no está guardado en el archivo",
        "pt": "a célula tem uma fórmula cujo resultado não está salvo no arquivo",
    },
    "Open the list in Excel, save it, and send it again.": {
        "es": "Abra la lista en Excel, guárdela y envíela de nuevo.",
        "pt": "Abra a lista no Excel, salve-a e envie-a novamente.",
    },
    "the row has more cells than the header": {
        "es": "la fila tiene más celdas que el encabezado",
        "pt": "a linha tem mais células que o cabeçalho",
    },
    "Put quotes around a text that holds the delimiter, or give the column a name.": {
        "es": "Ponga entre comillas el texto que contiene el delimitador, o dé un nombre a la columna.",
        "pt": "Coloque entre aspas o texto que contém o delimitador ou dê um nome à coluna.",
    },
    "the row has more delimiters at its end than the header": {
        "es": "la fila tiene al final más delimitadores que el encabezado",
        "pt": "a linha tem no fim mais delimitadores que o cabeçalho",
    },
    "Look whether the last one belongs to the text; put quotes around the text if it does.": {
        "es": "Revise si el último forma parte del texto; si es así, ponga el texto entre comillas.",
        "pt": "Verifique se o último faz parte do texto; se fizer, coloque o texto entre aspas.",
    },
    "the row has fewer cells than the header": {
        "es": "la fila tiene menos celdas que el encabezado",
        "pt": "a linha tem menos células que o cabeçalho",
    },
    "The missing ones are taken as empty, because Excel leaves them out; look whether the row was cut off.": {
        "es": "Las que faltan se toman como vacías, porque Excel las omite; revise si la fila quedó cortada.",
        "pt": "As que faltam são tratadas como vazias, porque o Excel as omite; verifique se a linha foi cortada.",
    },
    "the number has more than 15 digits, and Excel has made zeros of the others": {
        "es": "el número tiene más de 15 dígitos y Excel convirtió en ceros los demás",
        "pt": "o número tem mais de 15 dígitos e o Excel transformou os demais em zeros",
    },
    "Format the column as Text, and write the number again.": {
        "es": "Dé formato de texto a la columna y escriba el número de nuevo.",
        "pt": "Formate a coluna como texto e escreva o número novamente.",
    },
    "Excel has made a date of this cell; it goes out as YYYY-MM-DD": {
        "es": "Excel convirtió esta celda en una fecha; se envía como AAAA-MM-DD",
        "pt": "o Excel transformou esta célula em uma data; ela é enviada como AAAA-MM-DD",
    },
    "If it is none, format the column as Text, and write the cell again.": {
        "es": "Si no lo es, dé formato de texto a la columna y escriba la celda de nuevo.",
        "pt": "Se não for uma data, formate a coluna como texto e escreva a célula novamente.",
    },
    "the cell is merged with the one before it, and its value counts for that one alone": {
        "es": "la celda está combinada con la anterior y su valor cuenta solo para esa",
        "pt": "a célula está mesclada com a anterior e seu valor conta apenas para aquela",
    },
    "Unmerge the cells, and write the value into each.": {
        "es": "Separe las celdas y escriba el valor en cada una.",
        "pt": "Desfaça a mesclagem e escreva o valor em cada célula.",
    },
    "the row is the header once more": {
        "es": "la fila es otra vez el encabezado",
        "pt": "a linha é outra vez o cabeçalho",
    },
    "Delete the row; look whether another table begins there.": {
        "es": "Elimine la fila; revise si allí empieza otra tabla.",
        "pt": "Exclua a linha; verifique se ali começa outra tabela.",
    },
    "the row looks like a total, not like a record": {
        "es": "la fila parece un total, no un registro",
        "pt": "a linha parece um total, não um registro",
    },
    "Delete the row if it is one.": {"es": "Elimine la fila si lo es.", "pt": "Exclua a linha se for esse o caso."},
    "after blank rows something else stands here, perhaps another table": {
        "es": "después de filas vacías hay aquí otra cosa, quizá otra tabla",
        "pt": "depois de linhas vazias há aqui outra coisa, talvez outra tabela",
    },
    "If the row is no part of this list, move it to a file of its own.": {
        "es": "Si la fila no forma parte de esta lista, pásela a un archivo aparte.",
        "pt": "Se a linha não faz parte desta lista, mova-a para um arquivo separado.",
    },
    "the row looks like a note below the table, not like a record": {
        "es": "la fila parece una nota debajo de la tabla, no un registro",
        "pt": "a linha parece uma nota abaixo da tabela, não um registro",
    },
    # What the API says of ids beforehand
    "{column} {id} is not among the API's {title}": {
        "es": "{column} {id} no existe en la API ({title})",
        "pt": "{column} {id} não existe na API ({title})",
    },
    "Correct it.": {"es": "Corríjalo.", "pt": "Corrija-o."},
    "{column} {id} is switched off in the API's {title}": {
        "es": "{column} {id} está desactivado en la API ({title})",
        "pt": "{column} {id} está desativado na API ({title})",
    },
    "Its rows are sent all the same; the API may refuse them.": {
        "es": "Sus filas se envían de todos modos; la API puede rechazarlas.",
        "pt": "Suas linhas são enviadas mesmo assim; a API pode recusá-las.",
    },
    # Rows whose request is known
    "the same request stands in an earlier row": {
        "es": "la misma solicitud está en una fila anterior",
        "pt": "a mesma solicitação está em uma linha anterior",
    },
    "It is sent once, and this row is skipped.": {
        "es": "Se envía una sola vez y esta fila se omite.",
        "pt": "É enviada uma única vez e esta linha é ignorada.",
    },
    "the same request was accepted before ({list}, {day}, job {job})": {
        "es": "la misma solicitud ya fue aceptada ({list}, {day}, trabajo {job})",
        "pt": "a mesma solicitação já foi aceita ({list}, {day}, trabalho {job})",
    },
    "The row is skipped; --send-duplicates sends it again.": {
        "es": "La fila se omite; --send-duplicates la envía de nuevo.",
        "pt": "A linha é ignorada; --send-duplicates a envia novamente.",
    },
    "the same request was sent before without a usable answer ({list}, {day}, job {job})": {
        "es": "la misma solicitud ya se envió sin respuesta útil ({list}, {day}, trabajo {job})",
        "pt": "a mesma solicitação já foi enviada sem resposta utilizável ({list}, {day}, trabalho {job})",
    },
    "The row is left alone: look it up in the API's own system; --resend-unknown sends it again.": {
        "es": "La fila no se toca: búsquela en el sistema de la API; --resend-unknown la envía de nuevo.",
        "pt": "A linha não é tocada: procure-a no sistema da API; --resend-unknown a envia novamente.",
    },
}
