"""Answers in XML: the same paths lead through them, and nothing in them can grow or do harm."""

import pytest

from uploader.i18n import Message
from uploader.model.http import Response
from uploader.model.outcomes import Verdict
from uploader.templates.answers.judging import judge
from uploader.templates.answers.xml_tree import xml_in
from uploader.templates.parsing.parser import parse
from uploader.templates.template import Template

FAULT = """<?xml version="1.0" encoding="windows-1252"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>
<faultcode>soap:Client</faultcode><faultstring>Señal &amp; más</faultstring></soap:Fault></soap:Body></soap:Envelope>"""
ADDED = '<r:Envelope xmlns:r="x"><r:Body><Added><id>7</id><id>8</id></Added></r:Body></r:Envelope>'
BOMB = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><x>&b;</x>"
TEMPLATE = """
title = "x"
[request]
url = "https://x.example"
xml = "<a>{{a}}</a>"
[columns.a]
[answer]
message = "Envelope.Body.Fault.faultstring"
refused = "Envelope.Body.Fault"
[answer.columns]
id = "Envelope.Body.Added.id.0"
"""


def template(text: str = TEMPLATE) -> Template:
    return parse(text, "x.toml", "x")


def answer(status: int, body: str) -> Response:
    return Response(status, body.encode(), 1, headers={"content-type": "text/xml"})


def test_elements_are_tables_lists_and_texts() -> None:
    fault = {"faultcode": "soap:Client", "faultstring": "Señal & más"}
    assert xml_in(FAULT) == {"Envelope": {"Body": {"Fault": fault}}}
    assert xml_in(ADDED) == {"Envelope": {"Body": {"Added": {"id": ["7", "8"]}}}}
    assert xml_in("<a><b/><b>1</b><b>2</b></a>") == {"a": {"b": ["", "1", "2"]}}


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        "",
        "no",
        "<a>",
        "<a></b>",
        "<html><body/></html>",
        "<a>\x00</a>",
        "<a>" * 200 + "</a>" * 200,
        "<a>\ud800</a>",
    ],
)
def test_what_is_no_answer_is_none(text: str) -> None:
    assert xml_in(text) is None


def test_an_endless_list_is_none() -> None:
    assert xml_in(f"<a>{'<b/>' * 60_000}</a>") is None


def test_a_fault_is_a_refusal_with_its_own_words_and_a_yes_keeps_its_id() -> None:
    refused, accepted = judge(answer(200, FAULT), template()), judge(answer(200, ADDED), template())
    assert (refused.verdict, refused.message) == (Verdict.REJECTED, "Señal & más")
    assert (accepted.verdict, dict(accepted.kept)) == (Verdict.ACCEPTED, {"id": "7"})


def test_a_rule_reads_the_fault_of_a_500() -> None:
    rule = '\n[[rules]]\nstatus = [500]\nmessage = "más"\nmeans = "rejected"\n'
    assert judge(answer(500, FAULT), template(TEMPLATE + rule)).verdict is Verdict.REJECTED
    assert judge(answer(500, FAULT), template()).verdict is Verdict.UNKNOWN


def test_xml_that_no_path_begins_in_is_no_yes() -> None:
    outcome = judge(answer(200, "<login><form/></login>"), template())
    assert (outcome.verdict, outcome.advice) == (Verdict.UNKNOWN, Message("advice.unreadable"))


def test_a_word_is_a_yes_where_the_status_alone_decides() -> None:
    plain = template(TEMPLATE.partition("[answer]")[0])
    accepted = dict.fromkeys(("OK", "", "Mensaje en cola", "Queued. Thank you."), Verdict.ACCEPTED)
    noes = ('{"a": 1', "<html>", "ERROR: quota", "Invalid number", "not found", "Fatal error")
    words = {**accepted, **dict.fromkeys(noes, Verdict.UNKNOWN)}
    assert {word: judge(answer(200, word), plain).verdict for word in words} == words
    assert judge(answer(200, "OK"), template()).verdict is Verdict.UNKNOWN


def test_seconds_to_wait_are_read_from_the_body() -> None:
    slow = template(TEMPLATE.replace("[answer]\n", '[answer]\nretry_after = "Envelope.wait"\n'))
    body = "<Envelope><wait>2.5</wait></Envelope>"
    assert judge(answer(429, body), slow).retry_after_seconds == 2.5
    assert judge(answer(429, body)._replace(retry_after_seconds=7.0), slow).retry_after_seconds == 7.0
    assert judge(answer(429, body.replace("2.5", "soon")), slow).retry_after_seconds == 0.0
