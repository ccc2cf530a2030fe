# SPDX-License-Identifier: GPL-3.0-or-later
"""verdict_attacks - hostile letters for the table of verdicts (t_verdicts.py), by what they try. Rows as there; ZONE
is what they publish."""
import base64
import re

import verdict_letters as v

L, S, U, ar, hop, path, came = v.letter, v.sign, v.under, v.ar, v.hop, v.path, v.came
DAY = 86400
BANK, NONE = "Ann <ann@bank.example>", "Ann <ann@none.example>"
LIST = ["List-Id: Talk <talk.lists.example>", "List-Post: <mailto:talk@lists.example>"]
FROM_AFAR = {"sender": "x@evil.example", "ip": "203.0.113.9"}
ED = v.RECORDS["e"]
P = re.search(r"p=([A-Za-z0-9+/=]+)", ED).group(1)


def none(author=NONE, **more):
    """Signed by none.example."""
    return S(L(author, **more), "none.example")


def bank(author=BANK, **more):
    return S(L(author, **more), "bank.example")


def b64(text, charset="utf-8"):
    return f"=?{charset}?b?{base64.b64encode(text.encode(charset)).decode()}?="


BUT_NONE = "the name says bank.example, but none.example signed this"
# What is shown beside the address is the sender's to write; another's domain in it is told in every dress.
DRESSES = [(f"a domain dressed up: {name}", none(f"{dress} <x@none.example>"), "pass", ["dn-spoof"], BUT_NONE)
           for name, dress in (
    ("a whole mailbox in one encoded word", b64('"Ann" <ann@bank.example>')),
    ("a line of its own", "=?utf-8?q?Ann=0D=0AFrom=3A_ann=40bank=2Eexample?="),
    ("parted between two encoded words", "=?utf-8?q?service=40ba?= =?utf-8?q?nk=2Eexample?="),
    ("UTF-7", "=?utf-7?q?service+AEA-bank.example?="),
    ("UTF-16", b64("service@bank.example", "utf-16")),
    ("an encoded word within quotes", '"=?utf-8?q?service=40bank=2Eexample?="'),
    ("an encoded word with a language", "=?utf-8*en?q?service=40bank.example?="),
    ("an encoded word that does not end", "=?utf-8?q?service=40bank.example"),
    ("encoded twice", "=?utf-8?q?=3D=3Futf-8=3Fq=3Fservice=3D40bank=2Eexample=3F=3D?="),
    ("an entity of HTML", '"service&#64;bank.example"'),
    ("as in a URL", '"service%40bank.example"'),
    ("at, written out", '"service (at) bank.example"'),
    ("a small @", '"service\ufe6bbank.example"'),
    ("a leader for the dot", '"service@bank\u2024example"'),
    ("wide letters", '"\uff42\uff41\uff4e\uff4b.example"'),
    ("letters of mathematics", '"service@\U0001d41b\U0001d41a\U0001d427\U0001d424.example"'),
    ("a URL", '"https://bank.example/login"'),
    ("pushed aside by blanks", f'"service@bank.example{" " * 300}"'),
    ("without quotes", "ann@bank.example"))]

BRANDS = [
    ("the name of a house, and nearly its domain", L("PayPal Service <service@paypa1-secure.example>"), "suspect",
     ["dn-spoof", "lookalike"], "the name says paypal.com, the letter comes from paypa1-secure.example"),
    ("the name of a house, and any domain", none("PayPal Service <x@none.example>"), "pass", ["dn-spoof"],
     "the name says paypal.com, but none.example signed this"),
    ("in Cyrillic", none("\u0420\u0430\u0443\u0420\u0430l <x@none.example>"), "pass", ["dn-spoof"], "the name says paypal.com"),
    ("a house by its domain in another country", L("PayPal <x@paypal.de>"), "none", ["-dn-spoof"], "paypal.de"),
    ("by a domain that has it in its name", L("Facebook <x@facebookmail.com>"), "none", ["-dn-spoof", "-lookalike"],
     "facebookmail.com"),
    ("a name that means other things too", L("Apple Grove <x@none.example>"), "none", ["-dn-spoof"], "none.example"),
    ("a known domain with a hyphen for the dot", L("x@paypal-com.example"), "suspect", ["lookalike"], "looks like paypal.com"),
    ("a word before a known name", L("x@secure-paypal.example"), "suspect", ["lookalike"], "looks like paypal.com"),
    ("and below another", L("x@mail.paypal-secure.example"), "suspect", ["lookalike"], "looks like paypal.com"),
    ("a known name in the middle", L("x@appleid.apple.com.verify.example"), "suspect", ["lookalike"], "looks like apple.com"),
    ("a correspondent's, in the middle", L("x@www.friend.example.evil.example"), "suspect", ["lookalike"],
     "looks like friend.example"),
]

