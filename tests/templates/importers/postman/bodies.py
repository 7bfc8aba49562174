"""Bodies as people keep them in collections, each with the value that is meant; all of them are made up."""

import json
from typing import Any, NamedTuple


class Kept(NamedTuple):
    """A body in raw mode."""

    name: str
    raw: str
    meant: Any


def strict(name: str, raw: str) -> Kept:
    return Kept(name, raw, json.loads(raw.removeprefix("\ufeff"), strict=False))


RECORD = {"customer_name": "María", "customer_last_name": "Muñoz Ibáñez", "id_type": "CC", "customer_id": "1000000001", "age": "", "opt1": "", "opt12": "", "tel1": "93000000007", "email": "maria@example.com", "recall_date": "20261231080000"}  # fmt: skip
HTML = '<!DOCTYPE html>\n<html lang="es">\n\t<body><h2>Solicitud de Soporte Técnico</h2><p style="color:#333">¡Hola, señor!</p></body>\n</html>'

STRICT = (
    strict("one field", '{"agent_id":"12989"}'),
    strict("a record in a list", json.dumps([RECORD], ensure_ascii=False)),
    strict("two records in a list", json.dumps([RECORD, {**RECORD, "customer_id": "2"}], indent=4)),
    strict("list of texts", '["a", "b"]'),
    strict("list of one text", '{"telephones":["93000000007"],"type":"all"}'),
    strict("list of numbers", '{"ids":[1,2,3]}'),
    strict("list of lists", '{"rows":[["a",1],["b",2]]}'),
    strict("empty texts", '{"nit":"","telephone":"","customer_id":""}'),
    strict("empty list and table", '{"tags":[],"meta":{},"note":null}'),
    strict("nulls", '{"a":null,"b":{"c":null}}'),
    strict("booleans", '{"remember":true,"closed":false}'),
    strict("numbers", '{"i":7,"n":-3,"f":12.5,"zero":0,"small":0.001,"exp":1e3}'),
    strict("numbers as texts", '{"server":"0042","phone":"+573000000007","price":"5500","long":"12345678901234567890"}'),
    strict("long number", '{"id":12345678901234}'),
    strict("html", json.dumps({"from": "soporte@example.com", "body": HTML, "rp_id": "61196"})),
    strict("line breaks and tabs as they are", '{"message":"Hola,\nlínea dos\t(con tabulador)\r\nfin"}'),
    strict("accents", '{"subject":"Petición número ñandú","toname":"Ángel Villa"}'),
    strict("accents escaped", '{"subject":"Petici\\u00f3n","emoji":"\\ud83d\\ude00"}'),
    strict("emoji", '{"message":"Gracias 😀🇨🇴"}'),
    strict("quotes and backslashes", '{"path":"C:\\\\temp\\\\x","said":"\\"hola\\"","slash":"a\\/b"}'),
    strict("key with a space", '{"operation":"demo","fields":{"Tipo Cliente":"A","Tipo de cliente":"B"}}'),
    strict("key with a trailing space", '{"fields":{"Correo ":"a@example.com","Correo":"b@example.com"}}'),
    strict("key with dots", '{"fields":{"a.b":"1","a":{"b":"2"},"No.":"3"}}'),
    strict("key with accents", '{"fields":{"Dirección":"Calle 1","Ubicación geográfica":"4.6,-74.0"}}'),
    strict("key with hyphens", '{"wolkvox-id":"66f","case-type":"x"}'),
    strict("key with quotes", '{"a\\"b":"1","c\'d":"2"}'),
    strict("empty key", '{"":"x","a":{"":""}}'),
    strict("keys that differ in capitals", '{"Email":"a@example.com","email":"b@example.com","EMAIL":"c"}'),
    strict("keys of digits", '{"0":"a","1":{"0":"b"}}'),
    strict("keys of signs", '{"#":"a","$":"b","%":"c","/":"d","[x]":"e"}'),
    strict("typed fields", '{"operation":"x","module":"contacts","fields":{"Tel":{"type":"telephone","value":"300","country":"Colombia","code":"57"},"Dir":{"type":"address","value":"Cl. 145 # 12-60"}}}'),
    strict("table within", '{"fields":{"Favoritos":{"type":"table","value":[{"Ropa":"Camisetas"},{"Carnes":"Pescado"},{"Otras opciones":"Oro"}]}}}'),
    strict("many fields", '{"fields":[{"name":"a","Email":"x"},{"name":"b","Email":"y"}]}'),
    strict("list of objects", '{"url_params":[{"index":0,"text":"ventas"}],"template_vars":"var1;var2"}'),
    strict("name and value pairs", '{"form":[{"name":"Obs","value":"x"},{"name":"Saldo","value":"1000"}]}'),
    strict("deep", '{"a":{"b":{"c":{"d":{"e":[{"f":{"g":"x"}}]}}}}}'),
    strict("a text that is JSON", json.dumps({"columnValues": json.dumps({"email": {"email": "a@example.com", "text": "a"}})})),
    strict("outer spaces", '{"name":"  María  ","empty":"   "}'),
    strict("byte order mark", '\ufeff{"a":"b"}'),
    strict("odd white space", '\n\t {\r\n "a" :\t"b" }\n\n'),
    strict("a date", '{"last_type_date":"31-12-2026","completion_date":"2026-12-31 08:00:00","iso":"2026-12-31T08:00:00Z"}'),
    strict("an address", '{"url_attach":"https://example.com/a.png?x=1&y=2#z"}'),
    strict("percent and plus", '{"q":"100% + 5"}'),
    strict("braces in a text", '{"text":"{a} }} {{ {"}'),
    strict("toml's own signs", '{"a = b":"[c]","\'\'\'":"\\"\\"\\""}'),
    strict("control characters", '{"a":"\\u0001\\u001f\\u007f","nul":"\\u0000"}'),
    strict("same name twice deep", '{"name":"a","owner":{"name":"b"},"items":[{"name":"c"}]}'),
)  # fmt: skip

