"""What documented answers mean, beyond those that a run shows: a spent quota, a locked account, a page instead of JSON."""

import json
from typing import Any

import pytest

from tests.templates_shipped.catalogue import NAMES, TEMPLATES
from uploader.i18n import render
from uploader.model.http import Response
from uploader.model.outcomes import Outcome, Verdict
from uploader.templates.answers.judging import judge

HUBSPOT, ZENDESK, TWILIO = "hubspot/create_contact", "zendesk/create_ticket", "twilio/send_sms"
WHATSAPP, JIRA, AIRTABLE = "whatsapp/template_message", "jira/create_issue", "airtable/create_records"
OTHERS = (HUBSPOT, ZENDESK, TWILIO, WHATSAPP, JIRA, AIRTABLE)
LOGIN_PAGE = b"<html><body>Sign in to this network</body></html>"


def judged(name: str, http_status: int, body: Any) -> Outcome:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return judge(Response(http_status, content, 1), TEMPLATES[name])


def advice_of(outcome: Outcome) -> str:
    return render(outcome.advice, "en")


def meta(code: int, message: str = "…") -> dict[str, Any]:
    return {"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AXcPDHzs2vX"}}


def twilio(code: int, status: int) -> dict[str, Any]:
    return {"code": code, "message": "…", "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status}


@pytest.mark.parametrize(
    ("name", "http_status", "body", "verdict", "words"),
    [
        (HUBSPOT, 429, {"status": "error", "message": "You have reached your daily limit.", "policyName": "DAILY"},
         Verdict.PAUSE, "quota of HubSpot requests is used up"),
        (HUBSPOT, 403, {"status": "error", "message": "This app hasn't been granted all required scopes",
                        "category": "MISSING_SCOPES"}, Verdict.STOP, "lacks a scope"),
        (HUBSPOT, 500, {"status": "error", "message": "internal error"}, Verdict.UNKNOWN, ""),
        (ZENDESK, 400, {"error": {"title": "Invalid attribute", "message": "You passed an invalid value"}},
         Verdict.REJECTED, "Zendesk rejected a value"),
        (ZENDESK, 503, b"Service Unavailable", Verdict.UNKNOWN, ""),
        (TWILIO, 429, twilio(63038, 429), Verdict.PAUSE, "in 24 hours"),
        (TWILIO, 400, twilio(21606, 400), Verdict.STOP, "twilio_from"),
        (TWILIO, 404, twilio(20404, 404), Verdict.STOP, "Account SID"),
        (TWILIO, 400, twilio(21608, 400), Verdict.REJECTED, ""),
        (WHATSAPP, 429, meta(130429), Verdict.SLOW_DOWN, "too many messages"),
        (WHATSAPP, 403, meta(200), Verdict.STOP, "lacks a permission"),
        (WHATSAPP, 403, meta(131031), Verdict.STOP, "does not let this account"),
        (WHATSAPP, 400, meta(131048), Verdict.PAUSE, "limits this number"),
        (WHATSAPP, 400, meta(131026), Verdict.REJECTED, "can't deliver to this number"),
        (WHATSAPP, 500, meta(131000), Verdict.UNKNOWN, ""),
        (JIRA, 403, {"errorMessages": ["You do not have permission to create issues in this project."], "errors": {}},
         Verdict.STOP, "may not create issues"),
        (JIRA, 404, LOGIN_PAGE, Verdict.STOP, "name of the site"),
        (AIRTABLE, 429, {"errors": [{"error": "PUBLIC_API_BILLING_LIMIT_EXCEEDED", "message": "…"}]},
         Verdict.PAUSE, "This month's Airtable API calls"),
        (AIRTABLE, 404, {"error": "NOT_FOUND"}, Verdict.STOP, "no such base or table"),
        (AIRTABLE, 403, {"error": {"type": "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", "message": "…"}},
         Verdict.STOP, "may not write to it"),
    ],
)  # fmt: skip
def test_a_documented_answer_means_what_it_says(
    name: str, http_status: int, body: Any, verdict: Verdict, words: str
) -> None:
    outcome = judged(name, http_status, body)
    assert outcome.verdict is verdict
    assert words in advice_of(outcome)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("http_status", [200, 201])
def test_a_page_is_no_yes_of_the_api(name: str, http_status: int) -> None:
    assert judged(name, http_status, LOGIN_PAGE).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("name", NAMES)
def test_an_error_of_the_server_leaves_open_whether_the_row_was_taken(name: str) -> None:
    assert judged(name, 500, LOGIN_PAGE).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("wolkvox/")])
def test_what_is_asked_before_the_first_row_is_understood_with_each_request(name: str) -> None:
    row = {"token_limit": "5000", "all_token_today": "12", "available_consumption_options": "4988"}
    answer = {"code": "200", "error": None, "msg": " 1 records were found", "data": [row]}
    assert judged(name, 200, answer).verdict is Verdict.ACCEPTED