# One house in the letters of each script that has them.
SCRIPTS = [(f"lookalikes of {name}", L(f"x@{domain}"), "suspect", ["homoglyph"], words) for name, domain, words in (
    ("Cyrillic", "\u0440\u0430\u0443\u0440\u0430l.com", "looks like paypal.com"),
    ("Cyrillic alone", "\u0430\u0440\u0440\u04cf\u0435.com", "looks like apple.com"),
    ("Greek", "\u03c1\u03b1y\u03c1\u03b1l.com", "looks like paypal.com"),
    ("Armenian", "amaz\u0585n.com", "looks like amazon.com"),
    ("Cherokee", "\u13e2\u13aay\u13e2\u13aal.com", "looks like paypal.com"),
    ("Coptic", "g\u2c9f\u2c9fgle.com", "looks like google.com"),
    ("Lisu alone", "\ua4d1\ua4ee\ua4ec\ua4d1\ua4ee\ua4e1.com", "looks like paypal.com"),
    ("Myanmar", "g\u101d\u101dgle.com", "looks like google.com"),
    ("Georgian", "g\u10ff\u10ffgle.com", "looks like google.com"),
    ("a bar through a letter", "paypa\u026b.com", "looks like paypal.com"),
    ("a hook on a letter", "pay\u01a5al.com", "looks like paypal.com"),
    ("accents", "p\u0101yp\u00e4l.com", "looks like paypal.com"),
    ("a dot that is hardly seen", "pay\u00b7pal.com", "looks like paypal.com"),
    ("two for one", "arnerlcanexpress.com", "looks like americanexpress.com"),
    ("the last label", "paypal.c\u043em", "looks like paypal.com"),
)]
IDNA = [
    ("punycode that stands for a control", L("x@xn--a.com"), "none", [], "nothing vouches for xn--a.com"),
    ("punycode that is none", L("x@xn--zzzzzzzz.com"), "none", [], "nothing vouches for xn--zzzzzzzz.com"),
    ("a Catalan domain keeps its dot", L("x@col\u00b7lecci\u00f3.example"), "none", [], "col\u00b7lecci\u00f3.example"),
    ("a filler that is no letter", L("x@pay\u3164pal.com"), "suspect", ["from-unparseable"], "no sender"),
    ("a soft hyphen", L("x@none\u00ad.example"), "none", ["esc-in-header"], "nothing vouches for none.example"),
]

