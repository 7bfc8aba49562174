"""The requests of wolkvox Manager and their answers, as its pages and its collection document them.

Where the pages leave a value open (`xxxxx`), one is written in.
"""

from typing import Any

from tests.templates_shipped.documented import Answer, Documented

V2 = "/api/v2/"
SMS_TEXT = "Hola, María: su cita es mañana a las 10:00."


def _said(code: int | str, text: str, data: Any = None) -> dict[str, Any]:
    """wolkvox's envelope; its code is a number or a text at random."""
    return {"code": code, "error": None, "msg": text, **({} if data is None else {"data": data})}


_SENT = _said(201, "Message has been sent successfully")
_AGENT = {
    "agent_dni": "1000000002",
    "agent_name": "Camila Rojas",
    "agent_sso": "camila.rojas@example.com",
    "agent_pass": "Ejemplo*2026",
}
_SKILL = {
    "skill_name": "Ventas",
    "description_skill": "Ventas por teléfono",
    "voicemail": "",
    "welcome_message": "",
    "vto": "",
}
_CODE = {
    "type_code": "cod_act1",
    "cod_act": "021",
    "description_cod_act": "Promesa de pago",
    "hit": "no",
    "rpc": "no",
    "chat": "yes",
    "studio": "no",
    "voice": "yes",
    "interactions": "no",
}
_OPTIONALS = {"opt1": "Plan Hogar", **{f"opt{number}": f"Dato {number}" for number in range(2, 13)}}
_RECORD = {
    "customer_name": "María",
    "customer_last_name": "Muñoz",
    "id_type": "CC",
    "customer_id": "1000000001",
    "age": "35",
    "gender": "F",
    "country": "Colombia",
    "state": "Antioquia",
    "city": "Medellín",
    "zone": "Norte",
    "address": "Calle 10 # 20-30",
    **_OPTIONALS,
    **{f"tel{number}": f"930000000{number:02}" for number in range(1, 11)},
}
_ALL_ADDED = _said("201", "All records has been added successfully", [{"total_registers": "1"}])
_RECORD_ANSWERS = (
    Answer(
        201,
        _said("201", "All records has been added successfully", [{"total_registers": "0"}]),
        "rejected",
        "added no record",
    ),
    Answer(201, _said("201", "Some records have been added", [{"total_registers": "1"}]), "unknown", "did not say"),
    Answer(404, _said("404", "You can not exceed 50000 records"), "unknown", "full"),
)
_NUMBER_REFUSED = Answer(
    201,
    _said(201, "0 telephones were added", [{"total_added": "0", "total_rejected": "1", "total_sent": "1"}]),
    "rejected",
    "did not add this number",
)

