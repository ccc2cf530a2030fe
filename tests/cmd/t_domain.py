#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""penfold domain: what is published for a domain, good and bad, and what to change."""
import copy
import json
import os

from penfold_test import SOURCE, Home, Tap

with open(os.path.join(SOURCE, "tests/unit/auth/data/zone.json")) as f_:
    KEY = json.load(f_)["s2048._domainkey.example.org"]["TXT"]

GOOD = {
    "good.example": {"MX": [{"exchange": "mx.good.example", "priority": 10}], "TXT": ["v=spf1 mx -all"]},
    "mx.good.example": {"A": ["198.51.100.7"]},
    "7.100.51.198.in-addr.arpa": {"PTR": ["mx.good.example"]},
    "s1._domainkey.good.example": {"TXT": KEY},
    "_dmarc.good.example": {"TXT": ["v=DMARC1; p=reject; rua=mailto:d@good.example"]},
    "default._bimi.good.example": {"TXT": ["v=BIMI1; l=https://good.example/l.svg; a=https://good.example/m.pem"]},
    "_smtp._tls.good.example": {"TXT": ["v=TLSRPTv1; rua=mailto:t@good.example"]},
}
# what is changed in the good zone (None takes the name away), and what the check says then
CASES = [
    ({}, {"mx": "ok", "spf": "ok", "dkim": "ok", "dmarc": "ok", "bimi": "ok", "mta-sts": "none",
          "tls-rpt": "ok", "dane": "none", "ptr": "ok", "fcrdns": "ok", "dnsbl": "ok"}, None),
    ({"good.example": {"MX": [{"exchange": ".", "priority": 0}], "TXT": ["v=spf1 -all"]}},
     {"mx": "ok", "spf": "ok", "ptr": "none", "dnsbl": "none"}, "takes no mail"),
    ({"good.example": {"A": ["198.51.100.7"], "TXT": ["v=spf1 a -all"]}}, {"mx": "warn"}, "no MX record"),
    ({"good.example": "SERVFAIL"}, {"mx": "unknown", "spf": "unknown"}, "no answer"),
    ({"mx.good.example": None}, {"mx": "fail"}, "has no address"),
    ({"mx.good.example": {"CNAME": "other.example"}, "other.example": {"A": ["198.51.100.7"]}},
     {"mx": "fail"}, "alias"),
    ({"good.example": {"MX": GOOD["good.example"]["MX"], "TXT": ["v=spf1 +all"]}}, {"spf": "fail"}, "whole world"),
    ({"good.example": {"MX": GOOD["good.example"]["MX"], "TXT": ["v=spf1 mx"]}}, {"spf": "warn"}, "neither allowed"),
    ({"good.example": {"MX": GOOD["good.example"]["MX"], "TXT": ["v=spf1 mxx -all"]}}, {"spf": "fail"}, "broken"),
    ({"good.example": {"MX": GOOD["good.example"]["MX"], "TXT": ["v=spf1 " + "mx " * 9 + "-all"]}},
     {"spf": "warn"}, "9 of 10"),
    ({"good.example": {"MX": GOOD["good.example"]["MX"], "TXT": ["v=spf1 " + "mx " * 11 + "-all"]}},
     {"spf": "fail"}, "name their addresses by ip4"),
    ({"_dmarc.good.example": {"TXT": ["v=DMARC1; p=reject; pct=20; rua=mailto:d@good.example"]}}, {"dmarc": "warn"},
     "pct= is no longer looked at"),
    ({"good.example": {"MX": GOOD["good.example"]["MX"]}}, {"spf": "fail"}, "no SPF record"),
    ({"s1._domainkey.good.example": None}, {"dkim": "none"}, "no DKIM key"),
    ({"s1._domainkey.good.example": {"TXT": ["v=DKIM1; p="]}}, {"dkim": "warn"}, "revoked"),
    ({"s1._domainkey.good.example": {"TXT": ["v=DKIM1; p=AAAA"]}}, {"dkim": "fail"}, "cannot be used"),
    ({"s1._domainkey.good.example": {"TXT": [KEY[0] if isinstance(KEY[0], str) else "".join(KEY[0]), "x"]}},
     {"dkim": "fail"}, "several records"),
    ({"_dmarc.good.example": None}, {"dmarc": "fail", "bimi": "warn"}, "no DMARC record"),
    ({"_dmarc.good.example": {"TXT": ["v=DMARC1; p=reject; sp=none; rua=mailto:d@good.example"]}}, {"bimi": "warn"},
     "no logo will be shown"),
    ({"_dmarc.good.example": {"TXT": ["v=DMARC1; p=none; rua=mailto:d@good.example"]}}, {"dmarc": "warn"}, "p=none"),
    ({"_dmarc.good.example": {"TXT": ["v=DMARC1; p=reject"]}}, {"dmarc": "warn"}, "nobody gets the reports"),
    ({"_dmarc.good.example": {"TXT": ["v=DMARC1; p=reject; rua=mailto:d@far.example"]}}, {"dmarc": "warn"},
     "does not say that it takes reports"),
    ({"_dmarc.good.example": {"TXT": ["v=DMARC1; p=reject; rua=mailto:d@far.example"]},
      "good.example._report._dmarc.far.example": {"TXT": ["v=DMARC1"]}}, {"dmarc": "ok"}, None),
    ({"default._bimi.good.example": None}, {"bimi": "none"}, "no logo"),
    ({"default._bimi.good.example": {"TXT": ["v=BIMI1; l=; a="]}}, {"bimi": "ok"}, "no logo"),
    ({"default._bimi.good.example": {"TXT": ["v=BIMI1; l=http://good.example/l.svg"]}}, {"bimi": "fail"}, None),
    ({"_mta-sts.good.example": {"TXT": ["v=STSv1; id=1"]}}, {"mta-sts": "unknown"}, "not fetched"),
    ({"_mta-sts.good.example": {"TXT": ["v=STSv1;"]}}, {"mta-sts": "fail"}, "no id="),
    ({"_smtp._tls.good.example": {"TXT": ["v=TLSRPTv1"]}}, {"tls-rpt": "fail"}, "no rua="),
    ({"_25._tcp.mx.good.example": {"TLSA": ["3 1 1 abcd"]}}, {"dane": "warn"}, "without DNSSEC"),
    ({"7.100.51.198.in-addr.arpa": None}, {"ptr": "fail"}, "has no name"),
    ({"7.100.51.198.in-addr.arpa": {"PTR": ["else.example"]}}, {"ptr": "ok", "fcrdns": "fail"}, "lead back"),
    ({"7.100.51.198.zen.spamhaus.org": {"A": ["127.0.0.2"]}}, {"dnsbl": "fail"}, "is listed by zen"),
    ({"7.100.51.198.zen.spamhaus.org": {"A": ["127.255.255.254"]}}, {"dnsbl": "ok"}, "some did not answer"),
]
ORDER = {"fail": 4, "warn": 3, "unknown": 2, "ok": 1, "none": 0}
tap = Tap()