SYNTAX = [
    ("all of it in an encoded word", L(b64("Ann <ann@bank.example>")), "suspect", ["from-unparseable"], "no sender"),
    ("a group of two houses", L("A: ann@bank.example, x@none.example;"), "suspect", ["multi-author-domain"], "several"),
    ("an empty group before", none("A:; , x@none.example"), "pass", ["from-group"], "none.example signed"),
    ("a comment that goes on with the domain", L("ann@bank.example(.none.example)"), "fail-soft", [], "bank.example"),
    ("a route without its colon", L("<@bank.example,x@none.example>"), "suspect", ["dn-spoof"], "says bank.example"),
    ("a NUL within the domain", L("ann@bank.example\0.none.example"), "suspect", ["from-unparseable", "esc-in-header"],
     "no sender"),
    ("a NUL before another @", L("Ann <ann@bank.example\0@none.example>"), "suspect", ["dn-spoof"], "says bank.example"),
    ("a lone LF and another From", L("ann@bank.example\nFrom: x@none.example"), "suspect", ["multi-from"], "several From"),
    ("folded within the address", L("ann@bank\r\n .example"), "fail-soft", [], "bank.example"),
    ("a word behind the domain", L("ann@bank.example none.example"), "suspect", ["from-unparseable"], "no sender"),
    ("within the brackets", L("Ann <ann@bank.example none.example>"), "suspect", ["from-unparseable"], "no sender"),
    ("quotes that do not end", L('"Ann <ann@bank.example>'), "suspect", ["from-unparseable"], "no sender"),
    ("brackets within brackets", L("<<ann@bank.example>x@none.example>"), "suspect", ["multi-author-domain"], "several"),
    ("a backslash before the @", L("ann@bank.example\\@none.example"), "suspect", ["dn-spoof"], "says bank.example"),
    ("the percent of old relays", L("ann%bank.example@none.example"), "none", ["-from-unparseable"], "none.example"),
]

HEADERS = [
    ("a whole dialogue in the body is text", bank(body="Hello.\r\n.\r\nMAIL FROM:<x@evil.example>\r\nDATA\r\nFrom: "
     "x@evil.example\r\n\r\nPay.\r\n"), "pass", [], "bank.example signed"),
    ("a lone LF that ends the header early", bank().replace(b"news\r\n", b"news\n\n", 1), "fail-soft", [], "changed"),
    ("CR CR LF where the header ends", bank().replace(b"\r\n\r\n", b"\r\n\r\r\n", 1), "fail-soft", [], "changed"),
    ("a lone CR in the subject", v.reword(bank(), "news", "news\rFrom: x@evil.example"), "fail-soft", [], "changed"),
    ("From in capitals on top", U(bank(), "FROM: x@evil.example"), "suspect", ["multi-from"], "several From"),
    ("with a tab before the colon", U(bank(), "From\t: x@evil.example"), "suspect", ["multi-from"], "several From"),
    ("a field name that is none", U(bank(), "Fr om: x@evil.example"), "suspect", ["from-unparseable"], "no sender"),
    ("one with a letter that is none of ASCII", U(bank(), "Fr\u00f6m: x@evil.example"), "suspect", ["from-unparseable"], "no"),
    ("a mark of byte order before From", b"\xef\xbb\xbfFrom: x@evil.example\r\n" + bank(), "suspect", ["from-unparseable"],
     "no sender"),
    ("an empty line first", b"\r\n" + bank(), "suspect", ["from-unparseable"], "no sender"),
    ("the second From below, where signatures begin", bank().replace(b"\r\n\r\n", b"\r\nFrom: x@evil.example\r\n\r\n", 1),
     "suspect", ["multi-from"], "several From"),
    ("a Reply-To added", U(bank(), "Reply-To: x@evil.example"), "pass", ["replyto-foreign"], "answers go to another domain"),
    ("a Reply-To added where it was sealed", U(S(L(BANK), "bank.example", names=("from", "subject", "reply-to")),
     "Reply-To: x@evil.example"), "fail-soft", ["replyto-foreign"], "the header was changed"),
    ("a letter pasted below an old signature", bank()[:bank().index(b"From:")] + L(BANK, body="Pay here.\r\n"), "fail-soft",
     [], "the body was changed"),
    ("replayed to us by a To of the forger's", came(v.reword(S(L(NONE, to="x@elsewhere.example", ago=5 * DAY), "none.example",
     ago=5 * DAY, names=("from", "subject", "date")), "To: x@elsewhere", "To: me@me"), ago=0), "pass", ["replay-hint"],
     "signed long before"),
    ("late, but signed for us", came(S(L(NONE, ago=5 * DAY), "none.example", ago=5 * DAY)), "pass", ["-replay-hint"], "signed"),
]

