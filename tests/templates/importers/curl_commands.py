"""Curl commands as people have them, and the request that each is: method, address, what proves who sends, body.

Of the identity: the kind, or "" for none. The body as data: JSON as it is, a form as pairs, parts as (name, value,
is file, type), XML and text as texts.
"""

from typing import Any, NamedTuple


class Known(NamedTuple):
    command: str
    method: str
    url: str
    body: Any = None
    kind: str = ""
    auth: str = ""


U = "https://api.example.com/v1/things"
A = {"a": 1}

BASH = {
    "only an address": Known(f"curl {U}", "GET", U),
    "quotes": Known(f"curl '{U}'", "GET", U),
    "double quotes": Known(f'curl "{U}"', "GET", U),
    "clustered": Known(f"curl -sSLX POST {U}", "POST", U),
    "attached method": Known(f"curl -XPUT {U}", "PUT", U),
    "long method": Known(f"curl --request PATCH {U}", "PATCH", U),
    "method with equals": Known(f"curl --request=DELETE {U}", "DELETE", U),
    "lower method": Known(f"curl -X post {U}", "POST", U),
    "url option": Known(f"curl -X GET --url {U}", "GET", U),
    "data makes post": Known(f"curl {U} -H 'Content-Type: application/json' -d '{{\"a\": 1}}'", "POST", U, A, "json"),
    "data before address": Known(f"curl -d '{{\"a\":1}}' -H 'content-type:application/json' {U}", "POST", U, A, "json"),
    "no type": Known(f"curl {U} -d '{{\"a\":1}}'", "POST", U, A, "json"),
    "json option": Known(f"curl --json '{{\"a\":1}}' {U}", "POST", U, A, "json"),
    "json in pieces": Known(f"curl --json '{{\"a\":' --json '1}}' {U}", "POST", U, A, "json"),
    "double quoted json": Known(f'curl {U} -H "Content-Type: application/json" -d "{{\\"a\\": 1}}"', "POST", U, A, "json"),
    "ansi": Known(f"curl {U} --json $'{{\"a\":\"it\\'s \\u00e9 \\n\\x41\\xc3\\xa9\\t\"}}'", "POST", U, {"a": "it's é \nAé\t"}, "json"),
    "glued quotes": Known(f"curl {U} --json '{{\"a\":\"it'\"'\"'s\"}}'", "POST", U, {"a": "it's"}, "json"),
    "escaped quote": Known(f"curl {U} --json '{{\"a\":\"it'\\''s\"}}'", "POST", U, {"a": "it's"}, "json"),
    "lines": Known(f"curl -X POST \\\n  {U} \\\n  -H 'Content-Type: application/json' \\\n  -d '{{\n\"a\": 1\n}}'", "POST", U, A, "json"),
    "windows lines": Known(f"curl -X POST \\\r\n  {U} \\\r\n  --json '{{\"a\":1}}'\r\n", "POST", U, A, "json"),
    "blanks behind the backslash": Known(f"curl -X POST \\  \n {U} \\\t\n --json '{{\"a\":1}}'", "POST", U, A, "json"),
    "form": Known(f"curl {U} -d a=1 -d b=x%20y -d 'c=z+z'", "POST", U, [("a", "1"), ("b", "x y"), ("c", "z z")], "form"),
    "data-raw with at": Known(f"curl {U} --data-raw 'a=@b'", "POST", U, [("a", "@b")], "form"),
    "data-ascii": Known(f"curl {U} --data-ascii 'a=b'", "POST", U, [("a", "b")], "form"),
    "data-binary": Known(f"curl {U} -H 'Content-Type: text/csv' --data-binary 'a,b\n1,2\n'", "POST", U, "a,b\n1,2\n", "text"),
    "urlencode": Known(f"curl {U} --data-urlencode 'q=a b&c' --data-urlencode '=d e' --data-urlencode 'f g'", "POST", U,
                       [("q", "a b&c"), ("d e", ""), ("f g", "")], "form"),
    "get": Known(f"curl -G {U} -d a=1 --data-urlencode 'q=á b'", "GET", f"{U}?a=1&q=%C3%A1%20b"),
    "get with query": Known(f"curl --get '{U}?x=1' -d a=2", "GET", f"{U}?x=1&a=2"),
    "url-query": Known(f"curl --url-query 'q=a b' --url-query '+z=%20' {U}", "GET", f"{U}?q=a%20b&z=%20"),
    "parts": Known(f"curl {U} -F 'name=Ana;type=text/plain' -F 'photo=@/tmp/me.png;filename=you.png;type=image/png' --form-string 'x=@y;type=z'",
                   "POST", U, [("name", "Ana", False, "text/plain"), ("photo", "you.png", True, "image/png"), ("x", "@y;type=z", False, "")], "multipart"),
    "quoted part": Known(f"curl {U} -F 'a=\"x;y\";type=text/plain' -F b=@c.pdf", "POST", U,
                         [("a", "x;y", False, "text/plain"), ("b", "c.pdf", True, "")], "multipart"),
    "basic": Known(f"curl -u ana:pass {U}", "GET", U, auth="basic"),
    "attached basic": Known(f"curl -uana:pass {U}", "GET", U, auth="basic"),
    "no password": Known(f"curl --user ana {U}", "GET", U, auth="basic"),
    "bearer option": Known(f"curl --oauth2-bearer abc {U}", "GET", U, auth="bearer"),
    "header wins": Known(f"curl -u a:b -H 'Authorization: Bearer abc' {U}", "GET", U),
    "options with values": Known(f"curl -A agent -e https://ref.example.com -b 'a=b' -k -x http://proxy:80 -o out.json --max-time 5 "
                                 f"--connect-timeout 3 --retry 2 -w '%{{http_code}}' --cacert ca.pem -m 5 -c jar -D - {U}", "GET", U),
    "compressed": Known(f"curl '{U}' --compressed -i -v -s -S -f -L -g -# -N", "GET", U),
    "shortened option": Known(f"curl {U} --oauth2 abc", "GET", U, auth="bearer"),
    "unknown option": Known(f"curl --frobnicate {U}", "GET", U),
    "two dashes": Known(f"curl -- {U}", "GET", U),
    "empty and removed headers": Known(f"curl -H 'X-Empty;' -H 'Accept:' -H 'X-A: b' {U}", "GET", U),
    "here-document": Known(f"curl {U} -H 'Content-Type: application/json' -d @- <<EOF\n{{\"a\": 1}}\nEOF\n", "POST", U, A, "json"),
    "here-document with tabs": Known(f"curl {U} --json @- <<-'END'\n\t{{\"a\": \"$x\"}}\n\tEND\n", "POST", U, {"a": "$x"}, "json"),
    "here-document in quotes": Known(f'curl {U} --json "$(cat <<EOF\n{{"a": "(it\'s)"}}\nEOF\n)"', "POST", U, {"a": "(it's)"}, "json"),
    "here-string": Known(f"curl {U} --json @- <<< '{{\"a\":1}}'", "POST", U, A, "json"),
    "piped": Known(f"echo '{{\"a\":1}}' | curl {U} --json @-", "POST", U, A, "json"),
    "piped document": Known(f"cat <<EOF | curl {U} --json @- | jq .\n{{\"a\":1}}\nEOF", "POST", U, A, "json"),
    "printed": Known(f"curl {U} --json \"$(printf '%s' '{{\"a\":1}}')\"", "POST", U, A, "json"),
    "variables": Known(f'curl "{U}/$ID" --json "{{\\"a\\": \\"$NAME\\", \\"b\\": \\"${{B:-x}}\\"}}"', "POST",
                       f"{U}/{{{{ID}}}}", {"a": "{{NAME}}", "b": "{{B}}"}, "json"),
    "bare variable": Known(f'curl {U} --json "{{\\"a\\": $AGE}}"', "POST", U, {"a": "{{AGE}}"}, "json"),
    "assigned address": Known("BASE=https://api.example.com\nexport X=1\ncurl $BASE/v1/things", "GET", U),
    "assigned before": Known(f'TOKEN=abc curl -H "Authorization: Bearer $TOKEN" {U}', "GET", U),
    "command substitution": Known(f'curl "{U}?t=$(date +%s)&u=`uuidgen`"', "GET", f"{U}?t={{{{date}}}}&u={{{{uuidgen}}}}"),
    "graphql": Known(f"curl {U} --json '{{\"query\":\"query($id: ID!){{x(id:$id)}}\"}}'", "POST", U, {"query": "query($id: ID!){x(id:$id)}"}, "json"),
    "jq behind": Known(f"curl -s {U} | jq '.a' && echo done; ls", "GET", U),
    "to a file": Known(f"curl -s {U} > out.json 2>/dev/null", "GET", U),
    "in the background": Known(f"curl -s {U} &", "GET", U),
    "comment": Known(f"# get them\ncurl {U} # all of them\n# end", "GET", U),
    "prompt": Known(f"$ curl {U}", "GET", U),
    "long prompt": Known(f"ana@host:~/x$ curl {U}", "GET", U),
    "prompt on each line": Known(f"$ curl -X PUT \\\n> {U} \\\n> --json '{{\"a\":1}}'", "PUT", U, A, "json"),
    "fence": Known(f"```bash\ncurl {U}\n```", "GET", U),
    "bare ampersand": Known(f"curl {U}?a=1&b=2&c=3", "GET", f"{U}?a=1&b=2&c=3"),
    "html": Known(f"curl '{U}?a=1&amp;b=2'", "GET", f"{U}?a=1&b=2"),
    "html quotes": Known(f"curl -H &quot;Content-Type: application/json&quot; -d &#39;{{&quot;a&quot;:1}}&#39; {U}", "POST", U, A, "json"),
    "smart quotes": Known(f"curl -X POST “{U}” -H “Content-Type: application/json” -d ‘{{\"a\":1}}’", "POST", U, A, "json"),
    "long dashes": Known(f"curl —request PUT –H 'X-A: b' {U}", "PUT", U),
    "hints": Known(f"curl {U}/<thing_id> -H 'X-A: <b>'", "GET", f"{U}/<thing_id>"),
    "path of curl": Known(f"/usr/bin/curl {U}", "GET", U),
    "curl.exe": Known(f"curl.exe {U}", "GET", U),
    "xml": Known(f"curl {U} -H 'Content-Type: text/xml; charset=utf-8' -d '<a><b>c</b></a>'", "POST", U, "<a><b>c</b></a>", "xml"),
    "xml without type": Known(f"curl {U} -d '<?xml version=\"1.0\"?><a/>'", "POST", U, '<?xml version="1.0"?><a/>', "xml"),
    "not json": Known(f"curl {U} -H 'Content-Type: application/json' -d 'a: [1'", "POST", U, "a: [1", "text"),
    "loose json": Known(f"curl {U} -H 'Content-Type: application/json' -d '{{\"a\": 1, // one\n}}'", "POST", U, A, "json"),
    "no form": Known(f"curl {U} -d 'just some text & more'", "POST", U, "just some text & more", "text"),
    "raw parts": Known(f"curl {U} -H 'content-type: multipart/form-data; boundary=----W' --data-raw $'------W\\r\\nContent-Disposition: form-data; "
                       "name=\"a\"\\r\\n\\r\\nx\\r\\n------W\\r\\nContent-Disposition: form-data; name=\"f\"; filename=\"f.png\"\\r\\nContent-Type: image/png\\r\\n"
                       "\\r\\n\\r\\n------W--\\r\\n'", "POST", U, [("a", "x", False, ""), ("f", "f.png", True, "image/png")], "multipart"),
    "powershell": Known(f'PS C:\\Users\\ana> curl.exe -X PUT `\n  -H "X-A: b" `\n  {U}', "PUT", U),
    "empty data": Known(f"curl -d '' {U}", "POST", U),
    "loop": Known(f'for i in 1 2; do curl "{U}/$i"; done', "GET", f"{U}/{{{{i}}}}"),
    "wolkvox": Known("curl --location 'https://wv0042.wolkvox.com/api/v2/x.php?api=add_interaction' --header 'wolkvox-token: 7b69645f6469737472697d' --data '{\"rp_id\":\"1\"}'",
                     "POST", "https://wv0042.wolkvox.com/api/v2/x.php?api=add_interaction", {"rp_id": "1"}, "json"),
}  # fmt: skip

