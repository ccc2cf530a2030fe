#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""penfold spf: options, output and exit codes; with CORPORA=DIR the whole RFC 7208 test suite."""
import json
import os

from penfold_test import Home, Tap

ZONE = {
    "example.org": {"TXT": ["v=spf1 ip4:192.0.2.0/24 include:mail.example -all exp=why.example.org"]},
    "why.example.org": {"TXT": ["%{i} is not one of ours, %{l}"]},
    "mail.example": {"TXT": [["v=spf1 a:out.mail.exam", "ple ?all"]]},
    "out.mail.example": {"A": ["198.51.100.7"], "AAAA": ["2001:db8::7"]},
    "slow.example": "TIMEOUT",
}
tap = Tap()


def spf(home, *args, zone="zone.json"):
    run = home.run("penfold", "spf", "--dns", home.path(zone), *args)
    return run, json.loads(run.stdout) if "--json" in args and run.stdout else None


def test_command(home):
    with open(home.path("zone.json"), "w") as f:
        json.dump(ZONE, f)
    client = ["--helo", "out.example", "--from", "ann@example.org", "--ip"]
    run, answer = spf(home, *client, "192.0.2.9", "--json")
    tap.same((run.returncode, answer["result"], answer["lookups"], answer["void_lookups"]),
             (0, "pass", 0, 0), "an address of the domain passes, without a look-up")
    tap.same(spf(home, *client, "198.51.100.7", "--json")[1]["lookups"], 2, "include and a are two")
    answer = spf(home, *client, "203.0.113.9", "--json")[1]
    tap.same((answer["result"], answer["explanation"]),
             ("fail", "203.0.113.9 is not one of ours, ann"), "a fail is explained by its domain")
    tap.same(answer["queries"][0], "example.org TXT", "the questions are told in order")
    page = spf(home, *client, "::ffff:192.0.2.9")[0].stdout
    tap.contains(page, "ip4:192.0.2.0/24", "the page names the term that decided")
    answer = spf(home, "--helo", "example.org", "--from", "", "--ip", "192.0.2.1", "--json")[1]
    tap.same((answer["result"], answer["domain"]), ("pass", "example.org"),
             "the null sender is checked by HELO")
    answer = spf(home, "--helo", "example.org", "--from", "<>", "--ip", "192.0.2.1", "--json")[1]
    tap.same((answer["result"], answer["domain"]), ("pass", "example.org"), "and so it is as SMTP writes it")
    answer = spf(home, "--helo", "x", "--from", "a@slow.example", "--ip", "192.0.2.1", "--json")[1]
    tap.same(answer["result"], "temperror", "no answer is a temporary error")
    tap.same(spf(home, *client, "nowhere")[0].returncode, 64, "no address is 64")
    tap.same(spf(home, "--ip", "192.0.2.1")[0].returncode, 64, "so are missing options")
    tap.same(spf(home, *client, "192.0.2.9", zone="none.json")[0].returncode, 78,
             "a zone file that is not there is 78, as is one that is none")


def zone_of(data):
    """The suite's zones as --dns takes them; an SPF record stands for a TXT where there is none."""
    zone = {}
    for name, records in data.items():
        entry = zone.setdefault(name.lower().rstrip("."), {})
        types = [next(iter(r)) for r in records if isinstance(r, dict)]
        for record in records:
            if record == "TIMEOUT":
                for kind in ("TXT", "A", "AAAA", "MX", "PTR"):
                    entry.setdefault(kind, "TIMEOUT")
                continue
            (kind, value), = record.items()
            if kind == "SPF" and "TXT" in types or value == "NONE":
                continue
            kind = "TXT" if kind == "SPF" else kind
            if kind == "MX":
                value = {"priority": value[0], "exchange": value[1]}
            if kind == "CNAME":
                entry[kind] = value
            elif isinstance(entry.get(kind), list) or kind not in entry:
                entry.setdefault(kind, []).append(value)
            else:
                entry[kind] = [value]
    return zone


def cases_of(group):
    for name, case in group["tests"].items():
        results = case["result"] if isinstance(case["result"], list) else [case["result"]]
        yield name, results, case.get("explanation"), {
            "op": "spf", "ip": case["host"], "helo": case["helo"], "from": case["mailfrom"] or ""}


def test_suite(home, path):
    try:
        import yaml
    except ImportError:
        tap.ok(True, "the RFC 7208 suite # SKIP PyYAML is not installed")
        return
    with open(path, encoding="utf-8") as f:
        groups = list(yaml.safe_load_all(f))
    total, wrong = 0, []
    for number, group in enumerate(groups):
        zone = home.path(f"zone{number}.json")
        with open(zone, "w") as f:
            json.dump(zone_of(group["zonedata"]), f)
        cases = list(cases_of(group))
        answers = home.ask("penfold-auth", *[c[3] for c in cases], args=("--serve", "--dns", zone))
        for (name, results, explanation, _), answer in zip(cases, answers):
            total += 1
            said = answer.get("explanation") or "DEFAULT"
            if answer.get("result") not in results or explanation not in (None, said):
                wrong.append(f"{name}: wanted {results} {explanation!r}, got {answer}")
    tap.ok(not wrong and total == 203, f"all {total} cases of the RFC 7208 suite", *wrong)


with Home() as home_:
    test_command(home_)
    suite = os.path.join(os.environ.get("CORPORA") or "/nonexistent", "spf-rfc7208/test/rfc7208-tests.yml")
    if os.path.exists(suite):
        test_suite(home_, suite)
    else:
        tap.ok(True, "the RFC 7208 suite # SKIP CORPORA names no folder that has it")
tap.done()