REQUESTS = {
    "add_interaction": Documented(
        "POST",
        f"{V2}configuration.php?api=add_interaction",
        {
            "from": "soporte@example.com",
            "fromname": "Soporte Andino",
            "to": "maria.munoz@example.com",
            "toname": "María Muñoz",
            "subject": "Solicitud de soporte técnico",
            "body": "Buenos días: mi servicio no funciona desde ayer.",
            "rp_id": "61196",
        },
        _said("201", "61196 routing point was executed and assigned to agent (12944) "),
    ),
    "send_sms": Documented(
        "POST", f"{V2}sms.php?api=send_sms", {"telephone": "573000000001", "message": SMS_TEXT}, _SENT
    ),
    "whatsapp_template": Documented(
        "POST",
        f"{V2}whatsapp.php?api=send_template_official",
        {
            "connector_id": "6001",
            "telephone": "573000000001",
            "template_name": "recordatorio_cita",
            "template_vars": "María;mañana;10:00",
            "customer_id": "1000000001",
            "url_attach": "https://example.com/cita.pdf",
            "url_params": [{"index": 0, "text": "ventas"}],
        },
        _SENT,
    ),
    "whatsapp_message": Documented(
        "POST",
        f"{V2}whatsapp.php?api=send_message_official",
        {"connector_id": "6001", "telephone": "573000000001", "message": SMS_TEXT},
        _SENT,
    ),
    "whatsapp_mobile": Documented(
        "POST",
        f"{V2}whatsapp.php?api=send_message_mobil",
        {
            "connector_id": "6001",
            "telephone": "573000000001",
            "message": SMS_TEXT,
            "url_attach": "https://example.com/cita.pdf",
        },
        _SENT,
    ),
    "code_chat": Documented(
        "POST",
        f"{V2}whatsapp.php?api=codify_chat",
        {"agent": "12944", "chat_id": "186041111", "codAct": "002"},
        _said("200", "codifico exitosamente"),
        200,
        others=(
            Answer(
                422,
                _said(422, "El codAct no es valido para la operacion del chat."),
                "rejected",
                "does not allow this activity code",
            ),
        ),
    ),
    "campaign_record_predictive": Documented(
        "POST",
        f"{V2}campaign.php?api=add_record&type_campaign=predictive&campaign_id=7224&campaign_status=start",
        [
            {
                **_RECORD,
                "tel_extra": "93000000011",
                "email": "maria.munoz@example.com",
                "recall_date": "20261204160000",
                "recall_telephone": "93000000001",
            }
        ],
        _ALL_ADDED,
        kept={"total_registers": "1"},
        others=_RECORD_ANSWERS,
    ),
    "campaign_record_preview": Documented(
        "POST",
        f"{V2}campaign.php?api=add_record&type_campaign=preview&campaign_id=7224",
        [{**_RECORD, "agent_id": "10060"}],
        _ALL_ADDED,
        kept={"total_registers": "1"},
        others=_RECORD_ANSWERS,
    ),
    "campaign_record_recall": Documented(
        "PUT",
        f"{V2}campaign.php?api=recall&campaign_id=7224",
        {"recall_date": "20261204160000", "recall_telephone": "93000000001", "customer_id": "1000000001"},
        _said(
            202,
            "customer_id 1000000001 has been updated and will be call back on 20261204160000 to phone 93000000001",
        ),
        202,
    ),
    "campaign_record_code": Documented(
        "PUT",
        f"{V2}campaign.php?api=codify&type_campaign=predictive&campaign_id=7224",
        {"cod_act": "002", "cod_act_2": "A01", "comment": "Pagó por otro canal", "customer_id": "1000000001"},
        _said(202, "customer_id 1000000001 has been coded"),
        202,
    ),
    "campaign_record_remove": Documented(
        "DELETE",
        f"{V2}campaign.php?api=remove_record&type_campaign=predictive&campaign_id=7224&result=ANSWER",
        {"customer_id": "1000000001"},
        _said(202, "customer_id 1000000001 has been deleted successfully"),
        202,
    ),
    "campaign_create": Documented(
        "POST",
        f"{V2}campaign.php?api=create_campaign&type_campaign=predictive",
        {
            "campaign_name": "Renovaciones",
            "campaign_description": "Clientes con plan por vencer",
            "start_time": "080000",
            "end_time": "180000",
            "skill_id": "4012",
            **_OPTIONALS,
            "opt1": "Plan",
            "enable_edition": "no",
        },
        _said(
            201,
            "The # campaign_id has been created successfully",
            [{"id_campaign": "7301", "name_campaign": "Renovaciones"}],
        ),
        kept={"campaign_id": "7301"},
    ),
    "campaign_dnc": Documented(
        "POST",
        f"{V2}campaign.php?api=add_dnc",
        [{"telephone": "93000000001", "days_block": "15"}],
        _said(201, "1 telephones were added", [{"total_added": "1", "total_rejected": "0", "total_sent": "1"}]),
        others=(_NUMBER_REFUSED,),
    ),
    "campaign_block_customer": Documented(
        "PUT",
        f"{V2}configuration.php?api=block_predictive_dnc",
        {"id_campaing": "7224", "id_cliente": ["1000000001"]},
        _said("202", "1 records were successfully marked as DO-NOT-CALL in campaign 7224"),
        202,
        others=(
            Answer(
                202,
                _said("202", "0 records were successfully marked as DO-NOT-CALL in campaign 7224"),
                "rejected",
                "marked no record",
            ),
            Answer(
                202,
                _said("202", "10 records were successfully marked as DO-NOT-CALL in campaign 7224"),
                "accepted",
            ),
        ),
    ),
    "dnc_add": Documented(
        "POST",
        f"{V2}configuration.php?api=add_dnc",
        {"type_call": "all", "telephones": ["93000000001"]},
        _said(201, "1 telephones were added"),
        others=(_NUMBER_REFUSED,),
    ),
    "dnc_remove": Documented(
        "DELETE",
        f"{V2}configuration.php?api=remove_dnc",
        {"telephones": ["93000000001"], "type": "all"},
        _said(202, "1 telephones were deleted"),
        202,
        others=(Answer(202, _said(202, "0 telephones were deleted"), "rejected", "removed no number"),),
    ),
    "law2300_block": Documented(
        "PUT",
        f"{V2}configuration.php?api=block_law2300",
        {"nit": "900000001", "telephone": "93000000001", "customer_id": "1000000001"},
        _said("200", "The number has been blocked successfully"),
        200,
    ),
    "law2300_release": Documented(
        "PUT",
        f"{V2}configuration.php?api=free_law2300",
        {"nit": "900000001", "item": "telephone", "value": "93000000001", "agent_id": "10060"},
        _said("201", "Removed successfully"),
    ),
    "agent_create": Documented(
        "POST",
        f"{V2}configuration.php?api=create_agent",
        _AGENT,
        _said(201, "Agent has been created", [{"agent_id": "12990", "password": "hidden-Xy7#pass"}]),
        kept={"agent_id": "12990"},
        hidden="hidden-Xy7#pass",
    ),
    "agent_edit": Documented(
        "PUT",
        f"{V2}configuration.php?api=edit_agent&agent_id=10060",
        _AGENT,
        _said(202, "agent has been updated"),
        202,
    ),
    "agent_enable": Documented(
        "PUT",
        f"{V2}configuration.php?api=enable_agent",
        {"agent_id": "10060"},
        _said(202, "10060 agent has been enabled"),
        202,
    ),
    "agent_disable": Documented(
        "PUT",
        f"{V2}configuration.php?api=disable_agent",
        {"agent_id": "10060"},
        _said(202, "10060 agent has been disabled"),
        202,
    ),
    "agent_skill_add": Documented(
        "POST",
        f"{V2}configuration.php?api=add_agents_skill",
        {"skill_id": "4012", "agent_id": "10060", "expertise": "5"},
        _said("201", "Agent 10060 added to skill 4012 of operation"),
    ),
    "agent_skill_remove": Documented(
        "DELETE",
        f"{V2}configuration.php?api=remove_agents_skill",
        {"skill_id": "4012", "agent_id": "10060"},
        _said("200", "Agent 10060 removed from skill 4012"),
        200,
    ),
    "agent_callback": Documented(
        "POST",
        f"{V2}agentbox.php?agent_id=10060&api=recall&id_camp=7224&id_customer=1000000001&telefono=93000000001"
        "&rellamada=20261204160000&recall_style=auto&name_recall=Mar%C3%ADa%20Mu%C3%B1oz",
        None,
        _said("200", "Recall has been successful"),
        200,
    ),
    "agent_dial": Documented(
        "POST",
        f"{V2}agentbox.php?agent_id=10060&api=dial&customer_phone=93000000001&customer_id=1000000001"
        "&customer_name=Mar%C3%ADa%20Mu%C3%B1oz",
        None,
        _said("200", "Dial has been successful", {"conn_id": "1764230400.1"}),
        200,
        kept={"conn_id": "1764230400.1"},
    ),
    "skill_create": Documented(
        "POST", f"{V2}configuration.php?api=create_skill", _SKILL, _said(201, "Skill has been created")
    ),
    "skill_edit": Documented(
        "PUT",
        f"{V2}configuration.php?api=edit_skill&skill_id=4012",
        _SKILL,
        _said(202, "Skill has been updated"),
        202,
    ),
    "activity_code_create": Documented(
        "POST", f"{V2}configuration.php?api=create_cod_act", _CODE, _said(201, "Code successfully created")
    ),
    "activity_code_edit": Documented(
        "PUT", f"{V2}configuration.php?api=edit_cod_act", _CODE, _said("201", "Successfully updated code")
    ),
    "ip_allow": Documented(
        "POST",
        f"{V2}configuration.php?api=add_ip",
        {"ip": "203.0.113.10", "permanent": "no", "description": "Oficina de Medellín"},
        _said("201", "IP: 203.0.113.10 has been added successfully"),
        others=(
            Answer(404, _said("404", "IP: 203.0.113.10 is already registered"), "rejected", "already allowed"),
            Answer(406, _said("406", "IP is invalid"), "rejected", "not valid"),
        ),
    ),
}
"""By the name of the template."""