MIXED = ["MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=a"]
SIGNED = ("from", "to", "subject", "date", "message-id", "mime-version", "content-type")
PARTS = [
    ("l= and a part after it", S(L(BANK, more=MIXED, body="--a\r\n\r\nHello.\r\n"), "bank.example", names=SIGNED, length=True)
     + b"--a\r\nContent-Type: text/html\r\n\r\nPay.\r\n--a--\r\n", "suspect", ["l-short", "-unsigned-ct"], "only the beginning"),
    ("a second boundary over the signed one", U(S(L(BANK, more=MIXED, body="--b\r\n\r\nPay.\r\n--b--\r\n--a\r\n\r\nHello.\r\n"
     "--a--\r\n"), "bank.example", names=SIGNED), "Content-Type: multipart/mixed; boundary=b"), "suspect", ["added-header"],
     "a second content-type"),
    ("l= short by the author, all of it by another", S(S(L(BANK), "bank.example", length=True), "esp.example") + b"Pay.\r\n",
     "suspect", ["l-short"], "bank.example signed only the beginning"),
    ("l= of one, all of it by the other of the same house", S(S(L(BANK), "bank.example", length=True), "bank.example", "r"),
     "pass", ["-l-present", "-l-short"], "bank.example signed this (DKIM rsa2048, DMARC reject)"),
    ("no subject in one, but in the other", S(S(L(BANK), "bank.example", names=("from", "date")), "bank.example", "r"), "pass",
     ["-unsigned-subject"], "DMARC reject)"),
    ("a stranger's test key beside the author's own", S(S(L(BANK), "bank.example"), "esp.example", "t"), "pass", ["-testkey"],
     "DMARC reject)"),
]


def keyed(name, record, word, words, flags=()):
    """A letter signed by a key with this record (a list: these records)."""
    selector = f"k{len(ZONE)}"
    ZONE[f"{selector}._domainkey.none.example"] = record if isinstance(record, dict) else {
        "TXT": record if isinstance(record, list) else [record]}
    return name, S(L(NONE), "none.example", selector), word, list(flags), words


ZONE = {"c1.esp.example": {"CNAME": "c2.esp.example"}, "c2.esp.example": {"TXT": [ED]}}
NO = "cannot be used: "
KEYS = [
    keyed("a key without v=", f"k=ed25519; p={P}", "pass", "none.example signed"),
    keyed("v= that is not the first", f"k=ed25519; p={P}; v=DKIM1", "permerror", NO + "its key record is wrong"),
    keyed("another version", f"v=DKIM2; k=ed25519; p={P}", "permerror", "not v=DKIM1"),
    keyed("for tests, and for no subdomains", f"v=DKIM1; k=ed25519; t=y:s; p={P}", "pass", "marks its key", ["testkey"]),
    keyed("what a wildcard answers comes first", ["v=spf1 -all", ED], "pass", "none.example signed"),
    keyed("only what a wildcard answers", "v=spf1 -all", "permerror", NO + "its key record is wrong"),
    keyed("many answers hide the key", ["x"] * 6 + [ED], "permerror", "its key record is wrong"),
    keyed("a record too long", f"{ED}; n={'x' * 9000}", "permerror", "too long"),
    keyed("in several strings", [[ED[:20], ED[20:]]], "pass", "none.example signed"),
    keyed("p= stands twice", f"{ED}; p={P}", "permerror", "stands twice"),
    keyed("for SHA-1 alone", f"v=DKIM1; k=ed25519; h=sha1; p={P}", "permerror", "another algorithm"),
    keyed("for reports alone", f"v=DKIM1; k=ed25519; s=tlsrpt; p={P}", "permerror", "not for mail"),
    keyed("with the backslashes of a zone file", f"v=DKIM1\\; k=ed25519\\; p={P}", "permerror", "not v=DKIM1"),
    keyed("said to be RSA", f"v=DKIM1; k=rsa; p={P}", "permerror", "no RSA key"),
    keyed("by two aliases", {"CNAME": "c1.esp.example"}, "pass", "none.example signed"),
    keyed("an alias that leads nowhere", {"CNAME": "gone.esp.example"}, "permerror", "no key at"),
    keyed("revoked, and published anew beside it", ["v=DKIM1; k=ed25519; p=", ED], "pass", "none.example signed"),
]

