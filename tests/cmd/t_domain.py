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


def txt(name, *texts):
    return {f"{name}.good.example": {"TXT": list(texts)} if texts else None}


def dmarc(*texts):
    return txt("_dmarc", *texts)


def spf(*texts):
    return {"good.example": {"MX": GOOD["good.example"]["MX"], "TXT": list(texts)}}


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
    ({"_25._tcp.mx.good.example": {"TLSA": ["3 1 1 " + "ab" * 32]}}, {"dane": "warn"}, "without DNSSEC"),
    ({"_25._tcp.mx.good.example": {"TLSA": ["3 1 1 abcd"]}}, {"dane": "fail"}, "digest of the wrong length"),
    ({"_25._tcp.mx.good.example": {"TLSA": ["1 1 1 " + "ab" * 32]}}, {"dane": "fail"}, "only 2 and 3 count"),
    ({"7.100.51.198.in-addr.arpa": None}, {"ptr": "fail"}, "has no name"),
    ({"7.100.51.198.in-addr.arpa": {"PTR": ["else.example"]}}, {"ptr": "ok", "fcrdns": "fail"}, "lead back"),
    ({"7.100.51.198.zen.spamhaus.org": {"A": ["127.0.0.2"]}}, {"dnsbl": "fail"}, "is listed by zen"),
    ({"7.100.51.198.zen.spamhaus.org": {"A": ["127.255.255.254"]}}, {"dnsbl": "ok"}, "some did not answer"),
    # what people really publish
    ({"good.example": {"MX": [{"exchange": "198.51.100.7", "priority": 1}], "TXT": ["v=spf1 mx -all"]}}, {"mx": "fail"},
     "an MX record names a host"),
    ({"mx.good.example": {"A": ["192.168.1.5"]}}, {"mx": "fail"}, "nobody outside can reach"),
    (spf("v=spf1 mx -all", "v=spf1 a ~all"), {"spf": "fail"}, "put all terms into one record"),
    (spf('"v=spf1 mx -all"'), {"spf": "fail"}, "without quotes"),
    (spf("v=spf2.0/pra mx -all"), {"spf": "fail"}, "is no SPF record, and is passed over"),
    (spf("v=spf1 include:gone.example -all"), {"spf": "fail"}, "take out the include or redirect"),
    (spf("v=spf1 a:n1.example a:n2.example a:n3.example -all"), {"spf": "fail"}, "whose names are gone"),
    (spf("v=spf1 mx -all include:x.example"), {"spf": "warn"}, "behind all is never looked at: include:x.example"),
    (spf("v=spf1 redirect=x.example -all"), {"spf": "warn"}, "redirect= is never followed"),
    (spf("v=spf1 ptr -all"), {"spf": "warn"}, "ptr is slow"),
    (spf("v=spf1 " + " ".join(f"ip4:192.0.2.{i}" for i in range(60)) + " -all"), {"spf": "warn"}, "octets"),
    (spf("v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all"), {"spf": "fail"}, "name your own hosts only"),
    (dmarc("v=DMARC1; p=rejct; rua=mailto:d@good.example"), {"dmarc": "warn"}, "p=rejct says nothing: receivers take it for none"),
    (dmarc("v=DMARC1; p=rejct"), {"dmarc": "fail"}, "asks for nothing"),
    (dmarc("v=DMARC1; policy=reject"), {"dmarc": "fail"}, "policy= is no tag of DMARC"),
    (dmarc('v=DMARC1; p="reject"; rua=mailto:d@good.example'), {"dmarc": "warn"}, "p= is one of: none quarantine reject"),
    (dmarc("v=DMARC1; sp=reject; rua=mailto:d@good.example"), {"dmarc": "warn"}, "only watches (p= is missing)"),
    (dmarc("v=DMARC; p=reject"), {"dmarc": "fail"}, "begin it with `v=DMARC1;`"),
    (dmarc("v=DMARC1, p=reject"), {"dmarc": "fail"}, "is no DMARC record"),
    (dmarc("v=DMARC1\\; p=reject"), {"dmarc": "fail"}, "without quotes or backslashes"),
    (dmarc("v=DMARC1; p=reject", "v=DMARC1; p=none"), {"dmarc": "fail"}, "leave one record"),
    ({**dmarc(), **spf("v=spf1 mx -all", "v=DMARC1; p=reject")}, {"dmarc": "fail"}, "publish it under _dmarc"),
    (dmarc("v=DMARC1; p=reject; t=y; rua=mailto:d@good.example"), {"dmarc": "warn"}, "counts as quarantine"),
    (dmarc("v=DMARC1; p=reject; rua=d@good.example"), {"dmarc": "warn"}, "write mailto: before the address"),
    (dmarc("v=DMARC1; p=reject; ruaa=mailto:d@good.example"), {"dmarc": "warn"}, "ruaa= is no tag of DMARC"),
    (dmarc("v=DMARC1; p=reject; adkim=strict; rua=mailto:d@good.example"), {"dmarc": "warn"}, "adkim=strict says nothing"),
    (dmarc("v=DMARC1; p=reject; psd=y; rua=mailto:d@good.example"), {"dmarc": "warn"}, "take psd=y out"),
    (dmarc("v=DMARC1; p=reject; rua=mailto:d@good.example; rua=mailto:e@good.example"), {"dmarc": "warn"}, "stands twice"),
    (dmarc("v=DMARC1; p=reject; rua=mailto:a@good.example,mailto:d@far.example"), {"dmarc": "warn"},
     "good.example._report._dmarc.far.example"),
    (dmarc("v=DMARC1; p=reject; rua=mailto:a@good.example; ruf=mailto:r@far.example"), {"dmarc": "warn"},
     "far.example does not say that it takes reports"),
    (dmarc("v=DMARC1; p=reject; rua=mailto:a@good.example!10m"), {"dmarc": "ok"}, None),
    (txt("default._bimi", "v=BIMI1, l=https://good.example/l.svg"), {"bimi": "fail"}, "is no BIMI record"),
    (txt("default._bimi", "v=BIMI1; l=", "v=BIMI1; l="), {"bimi": "fail"}, "several records"),
    (txt("default._bimi", "v=BIMI1; l=https://good.example/l.png; a=https://good.example/m.pem"), {"bimi": "warn"},
     "only SVG Tiny PS"),
    (txt("_smtp._tls", "v=TLSRPTv1; rua=t@good.example"), {"tls-rpt": "fail"}, "neither mailto: nor https:"),
    (txt("_smtp._tls", "v=TLSRPT1; rua=mailto:t@good.example"), {"tls-rpt": "fail"}, "begin it with `v=TLSRPTv1;`"),
    (txt("_mta-sts", "v=STSv1; id=2026-11-29"), {"mta-sts": "fail"}, "letters and digits"),
    (txt("_mta-sts", "v=STS1; id=1"), {"mta-sts": "fail"}, "begin it with `v=STSv1;`"),
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