LOOSE = (
    Kept("comma after the last", '{"a":"1","b":"2",}', {"a": "1", "b": "2"}),
    Kept("comma after the last of a list", '[{"a":"1"},\n]', [{"a": "1"}]),
    Kept("comment of a line", '{"a":"1", // the first\n"b":"http://x//y" # why\n}', {"a": "1", "b": "http://x//y"}),
    Kept("comment within", '{/* all */"a":/* x */"1"}', {"a": "1"}),
    Kept("comment around", '// JSON\n{"a":1}\n// end', {"a": 1}),
    Kept("comma missing at a line's end", '{"a":"1"\n "b":"2"}', {"a": "1", "b": "2"}),
    Kept("comma missing within a line", '{"a":"1" "b":"2"}', {"a": "1", "b": "2"}),
    Kept("last quote missing", '{"a":"uno,\n "b":"2"}', {"a": "uno", "b": "2"}),
    Kept("first quote missing", '{"a":uno",\n "b":"2"}', {"a": "uno", "b": "2"}),
    Kept("value without quotes", '{"a": uno dos,\n "b": "2"}', {"a": "uno dos", "b": "2"}),
    Kept("placeholder of the docs", '{"profile": <<personal profile id>>,\n "b": <UUID>\n}', {"profile": "<<personal profile id>>", "b": "<UUID>"}),
    Kept("key without quotes", "{a: 1, b_c: 'dos'}", {"a": 1, "b_c": "dos"}),
    Kept("typographic quotes", "{“a”: “uno”, ‘b’: ‘dos’}", {"a": "uno", "b": "dos"}),
    Kept("quotes within", '{"body": "<p class="x">hola</p>", "b": "c"}', {"body": '<p class="x">hola</p>', "b": "c"}),
    Kept("no value", '{"a": , "b": }', {"a": None, "b": None}),
    Kept("bracket too many", '{"a": {"b": 1}}}', {"a": {"b": 1}}),
    Kept("bracket missing", '{"a": {"b": "c"}', {"a": {"b": "c"}}),
    Kept("ellipsis", '[{"a":"1"}, ...]', [{"a": "1"}]),
    Kept("leading zeros", '{"server": 0042, "phone": +57300}', {"server": "0042", "phone": "+57300"}),
    Kept("hard spaces", '{\u00a0"a":\u00a0"b"}', {"a": "b"}),
    Kept("broken both ways", '{"a":"línea uno\nlínea dos", // x\n"b":"c",}', {"a": "línea uno\nlínea dos", "b": "c"}),
    Kept("arrow", '{"a" => "b"}', {"a": "b"}),
)  # fmt: skip

VARIABLES = (
    Kept("variable in a text", '{"a":"{{name}}","b":"Hola {{ name }}!"}', {"a": "{{name}}", "b": "Hola {{name}}!"}),
    Kept("variable as a value", '{"id": {{id}}, "ok": {{flag}}}', {"id": "{{id}}", "ok": "{{flag}}"}),
    Kept("variable at the end", '{"id": {{id}}}', {"id": "{{id}}"}),
    Kept("variable in a list", "[{{id}}, {{id}}]", ["{{id}}", "{{id}}"]),
    Kept("variable with a space", '{"a":"{{my name}}"}', {"a": "{{my_name}}"}),
    Kept("made-up id", '{"a":"{{$guid}}","b":"{{$randomUUID}}"}', {"a": "{{$request_id}}", "b": "{{$request_id}}"}),
    Kept("made-up time", '{"a":{{$timestamp}}}', {"a": "{{timestamp}}"}),
)
ALL = (*STRICT, *LOOSE, *VARIABLES)


def request(kept: Kept) -> dict[str, Any]:
    """The body as a collection's item."""
    body = {"mode": "raw", "raw": kept.raw, "options": {"raw": {"language": "json"}}}
    headers = [{"key": "wolkvox-token", "value": "{{wolkvox-token}}"}, {"key": "wolkvox_server", "value": "{{wolkvox_server}}"}]  # fmt: skip
    url = "https://wv{{wolkvox_server}}.wolkvox.com/api/v2/campaign.php?api=add_record&campaign_id={{campaign_id}}"
    return {"name": kept.name, "request": {"method": "POST", "header": headers, "body": body, "url": url}}


def collection(*items: Any, **more: Any) -> dict[str, Any]:
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    return {"info": {"name": "Demo", "schema": schema}, "item": list(items), **more}