for d in ("victim.hosts.example", "evil.hosts.example", "evil.pubs.test", "pubs.test", "test", "evil.nopsd.test"):
    ZONE[f"e._domainkey.{d}"] = {"TXT": [ED]}
ZONE["_dmarc.hosts.example"] = {"TXT": ["v=DMARC1; p=none"]}
ZONE["_dmarc.pubs.test"] = {"TXT": ["v=DMARC1; p=none; psd=y"]}
SUFFIXES = [
    ("a neighbour below a house that gives names away", S(L("a@victim.hosts.example"), "evil.hosts.example"), "pass", [],
     "evil.hosts.example signed this for victim.hosts.example"),
    ("below one that says so", S(L("a@victim.pubs.test"), "evil.pubs.test"), "pass-other", [], "signed by evil.pubs.test, not"),
    ("the suffix itself", S(L("a@victim.pubs.test"), "pubs.test"), "pass-other", [], "signed by pubs.test, not by"),
    ("a top-level domain", S(L("a@victim.nopsd.test"), "test"), "pass-other", [], "signed by test, not by"),
    ("a neighbour where nobody publishes anything", S(L("a@victim.nopsd.test"), "evil.nopsd.test"), "pass-other", [],
     "signed by evil.nopsd.test, not by"),
]


def sent(name, record, word, words, dmarc="v=DMARC1; p=reject", more=(), says=None, **how):
    """A letter from a domain of its own with this SPF record; says: what our server found."""
    domain = f"s{len(ZONE)}.example"
    ZONE[domain] = {"TXT": record if isinstance(record, list) else [record.replace("SELF", domain)]}
    ZONE[f"_dmarc.{domain}"] = {"TXT": [dmarc]}
    fields = [] if says is None else [ar(says.replace("SELF", domain))]
    return name, came(L(f"a@{domain}"), *fields, sender=f"a@{domain}", **how), word, list(more), words