WINDOWS = {
    "carets": Known(f'curl -X POST ^\n  "{U}" ^\n  -H "Content-Type: application/json" ^\n  -d "{{\\"a\\":1}}"', "POST", U, A, "json"),
    "windows line ends": Known(f'curl -X PUT ^\r\n "{U}"\r\n', "PUT", U),
    "chrome": Known(f'curl ^"{U}?x=1^&y=a^%20b^" ^\n  -X ^"PUT^" ^\n  -H ^"accept: */*^" ^\n  --data-raw ^"^{{^\\^"a^\\^":1^}}^" ^\n  -H ^"content-type: application/json^"',
                    "PUT", f"{U}?x=1&y=a%20b", A, "json"),
    "chrome with line breaks": Known(f'curl ^"{U}^" --data-raw ^"a=x^\n\ny^"', "POST", U, [("a", "x\ny")], "form"),
    "doubled quotes": Known(f'curl "{U}" ^\n --json "{{""a"":1}}"', "POST", U, A, "json"),
    "caret in quotes": Known(f'curl ^\n "{U}?q=a^b"', "GET", f"{U}?q=a^b"),
    "doubled caret": Known(f'curl ^\n ^"{U}?q=a^^b^"', "GET", f"{U}?q=a^b"),
    "doubled percent": Known(f'curl ^\n "{U}?q=a%%20b"', "GET", f"{U}?q=a%20b"),
    "percent": Known(f'curl ^\n "{U}?q=%C3%A9%20%ID%"', "GET", f"{U}?q=%C3%A9%20{{{{ID}}}}"),
    "piped on": Known(f'curl ^\n "{U}?a=1&b=2" | more', "GET", f"{U}?a=1&b=2"),
    "single quotes are letters": Known(f'curl ^\n "{U}" --json "{{\\"a\\":\\"it\'s\\"}}"', "POST", U, {"a": "it's"}, "json"),
    "backslashes": Known(f'curl ^\n "{U}" --json "{{\\"a\\":\\"C:\\\\x\\"}}"', "POST", U, {"a": "C:\\x"}, "json"),
}  # fmt: skip
