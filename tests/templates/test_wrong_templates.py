"""Mistakes that people make in templates: each is refused at its key, in a sentence of ours, in every language."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from uploader.cli import run
from uploader.cli.terminal import make_streams_lenient
from uploader.errors import TemplateError
from uploader.i18n import Message, render
from uploader.i18n.languages import LANGUAGES
from uploader.model.exit_codes import ExitCode
from uploader.templates.parsing.parser import parse

GOOD = """title = "Good"
[request]
method = "POST"
url = "https://api.example.com/v1/contacts/{{id}}?notify={{name}}"
[request.headers]
X-Id = "{{id}}"
X-Token = "{{token}}"
[request.json]
id = "{{id}}"
name = "{{name}}"
tags = ["{{tags}}", "x"]
[columns.id]
required = true
example = "1"
[columns.name]
[columns.tags]
list = ";"
[settings.token]
secret = true
[settings.place]
[answer]
code = "code"
message = ["msg", "errors.*.message"]
[answer.columns]
ticket = "ticket.id"
[[rules]]
status = [422]
means = "rejected"
[limits]
concurrency = 2
"""
BODY = """[request.json]
id = "{{id}}"
name = "{{name}}"
tags = ["{{tags}}", "x"]
"""
WRONG: Sequence[Any] = [
    ("title", ('title = "Good"\n', "")),
    ("title", ('title = "Good"', "title = 5")),
    ("title", ('title = "Good"', 'title = ["a"]')),
    ("title", ('title = "Good"', 'title = { es = "a" }')),
    ("title", ('title = "Good"', 'title = { en = "a", fr = "b" }')),
    ("titel", ('title = "Good"', 'titel = "Good"')),
    ("requests request.url", ("[request]", "[requests]")),
    ("column", ("[columns.id]", "[column.id]")),
    ("setings", ("[settings.token]", "[setings.token]")),
    ("rules", ("[[rules]]", "[rules]")),
    ("preflight", ("[limits]", '[preflight]\ntitle="q"\nurl="https://api.example.com/q"\n[limits]')),
    ("documentation", ('title = "Good"', 'title = "Good"\ndocumentation = 3')),
    ("duplicates_within_days", ('title = "Good"', 'title = "Good"\nduplicates_within_days = "30"')),
    ("duplicates_within_days", ('title = "Good"', 'title = "Good"\nduplicates_within_days = -1')),
    ("request.duplicates_within_days", ('method = "POST"', "duplicates_within_days = 30")),
    ("request", ("[request]\n", "[[request]]\n")),
    ("settings.token settings.place", ("[settings.token]\nsecret = true\n[settings.place]", '[settings]\ntoken="abc"\nplace="x"')),
    ("request.method", ('"POST"', '"post"')),
    ("request.method", ('"POST"', '"HEAD"')),
    ("request.method", ('"POST"', '["POST"]')),
    ("request.url", ('url = "https://api.example.com/v1/contacts/{{id}}?notify={{name}}"\n', "")),
    ("request.url", ("https://", "http://")),
    ("request.url", ("https://", "ftp://")),
    ("request.url", ("https://", "")),
    ("request.url", ('"https://api.example.com/v1/contacts/{{id}}?notify={{name}}"', "7")),
    ("request.url", ("v1/contacts", "v1/con\\ntacts")),
    ("request.url", ("?notify={{name}}", "#{{name}}")),
    ("request.url", ("/v1/contacts/", "/v1/../contacts/")),
    ("request.url", ("https://", "https://me:pw@")),
    ("request.url", ("example.com/", "example.com:99999/")),
    ("request.url", ("https://api", "https://{{id}}")),
    ("request.url", ("https://api", "https://{{token}}")),
    ("request.url", ("https://api.example.com", "{{name}}")),
    ("request.url", ("contacts/{{id}}", "contacts/{{idd}}")),
    ("request.url", ("notify={{name}}", "notify={{nam}}")),
    ("request.url", ("contacts/{{id}}", "contacts/{{id}")),
    ("request.url", ("contacts/{{id}}", "contacts/{{}}")),
    ("request.url", ("contacts/{{id}}", "contacts/{id}")),
    ("request.url", ("contacts/{{id}}", "contacts/{{{id}}}")),
    ("request.url", ("?notify=", "?{{name}}=")),
    ("request.form", ("[request.json]", '[request.form]\na="{{id}}"\n[request.json]')),
    ("request.text", ('method = "POST"', 'text = "x"')),
    ("request.json", (BODY, ""), ('method = "POST"', "json = '{\"id\": \"{{id}}\", \"t\": \"{{tags}}\"}'")),
    ("request.json.id", ('id = "{{id}}"', "id = 2024-01-01")),
    ("request.json.id", ('id = "{{id}}"', "id = nan")),
    ("request.json.id[0].a[0]", ('id = "{{id}}"', "id = [{a=[inf]}]")),
    ("request.json.a.b.c", ('id = "{{id}}"', "a.b.c = 12:00:00")),
    ("request.json.{{id}}", ('id = "{{id}}"', '"{{id}}" = "x"')),
    ("request.json.a.x{{id}}", ('id = "{{id}}"', 'a = {"x{{id}}" = "x"}')),
    ("request.json.name", ('name = "{{name}}"', 'name = "{{nombre}}"')),
    ("request.json.id", ('id = "{{id}}"', 'id = "{{id"')),
    ("request.json.tags", ('tags = ["{{tags}}", "x"]', 'tags = "{{tags}}"')),
    ("request.json.tags.a.b", ('tags = ["{{tags}}", "x"]', 'tags = {a = {b = "x {{tags}}"}}')),
    ("request.json.tags.json_text.c", ('tags = ["{{tags}}", "x"]', 'tags = {json_text = {c="{{tags}}", d=["{{tags}}"]}}')),
    ("request.json.tags[0]", ('list = ";"', 'list = ";"\n[columns.more]\nlist=","'), ('tags = ["{{tags}}", "x"]', 'tags = [{a="{{tags}}", b="{{more}}"}]')),
    ("request.json.id.json_text", ('id = "{{id}}"', 'id = {json_text={a="{{id}}"}, other=1}')),
    ("request.form.z", ("[request.json]", "[request.form]\nz = {a=1}")),
    ("request.form.z[0]", ("[request.json]", '[request.form]\nz = [["a"]]')),
    ("request.form", (BODY, "[request.form]\n"), ("X-Id", 'X-T="{{tags}}"\nX-Id')),
    ("request.form", (BODY, ""), ('method = "POST"', 'form="a={{tags}}"')),
    ("request.form.{{id}}", ("[request.json]", '[request.form]\n"{{id}}" = "1"')),
    ("request.form.tags", ("[request.json]", "[request.form]"), ('tags = ["{{tags}}", "x"]', 'tags = "{{tags}}"')),
    ("request.multipart.f.file", ("[request.json]", '[request.multipart]\nf = {file="a.png"}')),
    ("request.multipart.f.file", ("[request.json]", '[request.multipart]\nf = {file="{{place}}"}')),
    ("request.multipart.f", ("[request.json]", '[request.multipart]\nf = {fil="{{id}}"}')),
    ("request.multipart.f.typ", ("[request.json]", '[request.multipart]\nf = {file="{{id}}", typ="image/png"}')),
    ("request.multipart.f.type", ("[request.json]", '[request.multipart]\nf = {file="{{id}}", type="png"}')),
    ("request.multipart.f.file", ("[request.json]", "[request.multipart]\nf = {file=3}")),
    ("request.headers.Content-Type", ("[request.json]", "[request.multipart]"), ("X-Id =", 'Content-Type = "application/json"\nX-Id =')),
    ("request.headers.Content-Type", ("[request.json]", "[request.multipart]"), ("X-Id =", 'Content-Type = "multipart/form-data"\nX-Id =')),
    ("request.xml", ("[request.json]", "[request.xml]")),
    ("request.xml", (BODY, ""), ('method = "POST"', 'xml = "<a>{{tags}}</b>"')),
    ("request.xml", (BODY, ""), ('method = "POST"', 'xml = "<a><{{tags}}/></a>"')),
    ("request.xml", (BODY, ""), ('method = "POST"', 'xml = "<a><!-- {{tags}} --></a>"')),
    ("request.xml", (BODY, ""), ('method = "POST"', 'xml = "<a><![CDATA[{{tags}}]]></a>"')),
    ("request.xml", (BODY, ""), ('method = "POST"', 'xml = "<a b={{tags}}/>"')),
    ("request.xml", (BODY, ""), ('method = "POST"', "xml = '<!DOCTYPE a [<!ENTITY b \"{{tags}}\">]><a>&b;</a>'")),
    ("request.xml", (BODY, ""), ('method = "POST"', "xml = '<?xml version=\"1.0\" encoding=\"latin-1\"?><a>{{tags}}</a>'")),
    ("request.xml", (BODY, ""), ('method = "POST"', 'xml = "<a>A & B {{tags}}</a>"')),
    ("request.xml", (BODY, ""), ('method = "POST"', 'xml = "<?x {{tags}}?><a/>"')),
    ("request.text", ("[request.json]", "[request.text]")),
    ("request.text", (BODY, ""), ('method = "POST"', "text = 3"), ("X-Id", 'X-T="{{tags}}"\nX-Id')),
    ("request.jsn", ("[request.json]", "[request.jsn]")),
    ("request.body", ("[request.json]", "[request.body]")),
    ("request.headers.X-Id", ('X-Id = "{{id}}"', "X-Id = 5")),
    ("request.headers.X-Id", ('X-Id = "{{id}}"', 'X-Id = ["a"]')),
    ("request.headers", ('[request.headers]\nX-Id = "{{id}}"\nX-Token = "{{token}}"\n', ""), ('method = "POST"', 'headers = "X-Id: {{id}}, {{token}}"')),
    ("request.headers", ("X-Id =", '"X-{{id}}" =')),
    ("request.headers", ("X-Id =", '"X Id" =')),
    ("request.headers", ("X-Id =", '"X-Año" =')),
    ("request.headers.X-Id", ("X-Id =", 'x-id = "a"\nX-Id =')),
    ("request.headers.Content-Length", ("X-Id =", 'Content-Length = "3"\nX-Id =')),
    ("request.headers.Host", ("X-Id =", 'Host = "a"\nX-Id =')),
    ("request.headers.X-N", ("X-Id =", 'X-N = "ñ"\nX-Id =')),
    ("request.headers.X-N", ("X-Id =", 'X-N = "a\\r\\nB: c"\nX-Id =')),
    ("request.headers.X-Id", ('X-Id = "{{id}}"', 'X-Id = "{{identifier}}"')),
    ("request.headers.content-type", ("X-Id =", 'Content-Type = "application/json"\ncontent-type = "application/json"\nX-Id =')),
    ("request.headers.Content-Type", ("X-Id =", 'Content-Type = "application/x-www-form-urlencoded"\nX-Id =')),
    ("request.headers.Content-Type", ("[request.json]", "[request.form]"), ("X-Id =", 'Content-Type = "application/json"\nX-Id =')),
    ("request.headers.Content-Type", ("X-Id =", 'Content-Type = "application/json; charset=latin-1"\nX-Id =')),
    ("request.headers.Content-Type", ("X-Id =", 'Content-Type = "{{name}}"\nX-Id =')),
    ("request.empty", ('method = "POST"', 'empty = "skip"')),
    ("request.empty", ('method = "POST"', "empty = true")),
    ("columns.name.empty", ("[columns.name]", '[columns.name]\nempty=""')),
    ("request.bearer", ('method = "POST"', 'bearer = "{{name}}"')),
    ("request.bearer", ('method = "POST"', 'bearer = "abcdef"')),
    ("request.bearer", ('method = "POST"', 'bearer = "{{place}}"')),
    ("request.bearer", ('method = "POST"', "bearer = 5")),
    ("request.bearer", ('method = "POST"', 'bearer = ""')),
    ("request.bearer", ('method = "POST"', 'bearer = ["{{token}}"]')),
    ("request.bearer", ('method = "POST"', 'bearer = "{{tokn}}"')),
    ("request.bearer", ('method = "POST"', 'bearer = "{{token}}"\nbasic = ["a", "{{token}}"]')),
    ("request.bearer", ('method = "POST"', 'bearer = "{{token}}"'), ("X-Id =", 'Authorization = "{{token}}"\nX-Id =')),
    ("request.basic", ('method = "POST"', 'basic = ["a","{{token}}"]'), ("X-Id =", 'authorization = "{{token}}"\nX-Id =')),
    ("request.basic", ('method = "POST"', 'basic = "a:{{token}}"')),
    ("request.basic", ('method = "POST"', 'basic = ["{{token}}"]')),
    ("request.basic", ('method = "POST"', 'basic = ["a", "b", "{{token}}"]')),
    ("request.basic", ('method = "POST"', 'basic = ["{{place}}", "b"]')),
    ("request.basic", ('method = "POST"', 'basic = ["a:b", "{{token}}"]')),
    ("request.basic", ('method = "POST"', 'basic = {user="a", password="{{token}}"}')),
    ("request.basic.#1", ('method = "POST"', 'basic = [1, "{{token}}"]')),
    ("oauth2.id oauth2.secret", ("[limits]", '[oauth2]\nurl="https://l.example.com/t"\n[limits]')),
    ("request.oauth2", ("[request.headers]", '[request.oauth2]\nurl="https://l.example.com/t"\nid="{{place}}"\nsecret="{{token}}"\n[request.headers]')),
    ("oauth2.secret", ("[limits]", '[oauth2]\nurl="https://l.example.com/t"\nid="{{place}}"\nsecret="abc"\n[limits]')),
    ("oauth2.secret", ("[limits]", '[oauth2]\nurl="https://l.example.com/t"\nid="{{place}}"\nsecret="{{place}}"\n[limits]')),
    ("oauth2.id", ("[limits]", '[oauth2]\nurl="https://l.example.com/t"\nid="{{name}}"\nsecret="{{token}}"\n[limits]')),
    ("oauth2.url", ("[limits]", '[oauth2]\nurl="https://l.example.com/{{name}}"\nid="{{place}}"\nsecret="{{token}}"\n[limits]')),
    ("oauth2.url", ("[limits]", '[oauth2]\nurl="http://l.example.com/t"\nid="{{place}}"\nsecret="{{token}}"\n[limits]')),
    ("oauth2.send_as", ("[limits]", '[oauth2]\nurl="https://l.example.com/t"\nid="{{place}}"\nsecret="{{token}}"\nsend_as="json"\n[limits]')),
    ("oauth2.client_id", ("[limits]", '[oauth2]\nurl="https://l.example.com/t"\nclient_id="{{place}}"\nsecret="{{token}}"\n[limits]')),
    ("oauth2.form.a", ("[limits]", '[oauth2]\nurl="https://l.example.com/t"\nid="{{place}}"\nsecret="{{token}}"\nform={a=["x"]}\n[limits]')),
    ("oauth2.form.grant_type", ("[limits]", '[oauth2]\nurl="https://l.example.com/t"\nid="{{place}}"\nsecret="{{token}}"\nform={grant_type="password"}\n[limits]')),
    ("oauth2.scope", ("[limits]", '[oauth2]\nurl="https://l.example.com/t"\nid="{{place}}"\nsecret="{{token}}"\nscope=["a"]\n[limits]')),
    ("oauth2", ('method = "POST"', 'bearer="{{token}}"'), ("[limits]", '[oauth2]\nurl="https://l.example.com/t"\nid="{{place}}"\nsecret="{{token}}"\n[limits]')),
    ("oauth2.url", ("[limits]", '[oauth2]\nurl="https://{{token}}.example.com/t"\nid="{{place}}"\nsecret="{{token}}"\n[limits]')),
    ("oauth2.url", ("[limits]", '[oauth2]\nurl="https://l.example.com/../t"\nid="{{place}}"\nsecret="{{token}}"\n[limits]')),
    ("columns.phone", ("[columns.name]", "[columns.name]\n[columns.phone]")),
    ("columns.id.required", ("required = true", 'required = "yes"')),
    ("columns.id.requierd", ("required = true", "requierd = true")),
    ("columns.id.type", ("required = true", 'type = "int"')),
    ("columns.id.type", ("required = true", 'type = "date"')),
    ("columns.id.decimal", ("required = true", 'type="number"\ndecimal = ";"')),
    ("columns.id.decimal", ("required = true", 'decimal = ","')),
    ("columns.id.values", ("required = true", 'values = ["a"]')),
    ("columns.id.values", ("required = true", "values = {}")),
    ("columns.id.values.a", ("required = true", "values = {a=[1]}")),
    ("columns.id.type", ("required = true", 'values = {a="1"}\ntype="number"'), ('example = "1"', "")),
    ("columns.id.one_of", ("required = true", 'values = {a="1"}\none_of=["a"]'), ('example = "1"', "")),
    ("columns.id.values.A", ("required = true", 'values = {a="1", A="2"}'), ('example = "1"', "")),
    ("columns.id.one_of", ("required = true", 'one_of = "a"'), ('example = "1"', "")),
    ("columns.id.one_of.#1 columns.id.one_of.#2", ("required = true", "one_of = [1, 2]"), ('example = "1"', "")),
    ("columns.id.one_of", ("required = true", "one_of = []"), ('example = "1"', "")),
    ("columns.id.default", ("required = true", 'one_of = ["a"]\ndefault="b"'), ('example = "1"', "")),
    ("columns.id.default", ("required = true", 'type="integer"\ndefault=true'), ('example = "1"', "")),
    ("columns.id.default", ("required = true", 'default=["a"]'), ('example = "1"', "")),
    ("columns.id.default", ("required = true", 'required=true\ndefault="a"'), ('example = "1"', "")),
    ("columns.id.default", ("required = true", 'max_length=2\ndefault="abc"'), ('example = "1"', "")),
    ("columns.id.default", ("required = true", 'default=".."'), ('example = "1"', "")),
    ("columns.id.default", ("required = true", 'default=""'), ('example = "1"', "")),
    ("columns.id.default", ("required = true", 'default="ñ"'), ('example = "1"', "")),
    ("columns.id.example", ('example = "1"', "example = 1")),
    ("columns.id.example", ('example = "1"', 'pattern="a+"\nexample="b"')),
    ("columns.id.aliases", ("required = true", 'aliases="Nombre"')),
    ("columns.id.aliases.#1", ("required = true", "aliases=[1]")),
    ("columns.id.heading", ("required = true", 'heading="Nombre"')),
    ("columns.id.heading", ("required = true", 'heading={fr="Nom"}')),
    ("columns.id.pattern", ("required = true", 'pattern="(a"')),
    ("columns.id.pattern", ("required = true", 'pattern="(?=a)b"')),
    ("columns.id.pattern", ("required = true", "pattern='(a)\\1'")),
    ("columns.id.pattern", ("required = true", "pattern=5")),
    ("columns.id.pattern", ("required = true", 'pattern="a{2000}"')),
    ("columns.id.example", ("required = true", 'pattern=""')),
    ("columns.id.max_length", ("required = true", "max_length=0")),
    ("columns.id.max_length", ("required = true", 'max_length="5"')),
    ("columns.id.max_length", ("required = true", "max_length=5.5")),
    ("columns.id.max_length", ("required = true", "max_length=true")),
    ("columns.name", ("[columns.name]", '[columns.name]\naliases = ["Ids"]'), ("[columns.id]", '[columns.id]\naliases = ["ids"]')),
    ("columns.name", ("[columns.name]", '[columns.name]\naliases = ["ID"]')),
    ("columns.id.date_format", ("required = true", 'date_format="dd/mm/yyyy"')),
    ("columns.id.date_format", ("required = true", 'date_format="%d/%m/%Y"\ntype="number"'), ('example = "1"', "")),
    ("columns.tags.list", ('list = ";"', "list = true")),
    ("columns.tags.list", ('list = ";"', 'list = ""')),
    ("columns.tags.list", ('list = ";"', 'list = "x"')),
    ("columns.tags.list", ('list = ";"', 'list = ","\ntype="number"')),
    ("columns.tags.list", ('list = ";"', 'list = [";"]')),
    ("columns.na me", ("[columns.name]", '[columns."na me"]')),
    ("columns.token", ("[columns.name]", "[columns.token]\n[columns.name]")),
    ("columns.id.trim", ("required = true", 'trim="no"')),
    ("columns.id.description", ("required = true", 'description={es="a"}')),
    ("columns.id.pattern", ("required = true", 'type="boolean"\npattern="a"'), ('example = "1"', "")),
    ("columns.id.one_of", ("required = true", 'type="number"\none_of=["1,5"]'), ('example = "1"', "")),
    ("settings.token.secrt", ("secret = true", "secrt = true")),
    ("settings.token.secret", ("secret = true", 'secret = "yes"')),
    ("settings.token.accept", ("secret = true", 'secret = true\naccept="(a"')),
    ("settings.token.environment", ("secret = true", "secret = true\nenvironment=5")),
    ("settings.token.environment", ("secret = true", 'secret = true\nenvironment="MY TOKEN="')),
    ("settings.token.value", ("secret = true", 'secret = true\nvalue="abc"')),
    ("settings.token.default", ("secret = true", 'secret = true\ndefault="abc"')),
    ("settings.place.sandbox", ("[settings.place]", '[settings.place]\naccept="[0-9]+"\nsandbox="abc"')),
    ("answer.cod", ('code = "code"', 'cod = "code"')),
    ("answer.expected", ('code = "code"', "expected = true")),
    ("answer.expected.#2", ('code = "code"', 'expected = ["id", ""]')),
    ("answer.retry_after", ('code = "code"', "retry_after = 0")),
    ("answer.retry_after", ('code = "code"', "retry_after = 3601")),
    ("answer.retry_after", ('code = "code"', "retry_after = true")),
    ("answer.retry_after", ('code = "code"', 'retry_after = "$.wait"')),
    ("answer.code", ('code = "code"', "code = 5")),
    ("answer.code.#2", ('code = "code"', 'code = ["a", 5]')),
    ("answer.code.#1", ('code = "code"', 'code = "$.code"')),
    ("answer.code.#1", ('code = "code"', 'code = "data[0].code"')),
    ("answer.code.#1", ('code = "code"', 'code = "a..b"')),
    ("answer.code.#1", ('code = "code"', 'code = "/a/b"')),
    ("answer.code.#1", ('code = "code"', 'code = "{{name}}"')),
    ("answer.code.#1", ('code = "code"', 'code = ".a"')),
    ("answer.code.#1", ('code = "code"', 'code = "data. code"')),
    ("answer.ok", ('code = "code"', "ok = true")),
    ("answer.error", ('code = "code"', 'error = ["a"]')),
    ("answer.slow_down", ('code = "code"', 'slow_down = "retry"')),
    ("answer.secrets", ('code = "code"', 'secrets = "data.password"')),
    ("answer.secrets.#1", ('code = "code"', 'secrets = ["a..b"]')),
    ("answer.columns", ('[answer.columns]\nticket = "ticket.id"', 'columns = ["ticket.id"]')),
    ("answer.columns.ticket", ('ticket = "ticket.id"', "ticket = 5")),
    ("answer.columns.ticket", ('ticket = "ticket.id"', 'ticket = ["a","b"]')),
    ("answer.columns.ticket", ('ticket = "ticket.id"', 'ticket = ""')),
    ("answer.columns", ('ticket = "ticket.id"', '" " = "a"')),
    ("answer.columns.ticket", ('ticket = "ticket.id"', 'ticket = "header:"')),
    ("answer.columns.ticket", ('ticket = "ticket.id"', 'ticket = "header:Loc ation"')),
    ("answer.columns.ticket", ('ticket = "ticket.id"', 'ticket = "Header:Location"')),
    ("answer.columns.Ticket", ('ticket = "ticket.id"', 'ticket = "a"\nTicket = "b"')),
    ("answer.columns.ticket", ('ticket = "ticket.id"', 'ticket.id = "a"')),
    ("rules.#1.mean", ('means = "rejected"', 'mean = "rejected"')),
    ("rules.#1.means", ('means = "rejected"', 'means = "error"')),
    ("rules.#1.means", ('means = "rejected"', 'means = "slow_down"')),
    ("rules.#1.means", ('means = "rejected"\n', "")),
    ("rules.#1.status", ("status = [422]", "status = 422")),
    ("rules.#1.status.#1", ("status = [422]", 'status = ["422"]')),
    ("rules.#1.status.#1", ("status = [422]", "status = [4220]")),
    ("rules.#1.status.#1", ("status = [422]", 'status = ["4xx"]')),
    ("rules.#1.status", ("status = [422]", "status = []")),
    ("rules.#1.code", ("status = [422]", 'code = "DUP"')),
    ("rules.#1.code", ("status = [422]", "code = []")),
    ("rules.#1.code.#1", ("status = [422]", "code = [1.5]")),
    ("rules.#1.message", ("status = [422]", 'message = ["a"]')),
    ("rules.#1", ("status = [422]", 'message = ""')),
    ("rules.#1", ("status = [422]", 'message = " "')),
    ("rules.#1", ("status = [422]\n", "")),
    ("rules.#1", ("status = [422]", "found = []")),
    ("rules.#1.found", ("status = [422]", "found = 5")),
    ("rules.#1.found.#1", ("status = [422]", 'found = "$.error"')),
    ("rules.#1.may_be_the_row", ("status = [422]", "status = [422]\nmay_be_the_row = true")),
    ("rules.#1.advice", ("status = [422]", "status = [422]\nadvice = 5")),
    ("rules.#2.means", ("[limits]", '[[rules]]\nstatus = [500]\nmeans = "retry"\n[limits]')),
    ("limits.concurency", ("concurrency = 2", "concurency = 2")),
    ("limits.concurrency", ("concurrency = 2", 'concurrency = "2"')),
    ("limits.concurrency", ("concurrency = 2", "concurrency = 0")),
    ("limits.concurrency", ("concurrency = 2", "concurrency = 1000")),
    ("limits.concurrency", ("concurrency = 2", "concurrency = 2.0")),
    ("limits.concurrency", ("concurrency = 2", "concurrency = true")),
    ("limits.rate", ("concurrency = 2", 'rate = "5 per second"')),
    ("limits.rate", ("concurrency = 2", "rate = 5")),
    ("limits.rate", ("concurrency = 2", 'rate = "0/s"')),
    ("limits.timeout_seconds", ("concurrency = 2", "timeout_seconds = 0")),
    ("limits.timeout_seconds", ("concurrency = 2", 'timeout_seconds = "60s"')),
    ("limits.keep_alive", ("concurrency = 2", "keep_alive = 1")),
    ("limits.timeout_seconds", ("concurrency = 2", "timeout_seconds = nan")),
    ("preflight.#1.quotas", ("[limits]", '[[preflight]]\ntitle="q"\nurl="https://api.example.com/q"\nquotas={left=["a"]}\n[limits]')),
    ("preflight.#1.url", ("[limits]", '[[preflight]]\ntitle="q"\nurl="https://other.example.com/q"\n[limits]')),
    ("preflight.#1.url", ("[limits]", '[[preflight]]\ntitle="q"\nurl="https://api.example.com/{{id}}"\n[limits]')),
    ("preflight.#1.url", ("[limits]", '[[preflight]]\ntitle="q"\nurl="https://api.example.com/{{xx}}"\n[limits]')),
    ("preflight.#1.method", ("[limits]", '[[preflight]]\ntitle="q"\nurl="https://api.example.com/q"\nmethod="PUT"\n[limits]')),
    ("preflight.#1.cost", ("[limits]", '[[preflight]]\ntitle="q"\nurl="https://api.example.com/q"\ncost=-1\n[limits]')),
    ("preflight.#1.quota.left", ("[limits]", '[[preflight]]\ntitle="q"\nurl="https://api.example.com/q"\nquota={left="a"}\n[limits]')),
    ("preflight.#1.quota.left", ("[limits]", '[[preflight]]\ntitle="q"\nurl="https://api.example.com/q"\nquota={left=[]}\n[limits]')),
    ("preflight.#1.ids.records preflight.#1.ids.id", ("[limits]", '[[preflight]]\ntitle="q"\nurl="https://api.example.com/q"\nids={column="id"}\n[limits]')),
    ("request.batch.all_or_nothing", ("[request.headers]", '[request.batch]\nsize=2\nrows="tags"\nall_or_nothing=1\n[request.headers]')),
    ("request.batch.size", ("[request.headers]", '[request.batch]\nsize=1\nrows="tags"\n[request.headers]')),
    ("request.batch.size", ("[request.headers]", '[request.batch]\nsize="10"\nrows="tags"\n[request.headers]')),
    ("request.batch.rows", ("[request.headers]", "[request.batch]\nsize=10\n[request.headers]")),
    ("request.batch", ("[request.headers]", '[request.batch]\nsize=10\nrows="tags"\n[request.headers]'), ('tags = ["{{tags}}", "x"]', 'tags=[{a="{{name}}",b=["{{tags}}"]}]')),
    ("request.batch.rows", ("[request.headers]", '[request.batch]\nsize=10\nrows="records"\n[request.headers]')),
    ("request.batch", ("[request.headers]", '[request.batch]\nsize=10\nrows="tags"\n[request.headers]'), ("[request.json]", "[request.form]")),
    ("request.batch.row", ("[request.headers]", '[request.batch]\nsize=10\nrow="tags"\n[request.headers]')),
    ("batch", ("[limits]", '[batch]\nsize=10\nrows="tags"\n[limits]')),
    ("request.idempotency_header", ('method = "POST"', 'idempotency_header = "Idempotency-Key"')),
    ("request.idempotency_header", ('method = "POST"', 'idempotency_header = "X-K"'), ("X-Id =", 'X-K="abc"\nX-Id =')),
    ("request.idempotency_header", ('method = "POST"', 'idempotency_header = "X-K"'), ("X-Id =", 'X-K="{{name}}"\nX-Id =')),
    ("request.idempotency_header", ('method = "POST"', 'idempotency_header = "X-Token"')),
    ("request.idempotency_header", ('method = "POST"', 'idempotency_header = "X-K"'), ("X-Id =", 'X-K="{{tags}}"\nX-Id =')),
    ("request.idempotency_header", ('method = "POST"', "idempotency_header = true")),
    ("request.idempotent", ('method = "POST"', 'idempotent = "yes"')),
    ("columns.name.default", ('method = "POST"', 'idempotency_header = "X-K"'), ("X-Id =", 'X-K="{{name}}"\nX-Id ='), ("[columns.name]", '[columns.name]\nrequired=true\ndefault="a"')),
    ("version", ('title = "Good"', 'title = "Good"\nversion = 2')),
    ("hint_out_of_reach", ('title = "Good"', 'title = "Good"\nhint_out_of_reach = 3')),
]  # fmt: skip
"""Keys that are named, and what makes each mistake of a good template."""
WHOLE_FILES = [
    ("", "title request columns"),
    ('title = "x"\n[columns.a]\n', "request"),
    ('title = "x"\n[request]\nurl = "https://api.example.com/"\n', "columns"),
    ('title = "x"\ncolumns = ["a"]\n[request]\nurl = "https://api.example.com/{{a}}"\n', "columns"),
    ('title = "x"\n[columns]\na = "b"\n[request]\nurl = "https://api.example.com/{{a}}"\n', "columns.a"),
    (GOOD.replace('id = "{{id}}"\nname', "id = 99999999999999999999999\nname"), "request.json.id"),
]
NO_TOML = [
    ('title = "x\n[request', "line 1: "),
    ('{"title": "x"}', "line 1, column 1"),
    (GOOD.replace('method = "POST"', 'method = "POST"\nmethod = "GET"'), "line 4"),
    (GOOD.replace("[columns.name]", "[columns.name]\n[columns.name]"), "line 16"),
    ("a = 1\na = 2", "line 2"),
    ("title", "line 1, column 6"),
    ('title = "x"\n[request', "line 2: "),
    ("a = " + "[" * 60 + "]" * 60, "50"),
    (".".join(["a"] * 70) + " = 1", "50"),
    ("a = " + "9" * 5000, "digits"),
]


def refused(text: str) -> Message:
    with pytest.raises(TemplateError) as why:
        parse(text, "x.toml", "x")
    return why.value.message


def keys_of(message: Message) -> str:
    faults = message.facts.get("faults", (message,))
    assert isinstance(faults, tuple)
    return " ".join(fault.facts["key"] for fault in faults)


def check_is_said_well(message: Message) -> None:
    said = {language: render(message, language) for language in LANGUAGES}
    assert len(set(said.values())) == len(LANGUAGES)
    for text in said.values():
        assert text.startswith("x.toml")
        assert text.endswith(".")
        assert not any(odd in text for odd in ("Input should", "Field required", "None", "template."))


def test_the_template_that_is_spoilt_is_a_good_one() -> None:
    assert parse(GOOD, "x.toml", "x").columns.keys() == {"id", "name", "tags"}
    assert BODY in GOOD


@pytest.mark.parametrize("wrong", WRONG)
def test_a_mistake_is_refused_at_its_key(wrong: Any) -> None:
    keys, *changes = wrong
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    message = refused(text)
    assert keys_of(message) == keys
    check_is_said_well(message)


@pytest.mark.parametrize(("text", "keys"), WHOLE_FILES)
def test_a_file_that_lacks_its_tables_is_refused_at_them(text: str, keys: str) -> None:
    message = refused(text)
    assert keys_of(message) == keys
    check_is_said_well(message)


@pytest.mark.parametrize(("text", "place"), NO_TOML)
def test_a_file_that_is_no_toml_is_refused_at_its_place(text: str, place: str) -> None:
    message = refused(text)
    assert place in render(message, "en")
    check_is_said_well(message)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("titel", "Write title"),
        ("batch", "Write request.batch"),
        ("Limits", "Write limits"),
        ("zzz", "these exist here: title, documentation"),
    ],
)
def test_a_key_that_does_not_exist_is_refused_with_the_one_that_is_meant(text: str, meant: str) -> None:
    assert meant in render(refused(f"{text} = 1\n{GOOD}"), "en")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("url = ", "ulr = "), "request.ulr: this key does not exist. Write request.url."),
        (("url = ", "address = "), "request.address: this key does not exist. Write request.url."),
        (('title = "Good"', 'name = "Good"'), "name: this key does not exist. Write title."),
        (("means =", "verdict ="), "rules.#1.verdict: this key does not exist. Write rules.#1.means."),
    ],
)
def test_a_key_that_is_written_wrong_is_the_one_that_is_missing_and_counts_once(
    change: tuple[str, str], said: str
) -> None:
    assert render(refused(GOOD.replace(*change, 1)), "en") == f"x.toml has a mistake. {said}"


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        (('url = "https://api.example.com/v1/contacts/{{id}}?notify={{name}}"', 'body = "{{id}}"'), "request.url"),
        (('title = "Good"', "zzz = 5"), "title"),
        (('title = "Good"', 'one = "Good"\nother = "Good"'), "title"),
    ],
)
def test_a_key_that_can_not_be_the_missing_one_is_not_taken_for_it(change: tuple[str, str], missing: str) -> None:
    text = render(refused(GOOD.replace(*change, 1)), "en")
    assert "Leave it out; these exist here" in text
    assert f"{missing}: this key is missing. Add it, such as" in text


@pytest.mark.parametrize(
    ("missing", "example"),
    [
        ('title = "Good"\n', 'title: falta esta clave. Agréguela, por ejemplo: title = "Contacts".'),
        (
            'url = "https://api.example.com/v1/contacts/{{id}}?notify={{name}}"\n',
            'request.url: falta esta clave. Agréguela, por ejemplo: url = "https://api.example.com/v1/contacts".',
        ),
    ],
)
def test_a_missing_key_that_every_template_has_gets_an_example(missing: str, example: str) -> None:
    assert render(refused(GOOD.replace(missing, "")), "es") == f"x.toml tiene un error. {example}"


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ('bearer = "{{place}}"', "Add secret = true under [settings.place]."),
        ('basic = ["me", "{{place}}"]', "Add secret = true under [settings.place]."),
        ('basic = ["{{place}}", ""]', "Add secret = true under [settings.place]."),
        ('basic = ["{{place}}", "pw"]', "what says who sends does not belong in a file."),
        ('bearer = "abc"', "what says who sends does not belong in a file."),
    ],
)
def test_a_setting_that_says_who_sends_must_be_secret(who: str, said: str) -> None:
    assert render(refused(GOOD.replace("[request.headers]", f"{who}\n[request.headers]")), "en").endswith(said)


def test_a_setting_that_is_the_secret_of_oauth2_must_be_secret() -> None:
    oauth2 = '[oauth2]\nurl="https://l.example.com/t"\nid="{{place}}"\nsecret="{{place}}"\n'
    assert "secret = true under [settings.place]" in render(refused(GOOD + oauth2), "en")


@pytest.mark.parametrize(
    "command",
    [["templates"], ["templates", "check"], ["check", "list.csv", "-t"], ["send", "list.csv", "-t"], ["blank"]],
)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GOOD.replace("required = true", "requierd = true").encode(), "columns.id.requierd"),
        (GOOD.encode("utf-16"), "UTF-8"),
        (GOOD.replace("Good", "Año").encode("latin-1"), "UTF-8"),
        (b"#" * 1_000_001, "1,000,000"),
        (b'title = "x\n', "line 1"),
    ],
)
def test_every_command_refuses_the_file_in_a_sentence(
    content: bytes, said: str, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wrong.toml").write_bytes(content)
    Path("list.csv").write_text("id,name,tags\n1,a,b\n", encoding="utf-8")
    make_streams_lenient()
    assert run([*command, "wrong.toml"]) == ExitCode.NOTHING_SENT
    out = capfd.readouterr()
    assert "wrong.toml" in out.err
    assert said in out.err
    assert "Traceback" not in out.err + out.out