ZONE["open.example"] = {"TXT": ["v=spf1 +all"]}
ZONE["80.2.0.192.in-addr.arpa"] = {"PTR": ["mail.spf.example"]}
ZONE["mail.spf.example"] = {"A": ["192.0.2.80"]}
PROVES_NOTHING = "nothing proves that it comes from"
SENDERS = [
    sent("+all lets everybody send", "v=spf1 +all", "fail-soft", PROVES_NOTHING),
    sent("all of IPv4 as well", "v=spf1 ip4:0.0.0.0/0 -all", "fail-soft", PROVES_NOTHING),
    sent("in two halves", "v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all", "fail-soft", PROVES_NOTHING),
    sent("and behind a redirect", "v=spf1 redirect=open.example", "fail-soft", PROVES_NOTHING),
    sent("and by an include", "v=spf1 include:open.example -all", "fail-soft", PROVES_NOTHING),
    sent("a/0 is as wide", "v=spf1 a:mail.spf.example/0 -all", "fail-soft", PROVES_NOTHING),
    sent("+all without a policy", "v=spf1 +all", "none", "nothing vouches for", dmarc="none"),
    sent("our server's pass is no better", "v=spf1 +all", "fail-soft", PROVES_NOTHING, says="spf=pass smtp.mailfrom=SELF"),
    sent("nor is its DMARC that rests on it", "v=spf1 +all", "fail-soft", PROVES_NOTHING,
         says="spf=pass smtp.mailfrom=SELF; dkim=none; dmarc=pass header.from=SELF"),
    sent("a signature that it saw is", "v=spf1 +all", "pass-spf", "cannot be checked again here",
         says="spf=pass smtp.mailfrom=SELF; dkim=pass header.d=SELF; dmarc=pass header.from=SELF"),
    sent("its pass by a record that we find narrow", "v=spf1 ip4:192.0.2.80 -all", "pass-spf", "SPF only",
         says="spf=pass smtp.mailfrom=SELF"),
    sent("its pass where we find none is its word", "v=spf1 -all", "pass-spf", "SPF only", says="spf=pass smtp.mailfrom=SELF"),
    sent("a large network of one house", "v=spf1 ip4:192.0.0.0/8 -all", "pass-spf", "SPF only"),
    sent("all before redirect=", "v=spf1 redirect=open.example -all", "fail", "asks to reject"),
    sent("a record that includes itself", "v=spf1 include:SELF -all", "fail", "asks to reject"),
    sent("names that are not there", "v=spf1 a:v1.SELF a:v2.SELF a:v3.SELF ip4:192.0.2.80 -all", "fail", "asks to reject"),
    sent("macros that ask too much", "v=spf1 " + " ".join(f"exists:%{{i}}.e{i}.SELF" for i in range(12)) + " ip4:192.0.2.80",
         "fail", "asks to reject"),
    sent("a macro that is none", "v=spf1 exists:%{z}.SELF ip4:192.0.2.80 -all", "fail", "asks to reject"),
    sent("by the name of the host", "v=spf1 ptr:spf.example -all", "pass-spf", "SPF only"),
    sent("two records", ["v=spf1 ip4:192.0.2.80 -all", "v=spf1 -all"], "fail", "asks to reject"),
    sent("another version", "v=spf10 ip4:192.0.2.80 -all", "fail", "asks to reject"),
    sent("p= in quotes asks for nothing", "v=spf1 -all", "none", "nothing vouches", dmarc='v=DMARC1; p="reject"'),
    sent("p= before v=", "v=spf1 -all", "none", "nothing vouches", dmarc="p=reject; v=DMARC1"),
    sent("no semicolon behind v=", "v=spf1 -all", "none", "nothing vouches", dmarc="v=DMARC1 p=reject"),
    sent("capitals in tags and values", "v=spf1 -all", "fail", "asks to reject", dmarc="V=DMARC1; P=REJECT"),
    ("a bounce from nobody, by a stranger", came(L("MAILER-DAEMON@bank.example"), sender="", ip="203.0.113.9"), "fail", [],
     "asks to reject"),
    ("one whose HELO lies", U(L("MAILER-DAEMON@bank.example"), path(""), hop("203.0.113.9", helo="bank.example")), "fail", [],
     "asks to reject"),
    ("two envelope senders: the upper", U(L(BANK), path("x@evil.example"), path("ann@bank.example"), hop()), "fail", [],
     "asks to reject"),
]

WORDS = [
    ("a server's name in other letters", came(L(BANK), ar("dmarc=pass header.from=bank.example", "mx.m\u0435.example")), "fail",
     [], "asks to reject"),
    ("what a comment says", came(L(BANK), ar("(dmarc=pass header.from=bank.example) spf=fail smtp.mailfrom=bank.example")),
     "fail", [], "asks to reject"),
    ("a comment that does not end", came(L(BANK), ar("spf=fail (x (dmarc=pass header.from=bank.example")), "fail", [], "reject"),
    ("a reason that goes on", came(L(BANK), ar('spf=fail reason="x\\"; dmarc=pass header.from=bank.example" '
     'smtp.mailfrom=bank.example')), "fail", [], "asks to reject"),
    ("a field too long", came(L(BANK), ar("dmarc=pass header.from=bank.example; spf=fail (" + "x" * 70000 + ")")), "fail", [],
     "asks to reject"),
    ("too many results", came(L(BANK), ar("; ".join(f"dkim=fail header.d=d{i}.example" for i in range(70))
     + "; dmarc=pass header.from=bank.example")), "fail", [], "asks to reject"),
    ("ours behind forty of others", came(L(BANK), *[ar("spf=fail", f"x{i}.example") for i in range(40)],
     ar("dmarc=pass header.from=bank.example")), "fail", [], "asks to reject"),
    ("a second word on one method", came(L(BANK), ar("dmarc=fail header.from=bank.example; dmarc=pass header.from=bank.example")),
     "fail", [], "asks to reject"),
    ("an address within the address", came(L(BANK), ar('spf=pass smtp.mailfrom="x@bank.example"@evil.example')), "fail", [],
     "asks to reject"),
    ("HELO is the bank, the sender another", came(L(BANK), ar("spf=pass smtp.mailfrom=evil.example smtp.helo=bank.example")),
     "fail", [], "asks to reject"),
    ("a pass by nobody's rules", came(L(BANK), ar("dmarc=bestguesspass header.from=bank.example")), "fail", [], "reject"),
    ("our server's word alone", came(L(BANK), ar("dkim=pass header.d=bank.example; dmarc=pass header.from=bank.example")),
     "pass-spf", [], "bank.example sent this, says mx.me.example; it cannot be checked again here"),
    ("in a field that is another", came(L(BANK), "X-Authentication-Results: mx.me.example; dmarc=pass", ar("spf=none")), "fail",
     [], "asks to reject"),
    ("a good chain of the forger's own", came(v.seal(U(L(BANK), ar("dmarc=pass header.from=bank.example", "esp.example")),
     "esp.example", "esp.example"), **FROM_AFAR), "fail", [], "asks to reject"),
]

