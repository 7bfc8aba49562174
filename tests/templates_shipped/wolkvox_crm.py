"""The requests of wolkvox CRM and their answers, as its pages document them: its `error` is the text "null"."""

from typing import Any

from tests.templates_shipped.documented import Answer, Documented

_V2 = "/server/API/v2/"
_CONTACT = {
    "idcontact": "1000000001",
    "namecontact": "María Muñoz",
    "emailcontact": "maria.munoz@example.com",
    "telephonecontact": "+573000000001",
}
_ID = "61fa3b2c9d10e4a7"


def _said(text: str, data: Any = None) -> dict[str, Any]:
    return {"code": 200, "error": "null", "msg": text, **({} if data is None else {"data": data})}


_NOT_MET = Answer(
    412,
    {"code": 412, "error": "PRECONDITION FAILED", "msg": "A required field is empty"},
    "rejected",
    "rejected this row",
)

REQUESTS = {
    "contact_create": Documented(
        "POST",
        f"{_V2}custom/insert.php",
        {"operation": "practice", "module": "contacts", "fields": _CONTACT},
        _said("Succesfully create record", {"wolkvox_id": _ID}),
        200,
        kept={"wolkvox_id": _ID},
        others=(_NOT_MET,),
    ),
    "contact_update": Documented(
        "POST",
        f"{_V2}custom/update.php",
        {"operation": "practice", "module": "contacts", "wolkvox-id": _ID, "fields": _CONTACT},
        _said("Succesfully edit record"),
        200,
        others=(_NOT_MET,),
    ),
    "case_create": Documented(
        "POST",
        f"{_V2}cases/insert.php",
        {
            "operation": "practice",
            "case-type": "Request",
            "responsible": "asesor1@practice",
            "owner": "asesor1@practice",
            "contact": "maria.munoz@example.com",
            "description": "Su servicio no funciona desde ayer.",
            "status": "open",
            "priority": "low",
            "form": '{"Canal": "Correo"}',
            "solution": "Se reinició el equipo",
        },
        _said("Succesfully create record", {"wolkvox_id": _ID, "idPrefijo": "CAS-1001"}),
        200,
        kept={"wolkvox_id": _ID, "case_number": "CAS-1001"},
        others=(_NOT_MET,),
    ),
    "task_create": Documented(
        "POST",
        f"{_V2}custom/insert.php",
        {
            "operation": "practice",
            "module": "wolkvox_activities",
            "type": "task",
            "fields": {
                "name": "Llamar a la clienta",
                "status": "created",
                "priority": "normal",
                "name_module": "cases",
                "id_record": _ID,
                "completion_date": "2026-12-04 16:00:00",
                "remember": True,
                "reminder_date": "2026-12-04 15:30:00",
                "description": "Pidió que la llamaran por la tarde",
                "wolkvox_owner": "asesor1@practice",
            },
        },
        _said("Succesfully create record", {"wolkvox_id": _ID}),
        200,
        kept={"wolkvox_id": _ID},
        others=(_NOT_MET,),
    ),
    "obligation_create": Documented(
        "POST",
        f"{_V2}collections/insertObligation.php",
        {
            "operation": "practice",
            "wolkvox_id": _ID,
            "fields": {
                "id": "OBL-1001",
                "name": "Factura 12345",
                "total_balance": "1250000",
                "portfolio_type": "Consumo",
                "last_pay": "200000",
                "last_pay_date": "06-10-2026",
                "expiring_date": "07-11-2026",
                "days_delay": "20",
            },
        },
        _said("Succesfully create record"),
        200,
        others=(_NOT_MET,),
    ),
}
"""By the name of the template."""