def worst(checks):
    out = {}
    for check in checks:
        had = out.get(check["name"])
        if had is None or ORDER[check["result"]] > ORDER[had]:
            out[check["name"]] = check["result"]
    return out


with Home() as home:
    def run(zone, *args):
        with open(home.path("zone.json"), "w") as f:
            json.dump(zone, f)
        return home.run("penfold", "domain", "--dns", home.path("zone.json"), *args)

    for change, wanted, words in CASES:
        zone_ = copy.deepcopy(GOOD)
        for name_, entry in change.items():
            zone_[name_] = entry
            if entry is None:
                del zone_[name_]
        result = run(zone_, "--json", "good.example")
        answer = json.loads(result.stdout)
        said = worst(answer["checks"])
        tap.ok(all(said.get(k) == v for k, v in wanted.items()), f"{wanted} {words or ''}", said)
        if words:
            tap.ok(any(words in f"{c['text']} {c['fix']}" for c in answer["checks"]), f"says {words!r}", result.stdout)
        tap.ok(all(c["fix"] for c in answer["checks"] if c["result"] == "fail"), "each failure has a remedy",
               result.stdout)
        tap.same(result.returncode, 1 if "fail" in said.values() else 0, "the exit code says whether one fails")
    tap.contains(run(GOOD, "good.example").stdout, "1 of 10 look-ups", "the page counts SPF's look-ups")
    tap.same(json.loads(run(GOOD, "--json", "good.example").stdout)["checks"][1]["lookups"], 1, "so does the object")
    tap.contains(run(GOOD, "--selector", "mine", "good.example").stdout, "no key under selector mine",
                 "a selector that is named must be there")
    tap.same(run(GOOD, "no domain").returncode, 64, "what is no domain is 64")
    tap.same(run(GOOD).returncode, 64, "so is none")
tap.done()