BEHIND_LISTS = [
    ("a lookalike behind a list that we write to", came(S(L('"Carla Long via Talk" <talk@lists.example>', more=[*LIST,
     "Reply-To: carla@fr1end.example"]), "lists.example")), "pass", ["list-munged", "lookalike", "dn-spoof"],
     "the list says that carla@fr1end.example wrote it, which only looks like friend.example"),
    ("a correspondent's name behind one", came(S(L('"Carla Long via Talk" <talk@lists.example>', more=[*LIST,
     "Reply-To: x@evil.example"]), "lists.example")), "pass", ["list-munged", "dn-spoof"],
     "the name is that of carla@friend.example, but lists.example signed this"),
    ("the correspondent behind it", came(S(L('"Carla Long via Talk" <talk@lists.example>', more=[*LIST,
     "Reply-To: carla@friend.example"]), "lists.example")), "pass", ["list-munged", "-dn-spoof", "-lookalike"],
     "carla@friend.example wrote it"),
    ("her name behind a list of the forger's", came(S(L('"Carla Long via News" <news@esp.example>', more=[
     "List-Post: <mailto:news@esp.example>", "Reply-To: carla@friend.example"]), "esp.example")), "pass", ["dn-spoof"],
     "the name is that of carla@friend.example, but esp.example signed this"),
    ("a lookalike behind an unsigned list", L('"Carla via Talk" <talk@lists.example>', more=[*LIST,
     "Reply-To: carla@fr1end.example"]), "suspect", ["lookalike"], "that carla@fr1end.example wrote it, which only"),
]

for d in ("github.com", "git.friend.example", "evil.example"):
    ZONE[f"e._domainkey.{d}"] = {"TXT": [ED]}
ZONE["_dmarc.uni.example"] = {"TXT": ["v=DMARC1; p=none"]}
BULK = ["List-Unsubscribe: <https://none.example/u>"]
CARLA = "the name is that of carla@friend.example, "
# What looks like a trick, and is how such mail is written; and the trick that it would be an excuse for.
HONEST = [
    ("a correspondent's words by GitHub", S(L("Carla Long <notifications@github.com>"), "github.com"), "pass", ["-dn-spoof"],
     "github.com signed this"),
    ("the same, not signed by GitHub", S(L("Carla Long <notifications@github.com>"), "evil.example"), "suspect", ["dn-spoof"],
     CARLA + "the letter comes from notifications@github.com"),
    ("by another who calls himself so", S(L("Carla Long <notifications@github.com.evil.example>"), "evil.example"), "suspect",
     ["dn-spoof", "lookalike"], "looks like github.com"),
    ("by a service that is none", S(L("Carla Long <notifications@evil.example>", more=BULK), "evil.example"), "pass",
     ["dn-spoof"], CARLA + "but evil.example signed this"),
    ("by the GitLab of her own house", S(L("Carla Long <gitlab@git.friend.example>"), "git.friend.example"), "pass",
     ["-dn-spoof"], "git.friend.example signed this"),
    ("a provider with nearly the name of another", L("x@mail.com"), "none", ["-lookalike"], "mail.com"),
    ("and another", L("x@ymail.com"), "none", ["-lookalike"], "ymail.com"),
    ("a house that is nearly called as another", L("x@visma.com"), "none", ["-lookalike"], "visma.com"),
    ("and of the same length", L("x@apply.com"), "none", ["-lookalike"], "apply.com"),
    ("one letter left out of a long name", L("x@gogle.com"), "suspect", ["lookalike"], "looks like google.com"),
    ("one too many", L("x@gooogle.com"), "suspect", ["lookalike"], "looks like google.com"),
    ("two neighbours of one house", L("x@ce.uni.example"), "none", ["-lookalike"], "ce.uni.example"),
    ("the double of the house itself", L("x@cs.unl.example"), "suspect", ["lookalike"], "looks like cs.uni.example"),
    ("a newsletter about a house", none("Netflix Fans Weekly <x@none.example>", more=BULK), "pass", ["-dn-spoof"],
     "none.example signed this"),
    ("one that nobody signed", L("Netflix Fans Weekly <x@none.example>", more=BULK), "suspect", ["dn-spoof"],
     "the name says netflix.com"),
    ("one that is an office of the house", none("Netflix Billing <x@none.example>", more=BULK), "pass", ["dn-spoof"],
     "the name says netflix.com, but none.example signed this"),
    ("a platform with a dot in its name", none("ASP.NET Weekly <x@none.example>"), "pass", ["-dn-spoof"], "none.example signed"),
    ("a bank of a smaller country", none("otpbank.hu <x@none.example>"), "pass", ["dn-spoof"], "the name says otpbank.hu"),
    ("what our server noted of our own letter comes back with it", came(S(L(NONE, more=[*LIST,
     hop(by="mx.lists.example"), ar("auth=pass smtp.auth=dan@me.example")]), "lists.example")), "pass-other", ["-ar-forged"],
     "signed by lists.example"),
    ("and says nothing of a sender", came(L("Dan <dan@me.example>", more=[hop(by="mx.lists.example"),
     ar("auth=pass smtp.auth=dan@me.example; dkim=pass header.d=me.example")])), "suspect", ["ar-forged"], "forged"),
]


def handed_in(who, helo="laptop", with_="ESMTPSA"):
    """As Postfix notes who logged in."""
    return (f"Received: from {helo} (laptop.isp.example [203.0.113.9])\r\n\t(using TLSv1.3)\r\n\t(Authenticated sender: {who})"
            f"\r\n\tby mx.me.example (Postfix) with {with_} id 1; {v.date()}")


LOGINS = [
    ("our own letter, as Postfix notes that we logged in", U(L("me@me.example"), path("me@me.example"),
     handed_in("me@me.example")), "fail-soft", ["-self-spoof"], "nothing proves"),
    ("by the name alone", U(L("me@me.example"), path("me@me.example"), handed_in("me")), "fail-soft", ["-self-spoof"], "nothing"),
    ("that another did", U(L("me@me.example"), path("me@me.example"), handed_in("mal@me.example")), "suspect", ["self-spoof"],
     "handed in by mal@me.example"),
    ("without a login in the protocol", U(L("me@me.example"), path("me@me.example"), handed_in("me", with_="ESMTPS")), "suspect",
     ["self-spoof"], "nothing proves it"),
    ("in a name that the client gave itself", U(L("me@me.example"), path("me@me.example"), "Received: from x (Authenticated "
     "sender: me) (isp.example [203.0.113.9]) by mx.me.example with ESMTPSA; " + v.date()), "suspect", ["self-spoof"],
     "nothing proves it"),
    ("below our border", U(L("me@me.example", more=[handed_in("me")]), path("me@me.example"), hop("203.0.113.9")), "suspect",
     ["self-spoof"], "nothing proves it"),
]

ROWS = (DRESSES + BRANDS + SCRIPTS + IDNA + SYNTAX + HEADERS + PARTS + KEYS + SUFFIXES + SENDERS + WORDS + BEHIND_LISTS + HONEST
        + LOGINS)
