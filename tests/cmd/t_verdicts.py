#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of verdicts: letters, honest and forged, and what is said of each: the word, flags that must be
there, the sentence. The account is me@me.example behind mx.me.example; it writes to Carla Long of
friend.example, to Dan Free and to a list. Rows are (name, letter, word, flags, part of the sentence); a flag with "-"
must not be there, a sentence with "$" ends so."""
import json
import os
import re

from penfold_test import SOURCE, Home, Tap, skip_all

try:
    import verdict_attacks
    import verdict_letters as v
except ImportError as why:
    skip_all(f"python3-dkim is not installed ({why})")

L, S, U, ar, hop, path, came = v.letter, v.sign, v.under, v.ar, v.hop, v.path, v.came
DAY = 86400
BANK, SOFT, NONE = "Ann <ann@bank.example>", "Ann <ann@soft.example>", "Ann <ann@none.example>"
LIST = ["List-Id: Talk <talk.lists.example>", "List-Post: <mailto:talk@lists.example>"]


UNSIGNED = [
    ("nothing to go by", came(L(NONE)), "none", [], "nothing vouches for none.example"),
    ("no trace at all", L(NONE), "none", [], "its domain did not sign it; nothing vouches for none.example"),
    ("a bank that wants all mail vouched for", L(BANK), "fail-soft", [], "asks to reject such mail"),
    ("quarantine is told as that", L("a@quar.example"), "fail-soft", [], "asks to quarantine such mail"),
    ("p=none wants nothing", L(SOFT), "none", [], "soft.example"),
    ("the policy of the organization covers subdomains", L("a@x.y.bank.example"), "fail-soft", [], "reject"),
    ("two records are none", L("a@two.example"), "none", [], "two.example"),
    ("a broken p= without rua= is no record", L("a@badp.example"), "none", [], "badp"),
    ("with rua= it is p=none", L("a@badrua.example"), "none", [], "badrua"),
    ("t=y is one step milder", L("a@testing.example"), "fail-soft", [], "quarantine"),
    ("np= for a name that is not there", L("a@gone.np.example"), "fail-soft", [], "reject"),
    ("sp= for one that is", L("a@there.np.example"), "fail-soft", [], "quarantine"),
    ("p= for the domain itself", L("a@np.example"), "none", [], "np.example"),
    ("a public suffix's own record covers what is below", L("a@shop.psd.test"), "fail-soft", [], "reject"),
    ("pct= is passed over (RFC 9989)", L("a@old.example"), "fail-soft", [], "reject"),
    ("a DNS that is silent", L("a@slow.example"), "temperror", [], "will be tried again"),
]

BY_SPF = [
    ("a trusted server: SPF aligned", came(L(BANK), ar("spf=pass smtp.mailfrom=bank.example")), "pass-spf", [],
     "bank.example sent this (SPF only"),
    ("aligned by the organization", came(L(BANK), ar("spf=pass smtp.mailfrom=bounce.bank.example")), "pass-spf", [],
     "SPF only"),
    ("aspf=s wants it equal", came(L("a@strict.example"), ar("spf=pass smtp.mailfrom=sub.strict.example")), "fail",
     [], "asks to reject"),
    ("aspf=s, equal", came(L("a@strict.example"), ar("spf=pass smtp.mailfrom=strict.example")), "pass-spf", [], "SPF"),
    ("another's envelope", came(L(BANK), ar("spf=pass smtp.mailfrom=esp.example")), "fail", [],
     "not from bank.example, which asks to reject mail like this"),
    ("p=quarantine", came(L("a@quar.example"), ar("spf=fail smtp.mailfrom=quar.example")), "fail", [],
     "asks to quarantine"),
    ("p=none and nothing passes", came(L(SOFT), ar("spf=fail smtp.mailfrom=soft.example")), "fail-soft", [],
     "nothing proves that it comes from soft.example"),
    ("p=none and another sent it", came(L(SOFT), ar("spf=pass smtp.mailfrom=esp.example")), "pass-other", [],
     "sent by esp.example, nothing vouches for soft.example"),
    ("no policy and another sent it", came(L(NONE), ar("spf=pass smtp.mailfrom=esp.example")), "pass-other", [],
     "sent by esp.example"),
    ("SPF without DMARC, aligned", came(L(NONE), ar("spf=pass smtp.mailfrom=none.example")), "pass-spf", [],
     "none.example sent this"),
    ("HELO counts for the null sender", came(L(BANK), ar("spf=pass smtp.helo=bank.example")), "pass-spf", [], "SPF"),
    ("softfail is no pass", came(L(SOFT), ar("spf=softfail smtp.mailfrom=soft.example")), "fail-soft", [], "nothing"),
    ("temperror is not a fail", came(L(BANK), ar("spf=temperror smtp.mailfrom=bank.example")), "temperror", [],
     "tried again"),
    ("their DMARC says fail", came(L(BANK), ar("dmarc=fail header.from=bank.example")), "fail", [], "reject"),
    ("their DMARC says pass", came(L(BANK), ar("dmarc=pass header.from=bank.example")), "pass-spf", [], "bank.example"),
    ("of another author it says nothing", came(L(BANK), ar("dmarc=pass header.from=soft.example")), "fail", [],
     "asks to reject"),
    ("our own SPF: the hop is allowed", came(L(BANK), sender="ann@bank.example"), "pass-spf", [], "SPF only"),
    ("the hop is not", came(L(BANK), sender="ann@bank.example", ip="203.0.113.9"), "fail", [], "asks to reject"),
    ("softfail, p=none", came(L(SOFT), sender="ann@soft.example", ip="203.0.113.9"), "fail-soft", [], "soft.example"),
    ("neutral proves nothing", came(L(NONE), sender="ann@none.example", ip="203.0.113.9"), "none", [], "none.example"),
    ("the null sender: HELO", came(L("p@out.esp.example"), sender=""), "pass-spf", [], "out.esp.example sent this"),
    ("another's envelope by our own SPF", came(L(SOFT), sender="b@esp.example"), "pass-other", [], "sent by esp.example"),
    ("a broken record is no pass", came(L("a@broken.example"), sender="a@broken.example"), "none", [], "broken.example"),
    ("silence is temporary where it counts", came(L("a@spfslow.example"), sender="a@spfslow.example"), "temperror", [],
     "again"),
    ("a week later nobody evaluates SPF", came(L(BANK, ago=9 * DAY), sender="ann@bank.example", ago=9 * DAY),
     "fail-soft", [], "nothing proves"),
    ("without Return-Path neither", U(L(BANK), hop()), "fail-soft", [], "nothing proves"),
    ("a hop from inside says nothing", U(L(BANK), path("ann@bank.example"), hop("10.0.0.7")), "fail-soft", [], "nothing"),
    ("a Return-Path below the border is the sender's", U(L(BANK, more=[path("ann@bank.example")]), hop()), "fail-soft",
     [], "nothing proves"),
]

BY_DKIM = [
    ("signed by the author's domain", S(L(BANK), "bank.example", "r"), "pass", [],
     "bank.example signed this (DKIM rsa2048, DMARC reject)"),
    ("Ed25519", S(L(BANK), "bank.example"), "pass", [], "DKIM ed25519"),
    ("by the organization for a subdomain", S(L("a@mail.bank.example"), "bank.example"), "pass", [],
     "mail.bank.example signed"),
    ("by a subdomain for the organization", S(L(BANK), "mail.bank.example"), "pass", [], "bank.example signed"),
    ("without DMARC", S(L(NONE), "none.example"), "pass", [], "none.example signed this (DKIM ed25519)"),
    ("adkim=s wants it equal", came(S(L("a@strict.example"), "sub.strict.example"), ar("spf=fail")), "fail", [],
     "asks to reject"),
    ("adkim=s, equal", S(L("a@strict.example"), "strict.example"), "pass", [], "strict.example signed"),
    ("signed by another", S(L(NONE), "esp.example"), "pass-other", [], "signed by esp.example, not by none.example"),
    ("by another, p=none", came(S(L(SOFT), "esp.example"), ar("spf=fail")), "pass-other", [], "signed by esp.example"),
    ("by another, p=reject", came(S(L(BANK), "esp.example"), ar("spf=fail")), "fail", [], "asks to reject"),
    ("by both", S(S(L(BANK), "bank.example"), "esp.example"), "pass", [], "bank.example signed"),
    ("one good, one bad of its own", S(v.spoil(S(L(BANK), "bank.example")), "bank.example"), "pass", [], "bank"),
    ("simple canonicalization", S(L(BANK), "bank.example", canon="simple"), "pass", [], "bank.example"),
    ("a changed body", v.spoil(S(L(NONE), "none.example")), "fail-soft", [], "the body was changed"),
    ("a changed subject", v.reword(S(L(NONE), "none.example"), "news", "olds"), "fail-soft", [], "the header was changed"),
    ("a changed body, p=reject", came(v.spoil(S(L(BANK), "bank.example")), ar("spf=fail")), "fail", [], "asks to reject"),
    ("changed, SPF not known", v.spoil(S(L(BANK), "bank.example")), "fail-soft", [], "does not hold"),
    ("a key that is revoked", S(L(NONE), "none.example", "g"), "permerror", [], "the key was revoked"),
    ("a key that cannot be read", S(L(NONE), "none.example", "b"), "permerror", [], "cannot be used"),
    ("no key there", S(L(NONE), "none.example", "nokey"), "permerror", [], "no key at"),
    ("a DNS that is silent", S(L(NONE), "none.example", "w"), "temperror", [], "tried again"),
    ("silent, and SPF aligned", came(S(L(BANK), "bank.example", "w"), ar("spf=pass smtp.mailfrom=bank.example")),
     "pass-spf", [], "SPF only"),
    ("a key for other services", S(L(NONE), "none.example", "x"), "permerror", [], "not for mail"),
    ("t=s allows no subdomain in i=", v.reword(S(L(NONE), "none.example", "s"), "i=@none.example", "i=@a.none.example"),
     "permerror", [], "does not allow subdomains"),
    ("a test key counts, and is told", S(L(NONE), "none.example", "t"), "pass", ["testkey"], "marks its key as a test"),
    ("a test key that fails is no fail", v.spoil(S(L(NONE), "none.example", "t")), "none", ["testkey"],
     "no domain's signature on it counts"),
    ("expired", S(L(NONE), "none.example", expires=v.NOW - 100, ago=DAY), "fail-soft", ["expired"], "had expired"),
    ("expired since it came", came(S(L(NONE, ago=2 * DAY), "none.example", expires=v.NOW - DAY, ago=2 * DAY),
                                   ago=2 * DAY), "pass", [], "none.example signed"),
    ("signed in the future", S(L(NONE), "none.example", ago=-2 * DAY), "pass", ["future"], "none.example"),
    ("sha1 proves nothing", v.data("rsa-sha1.eml"), "fail-soft", ["sha1"], "proves nothing"),
    ("RSA of 1024 bits passes, and is told", v.data("rsa-1024.eml"), "pass", ["weakkey"], "rsa1024"),
    ("RSA of 768 bits does not", v.data("rsa-768.eml"), "fail-soft", ["weakkey"], "768"),
    ("l= over all of it", S(L(NONE), "none.example", length=True), "pass", ["l-present"], "only a part of the text"),
    ("l= and text after it", S(L(NONE), "none.example", length=True) + b"Pay here.\r\n", "suspect", ["l-short"],
     "signed only the beginning"),
    ("l= and blank lines after it", S(L(NONE), "none.example", length=True) + b"\r\n\r\n", "pass", ["l-present"], "part"),
    ("l=0 and all of the text after it", S(L(NONE, body=""), "none.example", length=True) + b"Pay here.\r\n", "suspect",
     ["l-short"], "signed only the beginning"),
    ("another boundary, and the rest behind l=", v.reword(S(L(NONE, more=["Content-Type: multipart/mixed; boundary=a"],
     body="--a\r\n\r\nHello.\r\n--a--\r\n"), "none.example", length=True), "boundary=a", "boundary=b")
     + b"--b\r\n\r\nPay here.\r\n--b--\r\n", "suspect", ["l-short", "unsigned-ct"], "signed only the beginning"),
    ("an unsigned subject", S(L(NONE), "none.example", names=("from", "date")), "pass", ["unsigned-subject"],
     "the subject is not signed"),
    ("eight labels below", S(L("a@seven.a.b.c.d.e.f.g.h.example"), "seven.a.b.c.d.e.f.g.h.example"), "pass", [],
     "seven.a.b"),
    ("an IDN author is shown in its own letters", S(L("a@b\u00fccher.example"), "xn--bcher-kva.example"), "pass", [],
     "b\u00fccher.example signed this"),
    ("a malformed signature", U(L(NONE), "DKIM-Signature: v=1; a=rsa-sha256; d=none.example"), "permerror", [],
     "cannot be used"),
    ("an unknown algorithm is passed over", v.reword(S(L(NONE), "none.example"), "a=ed25519-sha256", "a=pq-sha3"),
     "none", [], "nothing vouches"),
    ("a bare signature of a public suffix", S(L("a@co.psd.test"), "psd.test"), "pass-other", [], "signed by psd.test"),
    ("siblings below a public suffix are strangers", S(L("a@shop.psd.test"), "co.psd.test"), "pass-other", [],
     "signed by co.psd.test"),
]

KEPT = [
    ("old, and the key is gone", came(S(L(NONE, ago=400 * DAY), "none.example", "nokey", ago=400 * DAY), ago=400 * DAY),
     "unverifiable", ["keygone"], "too old to check"),
    ("old, by its Date alone", S(L(NONE, ago=400 * DAY), "none.example", "nokey"), "unverifiable", ["keygone"], "too old"),
    ("old, gone, p=reject: not called false", came(S(L(BANK, ago=60 * DAY), "bank.example", "nokey", ago=60 * DAY),
                                                   ago=60 * DAY), "unverifiable", ["keygone"], "too old"),
    ("old and changed is still wrong", came(v.spoil(S(L(NONE, ago=60 * DAY), "none.example")), ago=60 * DAY),
     "fail-soft", [], "the body was changed"),
    ("a trusted server saw it pass", came(v.spoil(S(L(NONE), "none.example")),
                                          ar("dkim=pass header.d=none.example header.s=e")), "modified", ["modified"],
     "was valid on arrival (mx.me.example), changed since"),
    ("nor can a policy call that forged", came(v.spoil(S(L(BANK), "bank.example")), ar("dkim=pass header.d=bank.example; "
     "spf=fail smtp.mailfrom=esp.example")), "modified", ["modified"], "was valid on arrival (mx.me.example), changed since"),
    ("it saw a stranger's, whose keys he may have changed", came(v.spoil(S(L(SOFT), "esp.example")),
     ar("dkim=pass header.d=esp.example; spf=none")), "modified", ["modified"],
     "was signed by esp.example on arrival (mx.me.example), not by soft.example; changed since"),
    ("which does not make a letter ours", came(v.spoil(S(L("me@me.example"), "esp.example")),
     ar("dkim=pass header.d=esp.example; spf=none")), "suspect", ["self-spoof"], "yourself"),
    ("nor one of a bank", came(v.spoil(S(L(BANK), "esp.example")), ar("dkim=pass header.d=esp.example; spf=none")), "fail", [],
     "asks to reject"),
    ("of another signature it says nothing", came(v.spoil(S(L(NONE), "none.example")),
                                                  ar("dkim=pass header.d=esp.example")), "fail-soft", [], "changed"),
    ("of another selector neither", came(v.spoil(S(L(NONE), "none.example")),
                                         ar("dkim=pass header.d=none.example header.s=r")), "fail-soft", [], "changed"),
    ("header.i alone names the domain", came(v.spoil(S(L(NONE), "none.example")),
                                             ar("dkim=pass header.i=@none.example")), "modified", ["modified"], "valid"),
]

TRUST = [
    ("a pass without any signature to check it by", came(L(BANK), ar("dkim=pass header.d=bank.example; dmarc=pass "
     "header.from=bank.example")), "pass-spf", [], "bank.example"),
    ("without any Received nobody's word counts", U(L(BANK), ar("dmarc=pass header.from=bank.example")), "fail-soft", [],
     "nothing proves"),
    ("an untrusted id counts for nothing", came(L(BANK), ar("dmarc=pass header.from=bank.example", "evil.example")),
     "fail", [], "asks to reject"),
    ("an id that only ends like ours", came(L(BANK), ar("dmarc=pass header.from=bank.example", "mx.me.example.evil.net")),
     "fail", [], "asks to reject"),
    ("ours below an older hop is forged", U(L(BANK, more=[hop(by="relay.esp.example"), ar("dmarc=pass header.from=bank.example")]),
                                             path("x@nowhere.example"), hop()), "suspect", ["ar-forged"],
     "forged Authentication-Results"),
    ("a pass just below our border may be the sender's", U(L(BANK, more=[ar("dmarc=pass header.from=bank.example")]),
                                                           path("x@nowhere.example"), hop()), "fail", [], "asks to reject"),
    ("a fail there counts", U(L(BANK, more=[ar("dmarc=fail header.from=bank.example")]), path("x@nowhere.example"),
                              hop()), "fail", [], "asks to reject"),
    ("of two the first counts", came(L(BANK), ar("spf=fail smtp.mailfrom=bank.example"),
                                     ar("spf=pass smtp.mailfrom=bank.example")), "fail", ["ar-dup-id"], "reject"),
    ("side by side on different methods", came(L(BANK), ar("spf=pass smtp.mailfrom=bank.example"),
                                               ar("dkim=none")), "pass-spf", [], "SPF only"),
    ("a field with a mistake in it is ignored", came(L(BANK), ar("spf=pass smtp.mailfrom=bank.example; dkim=")),
     "fail", [], "asks to reject"),
    ("an echo of the sender cannot add a method", came(L(BANK), ar('spf=fail smtp.mailfrom="a; dmarc=pass "@bank.example')),
     "fail", [], "asks to reject"),
    ("a comment hides nothing", came(L(BANK), ar("spf=fail (dmarc=pass header.from=bank.example)")), "fail", [], "reject"),
    ("no id, as Outlook writes", came(L(BANK), "Authentication-Results: spf=pass (sender IP is 192.0.2.80) "
                                      "smtp.mailfrom=bank.example; dmarc=pass"), "fail", [], "asks to reject"),
    ("their words cannot lift a wrong signature", came(v.spoil(S(L(NONE), "none.example")), ar("spf=none")), "fail-soft",
     [], "changed"),
]

ATTACKS = [
    ("two From fields", L(BANK, more=["From: x@evil.example"]), "suspect", ["multi-from"], "several From fields"),
    ("the second one under a good signature", U(S(L(BANK), "bank.example"), "From: x@evil.example"), "suspect",
     ["multi-from", "added-header"], "several From fields"),
    ("a second Subject on top", U(S(L(BANK), "bank.example"), "Subject: pay now"), "suspect",
     ["added-header", "dup-header"], "a second subject was added"),
    ("a second Date", U(S(L(BANK), "bank.example"), "Date: " + v.date()), "suspect", ["added-header"], "a second date"),
    ("a second To", U(S(L(BANK), "bank.example"), "To: you@me.example"), "suspect", ["added-header"], "a second to"),
    ("a second Reply-To", U(S(L(BANK, more=["Reply-To: ann@bank.example"]), "bank.example", names=("from", "to",
     "subject", "date", "reply-to")), "Reply-To: x@bank.example"), "suspect", ["added-header", "dup-header"],
     "a second reply-to"),
    ("a second Content-Type", U(S(L(BANK, more=["Content-Type: text/plain"]), "bank.example", names=("from", "subject",
     "content-type")), "Content-Type: text/html"), "suspect", ["added-header", "dup-header"], "a second content-type"),
    ("a second Subject where it was sealed", came(U(S(L(BANK), "bank.example", names=("from", "from", "subject",
     "subject", "date")), "Subject: pay now"), ar("spf=fail")), "fail", ["dup-header"], "asks to reject"),
    ("a Content-Type below an unsigned one", S(L(BANK, more=["Content-Type: text/plain"]), "bank.example"), "pass",
     ["unsigned-ct"], "bank.example signed"),
    ("authors of two domains", L("a@bank.example, b@soft.example"), "suspect", ["multi-author-domain"], "several domains"),
    ("two authors of one domain are fine", S(L("a@bank.example, b@bank.example"), "bank.example"), "pass", [], "signed"),
    ("no From", L(None), "suspect", ["from-unparseable"], "no sender can be read"),
    ("From without an address", L("Your bank"), "suspect", ["from-unparseable"], "no sender"),
    ("an empty group", L("undisclosed:;"), "suspect", ["from-group", "from-unparseable"], "no sender"),
    ("a group with an author", S(L("Bank: ann@bank.example;"), "bank.example"), "pass", ["from-group"], "bank.example"),
    ("an address literal", L("a@[192.0.2.1]"), "suspect", ["from-unparseable"], "no sender"),
    ("a quoted string behind the domain", L('ann@bank.example ".evil.example"'), "suspect", ["from-unparseable"],
     "no sender"),
    ("within the brackets", L('Ann <ann@bank.example".evil.example">'), "suspect", ["from-unparseable"], "no sender"),
    ("From with a blank before the colon", v.reword(L(NONE), "From:", "From :"), "none", [], "none.example"),
    ("the name is an address of another", L('"service@bank.example" <x@none.example>'), "suspect", ["dn-spoof"],
     "the name says bank.example, the letter comes from none.example"),
    ("the name is a domain", L("PayPal.com <x@none.example>"), "suspect", ["dn-spoof"], "says paypal.com"),
    ("hidden in an encoded word", L("=?utf-8?q?service=40bank=2Eexample?= <x@none.example>"), "suspect", ["dn-spoof"],
     "says bank.example"),
    ("with a good signature of its own", S(L('"service@bank.example" <x@none.example>'), "none.example"), "pass",
     ["dn-spoof"], "the name says bank.example, but none.example signed this"),
    ("its own domain in the name is fine", S(L('"none.example shop" <x@none.example>'), "none.example"), "pass", [],
     "none.example signed"),
    ("a word with a dot is no domain", S(L('"node.js weekly" <x@none.example>'), "none.example"), "pass", [], "signed"),
    ("answers go elsewhere", S(L(NONE, more=["Reply-To: x@evil.example"]), "none.example"), "pass", ["replyto-foreign"],
     "answers go to another domain"),
    ("answers within the organization", S(L(BANK, more=["Reply-To: x@mail.bank.example"]), "bank.example"), "pass", [],
     "bank.example"),
    ("a digit for a letter", S(L("PayPal <x@paypa1.com>"), "paypa1.com"), "pass", ["homoglyph", "lookalike"],
     "not paypal.com, only like it: paypa1.com signed this"),
    ("the same, unsigned", L("PayPal <x@paypa1.com>"), "suspect", ["homoglyph", "dn-spoof"],
     "the name says paypal.com, the letter comes from paypa1.com"),
    ("Cyrillic in a Latin name", S(L("PayPal <x@xn--pypal-4ve.com>"), "xn--pypal-4ve.com"), "pass", ["homoglyph"],
     "not paypal.com, only like it: xn--pypal-4ve.com"),
    ("rn for m", S(L("x@rnicrosoft.com"), "rnicrosoft.com"), "pass", ["homoglyph"], "not microsoft.com"),
    ("mixed scripts that look like nobody we know", L("x@xn--80ak6aa92e0.example"), "none", [], "xn--80ak6aa92e0"),
    ("a known name before another's", L("x@paypal.com.none.example"), "suspect", ["lookalike"], "looks like paypal.com"),
    ("one letter left out of a correspondent's", L("x@frend.example"), "suspect", ["lookalike"], "looks like friend.example"),
    ("a digit in a correspondent's", S(L("x@fr1end.example"), "fr1end.example"), "pass", ["homoglyph"],
     "not friend.example, only like it"),
    ("below a correspondent's domain is no lookalike", S(L("x@mail.friend.example"), "friend.example"), "pass-other", [],
     "signed by friend.example"),
    ("the name of a correspondent, another's address", L("Carla Long <x@none.example>"), "suspect", ["dn-spoof"],
     "the name is that of carla@friend.example, the letter comes from x@none.example"),
    ("the same, signed", S(L("Carla Long <x@none.example>"), "none.example"), "pass", ["dn-spoof"],
     "the name is that of carla@friend.example, but none.example signed this"),
    ("the correspondent herself", S(L("Carla Long <carla@friend.example>"), "friend.example"), "pass", [], "friend.example"),
    ("a first name alone proves nothing", S(L("Carla <x@none.example>"), "none.example"), "pass", [], "none.example"),
    ("text turned round in the name", S(L("=?utf-8?b?4oCuZXZpbA==?= <x@none.example>"), "none.example"), "pass",
     ["bidi-ctrl"], "turns the direction"),
    ("in the subject", S(v.reword(L(NONE), "news", "\u202egpj"), "none.example"), "pass", ["bidi-ctrl"], "turns"),
    ("an escape in a field", S(v.reword(L(NONE), "news", "\x1b]0;x\x07"), "none.example"), "pass", ["esc-in-header"],
     "control characters"),
    ("an escape in an encoded word", S(v.reword(L(NONE), "news", "=?utf-8?q?=1B[2J?="), "none.example"), "pass",
     ["esc-in-header"], "control characters"),
    ("8-bit controls", S(v.reword(L(NONE), "news", "\u009b31m"), "none.example"), "pass", ["esc-in-header"], "control"),
    ("our own address, unproven", came(L("Me <me@me.example>")), "suspect", ["self-spoof"],
     "claims to come from yourself, me@me.example"),
    ("our own alias", came(L("other@me.example")), "suspect", ["self-spoof"], "yourself"),
    ("our own, in other case", came(L("ME@Me.Example")), "suspect", ["self-spoof"], "yourself"),
    ("our own, signed", came(S(L("me@me.example"), "me.example")), "pass", [], "me.example signed"),
    ("our own, never sent through a server", L("me@me.example"), "fail-soft", [], "me.example"),
    ("our own, handed in with a password", came(L("me@me.example"), ar("auth=pass smtp.auth=me")), "fail-soft", [],
     "nothing proves"),
    ("in by another user of our server", came(L("me@me.example"), ar("auth=pass smtp.auth=mal@me.example")), "suspect",
     ["self-spoof"], "claims to come from yourself, me@me.example, and was handed in by mal@me.example"),
    ("who has a name without a domain", came(L("me@me.example"), ar("auth=pass (plain) smtp.auth=mal")), "suspect",
     ["self-spoof"], "handed in by mal"),
    ("an envelope of ours is no login", came(L("me@me.example"), ar("auth=pass smtp.mailfrom=me@me.example")), "suspect",
     ["self-spoof"], "nothing proves it"),
    ("nor is it beside another's", came(L("me@me.example"), ar("auth=pass smtp.auth=mal smtp.mailfrom=me@me.example")),
     "suspect", ["self-spoof"], "handed in by mal"),
    ("our server signs for all its users", came(S(L("me@me.example"), "me.example"), ar("auth=pass "
     "smtp.auth=mal@me.example; spf=pass smtp.mailfrom=me.example; dmarc=pass header.from=me.example")), "suspect",
     ["self-spoof"], "handed in by mal@me.example"),
    ("a name that may be anybody's does not undo a signature", came(S(L("me@me.example"), "me.example"),
     ar("auth=pass smtp.auth=u0815")), "pass", ["-self-spoof"], "me.example signed"),
    ("a colleague's letter that another handed in", came(S(L("boss@me.example"), "me.example"), ar("auth=pass "
     "smtp.auth=mal@me.example")), "pass", ["-self-spoof"], "me.example signed this (DKIM ed25519, DMARC reject); handed in by "
     "mal@me.example"),
    ("that he did himself", came(S(L("boss@me.example"), "me.example"), ar("auth=pass smtp.auth=Boss@me.example")), "pass", [],
     "DMARC reject)$"),
    ("in by ourselves, from another address of ours", came(L("me@me.example"), ar("auth=pass smtp.auth=OTHER@me.example")),
     "fail-soft", ["-self-spoof"], "nothing proves"),
    ("by the name that the rc logs in with", came(L("me@me.example"), ar("auth=pass smtp.auth=u4711")), "fail-soft",
     ["-self-spoof"], "nothing proves"),
    ("our name at another house", came(L("me@me.example"), ar("auth=pass smtp.auth=me@evil.example")), "suspect",
     ["self-spoof"], "handed in by me@evil.example"),
    ("the same by its protocol", U(L("ann@bank.example"), path("ann@bank.example"), hop("203.0.113.9").replace("ESMTPS", "ESMTPSA")),
     "fail-soft", [], "nothing proves"),
    ("replayed to us long after", came(S(L(NONE, to="else@where.example"), "none.example", ago=5 * DAY)), "pass",
     ["replay-hint"], "signed long before, perhaps for someone else"),
    ("late, but to us", came(S(L(NONE), "none.example", ago=5 * DAY)), "pass", [], "none.example signed"),
    ("an empty letter", b"", "suspect", ["from-unparseable"], "no sender"),
    ("a body only", b"\r\nHello.\r\n", "suspect", ["from-unparseable"], "no sender"),
    ("a NUL in the header", v.reword(L(NONE), "news", "ne\0ws"), "none", ["esc-in-header"], "none.example"),
    ("a line that is no field ends the header", v.reword(L(NONE), "From:", "no field\r\nFrom:"), "suspect",
     ["from-unparseable"], "no sender"),
    ("another author below a line that is no field", v.reword(L(NONE), "Subject:", "no field\r\nFrom: x@bank.example\r\nSubject:"),
     "suspect", ["multi-from"], "several From fields"),
]

LISTS = [
    ("through a list that signs", came(S(v.spoil(S(L(NONE, more=LIST), "none.example")), "lists.example")), "pass-other",
     ["list"], "signed by lists.example, not by none.example"),
    ("a list that changed a rejecting bank's letter", came(S(v.spoil(S(L(BANK, more=LIST), "bank.example")),
                                                             "lists.example"), ar("spf=pass smtp.mailfrom=lists.example")),
     "fail", ["list"], "asks to reject"),
    ("a list that put itself into From", came(S(L('"Ann via Talk" <talk@lists.example>',
                                                  more=[*LIST, "Reply-To: Ann <ann@bank.example>"]), "lists.example")),
     "pass", ["list", "list-munged", "-replyto-foreign"], "the list says that ann@bank.example wrote it"),
    ("a list that has its domain in its name", came(S(L(NONE, more=["List-Id: lists.example talk <talk.lists.example>",
     "Reply-To: talk@lists.example"]), "none.example")), "pass", ["list", "-replyto-foreign"], "none.example signed"),
    ("answers to so many that nobody looks at each", S(L(NONE, more=["Reply-To: " + ",\r\n ".join(
     f"a{i}@none.example" for i in range(65))]), "none.example"), "pass", ["replyto-foreign"], "answers go to another domain"),
    ("answers to as many as are looked at", S(L(NONE, more=["Reply-To: " + ",\r\n ".join(
     f"a{i}@none.example" for i in range(64))]), "none.example"), "pass", ["-replyto-foreign"], "none.example signed"),
    ("a list's field that is too long to name a list", S(L(NONE, more=["List-Id: " + "x" * 60 + ("\r\n " + "x" * 60) * 70
     + " <talk.lists.example>", "Reply-To: talk@lists.example"]), "none.example"), "pass", ["list", "replyto-foreign"],
     "answers go to another domain"),
    ("answers to somebody beside him", came(S(L('"Ann via Talk" <talk@lists.example>', more=[*LIST,
     "Reply-To: Ann <ann@bank.example>, x@evil.example"]), "lists.example")), "pass", ["list-munged", "replyto-foreign"],
     "answers go to another domain"),
    ("with X-Original-From", came(S(L('"ann@bank.example" <talk@lists.example>',
                                      more=[*LIST, "X-Original-From: Ann <ann@bank.example>"]), "lists.example")),
     "pass", ["list-munged"], "ann@bank.example wrote it"),
    ("a list's Reply-To is no trick", came(S(L(NONE, more=[*LIST, "Reply-To: talk@lists.example"]), "none.example")),
     "pass", ["list"], "none.example signed"),
    ("who says he is a list and is not", came(L('"Ann via Talk" <x@evil.example>', more=[*LIST, "Reply-To: ann@bank.example"])),
     "none", ["list"], "evil.example"),
    ("our own letter back from a list", came(S(L("me@me.example", more=LIST), "lists.example"),
                                             ar("spf=pass smtp.mailfrom=lists.example")), "fail", ["list"], "reject"),
]
# What was tried against the judge later, with what it had not thought of.
OURS = "Received: from a.example by mx.me.example; " + v.date()
SLOW = "DKIM-Signature: v=1; a=rsa-sha256; d=evilslow.example; s=w; h=from:subject; bh=" + "A" * 43 + "=; b=" + "A" * 344


def qmail(helo, ip="203.0.113.9"):
    return f"Received: from unknown (HELO {helo}) ({ip}) by mx.me.example with SMTP; {v.date()}"


def exim(helo, ip="203.0.113.9"):
    return f"Received: from [{ip}] (helo={helo}) by mx.me.example with esmtp (Exim 4.96); {v.date()}"


HOPS = [
    ("a private address in HELO does not make a hop internal", U(L(BANK, more=[ar("dmarc=pass header.from=bank.example"),
     hop("203.0.113.9")]), path("x@nowhere.example"), exim("[127.0.0.1]")), "fail", [], "asks to reject"),
    ("nor in another server's form", U(L(BANK, more=[OURS, ar("dmarc=pass header.from=bank.example")]),
     path("x@nowhere.example"), qmail("[10.0.0.1]")), "suspect", ["ar-forged"], "forged Authentication-Results"),
    ("SPF is not asked about an address in HELO", U(L(BANK), path("ann@bank.example"), qmail("[192.0.2.80]")), "fail",
     [], "asks to reject"),
    ("nor about one glued to it", U(L(BANK), path("ann@bank.example"), hop("203.0.113.9", helo="x([192.0.2.80])")), "fail",
     [], "asks to reject"),
    ("a hop without an address leaves all below it in doubt", U(L(BANK, more=[ar("dmarc=pass header.from=bank.example"),
     hop("203.0.113.9")]), path("x@nowhere.example"), "Received: from mx.me.example by mx.me.example with ESMTP; "
     + v.date()), "fail-soft", [], "nothing proves"),
    ("a name that does not lead back is not ours", U(L(BANK, more=[OURS, ar("dmarc=pass header.from=bank.example")]),
     path("x@nowhere.example"), hop().replace("(out.esp.example [192.0.2.80])",
     "(mx.me.example [203.0.113.9] (may be forged))")), "suspect", ["ar-forged"], "forged Authentication-Results"),
    ("HELO's SPF says nothing of the envelope's", came(L(BANK), ar("spf=pass smtp.helo=bank.example; spf=fail "
     "smtp.mailfrom=esp.example")), "fail", [], "asks to reject"),
]
SILENCE = [
    ("a stranger's DNS that is silent keeps nothing open", came(U(L(BANK), SLOW), ar("spf=fail smtp.mailfrom=bank.example")),
     "fail", [], "asks to reject"),
    ("nor a stranger's envelope", came(L(BANK), sender="x@spfslow.example", ip="203.0.113.9"), "fail", [], "asks to reject"),
    ("nor for our own address", came(U(L("me@me.example"), SLOW), ar("spf=none")), "suspect", ["self-spoof"], "yourself"),
    ("the author's own does", came(S(L(BANK), "bank.example", "w"), ar("spf=fail smtp.mailfrom=bank.example")), "temperror",
     [], "tried again"),
]
NAMES = [
    ("its own domain first, another's behind it", S(L('"none.example service@bank.example" <x@none.example>'),
                                                    "none.example"), "pass", ["dn-spoof"], "the name says bank.example"),
    ("another form of @", S(L('"service\uff20bank.example" <x@none.example>'), "none.example"), "pass", ["dn-spoof"],
     "the name says bank.example"),
    ("another form of the dot", S(L('"service@bank\u3002example" <x@none.example>'), "none.example"), "pass", ["dn-spoof"],
     "the name says bank.example"),
    ("a NUL before it", S(L("=?iso-8859-1?q?Shop=00service=40bank.example?= <x@none.example>"), "none.example"), "pass",
     ["dn-spoof"], "the name says bank.example"),
    ("base64 without its padding", S(L("=?utf-8?b?c2VydmljZUBiYW5rLmV4YW1wbGU?= <x@none.example>"), "none.example"),
     "pass", ["dn-spoof"], "the name says bank.example,"),
    ("as a comment", S(L("x@none.example (service@bank.example)"), "none.example"), "pass", ["dn-spoof"],
     "the name says bank.example"),
    ("as a group's name", S(L('"service@bank.example": x@none.example;'), "none.example"), "pass",
     ["from-group", "dn-spoof"], "the name says bank.example"),
    ("as the local part", S(L('<"service@bank.example"@none.example>'), "none.example"), "pass", ["dn-spoof"],
     "the name says bank.example"),
    ("the same without quotes", S(L("<service@bank.example@none.example>"), "none.example"), "pass", ["dn-spoof"],
     "the name says bank.example"),
    ("the same as an encoded word", S(L("<=?utf-8?q?service=40bank=2Eexample=3E?=@none.example>"), "none.example"),
     "pass", ["dn-spoof"], "the name says bank.example"),
    ("two addresses without a comma", S(L("service@bank.example x@none.example"), "none.example"), "suspect",
     ["multi-author-domain"], "several domains"),
    ("one behind the brackets", S(L("Ann <x@none.example> service@bank.example"), "none.example"), "suspect",
     ["multi-author-domain"], "several domains"),
    ("a route through the bank is none of its", S(L("<@bank.example:x@none.example>"), "none.example"), "pass",
     ["-dn-spoof"], "none.example signed"),
    ("Sender is not the author", S(L(NONE, more=["Sender: ann@bank.example"]), "none.example"), "pass", [],
     "none.example signed"),
    ("a correspondent's name in Cyrillic", S(L('"\u0421arla Long" <x@none.example>'), "none.example"), "pass",
     ["dn-spoof"], "the name is that of carla@friend.example"),
    ("with a sign in it that nobody sees", S(L('"Carla\u200b Long" <x@none.example>'), "none.example"), "pass",
     ["dn-spoof", "esc-in-header"], "the name is that of carla@friend.example"),
    ("turned round", S(L('"Long, Carla" <x@none.example>'), "none.example"), "pass", ["dn-spoof"],
     "the name is that of carla@friend.example"),
    ("at the same provider, where anybody has an address", L("Dan Free <dan.free99@gmail.com>"), "suspect", ["dn-spoof"],
     "the name is that of dan.free@gmail.com"),
    ("the same mailbox, written otherwise", L("Dan Free <DanFree+x@gmail.com>"), "none", ["-dn-spoof"], "gmail.com"),
    ("tags in the name", S(L('"Ann\U000e0041" <x@none.example>'), "none.example"), "pass", ["esc-in-header"], "control"),
    ("joiners in a subject are letters", S(v.reword(L(NONE), "news", "\U0001f468\u200d\U0001f469"), "none.example"),
     "pass", ["-esc-in-header"], "none.example signed"),
    ("a lookalike before another's", L("x@paypa1.com.none.example"), "suspect", ["lookalike"], "looks like paypal.com"),
    ("a known name before a hyphen", L("x@paypal.com-login.none.example"), "suspect", ["lookalike"],
     "looks like paypal.com"),
    ("a house in another country", L("x@amazon.com.br"), "none", ["-lookalike"], "amazon.com.br"),
    ("small capitals", L("x@\u1d18aypal.com"), "suspect", ["homoglyph"], "looks like paypal.com"),
    ("Latin and Cherokee", L("x@p\uab7aypal.com"), "suspect", ["homoglyph"], "looks like paypal.com"),
    ("scripts mixed in what looks like nobody we know", L("x@\u0575oo.com"), "suspect", ["homoglyph"],
     "mixes letters of several scripts"),
]
FORGED_LISTS = [
    ("our own address through a list that we never wrote to", came(S(L("me@me.example", more=["List-Id: <x.esp.example>"]),
     "esp.example"), ar("spf=pass smtp.mailfrom=esp.example")), "suspect", ["self-spoof", "list"], "yourself"),
    ("a list of the forger's hides no name", came(S(L('"service@bank.example via Talk" <x@esp.example>',
     more=["List-Id: <x.esp.example>", "Reply-To: service@bank.example"]), "esp.example")), "pass",
     ["list-munged", "dn-spoof"], "the name says bank.example, but esp.example signed this"),
    ("a list that we write to may", came(S(L('"ann@bank.example via Talk" <talk@lists.example>', more=[*LIST,
     "Reply-To: ann@bank.example"]), "lists.example")), "pass", ["list-munged", "-dn-spoof"], "ann@bank.example wrote it"),
    ("nor excuses where answers go", came(S(L(NONE, more=["List-Id: <x.none.example>", "Reply-To: x@evil.example"]),
     "none.example")), "pass", ["list", "replyto-foreign"], "answers go to another domain"),
]
TAGS = [
    ("a tag that stands twice", v.reword(S(L(NONE), "none.example"), "d=none.example", "d=none.example; d=none.example"),
     "permerror", [], "d= stands twice"),
    ("tags have small letters", v.reword(S(L(NONE), "none.example"), "a=ed25519", "A=ed25519"), "permerror", [], "no a="),
    ("h= without From", v.reword(S(L(NONE), "none.example"), "h=from", "h=fram"), "permerror", [], "From is not signed"),
    ("i= of another domain", v.reword(S(L(NONE), "none.example"), "i=@none.example", "i=@bank.example"), "permerror", [],
     "not within d="),
    ("i= that only ends like d=", v.reword(S(L(NONE), "none.example"), "i=@none.example", "i=@evilnone.example"),
     "permerror", [], "not within d="),
    ("d= above all domains", v.reword(S(L(NONE), "none.example"), "d=none.example", "d=example"), "permerror", [], "no key"),
    ("psd= has three values", L("a@sub.psdyes.example"), "fail-soft", [], "asks to reject"),
    ("sp= without p= asks for nothing", L("a@sub.nop.example"), "none", [], "sub.nop.example"),
]
FIELDS = [
    ("a version that is not known", came(L(BANK), ar("dmarc=pass header.from=bank.example", "mx.me.example 2")), "fail",
     [], "asks to reject"),
    ("a method's version that is not known", came(L(BANK), ar("dmarc/2=pass header.from=bank.example")), "fail", [],
     "asks to reject"),
    ("our id as a comment before another", came(L(BANK), "Authentication-Results: (mx.me.example) evil.example; dmarc=pass"),
     "fail", [], "asks to reject"),
    ("our id, and an escape", came(L(BANK), ar("dmarc=pass", "mx.me.example%00.evil.example")), "fail", [], "reject"),
    ("a blank before the colon", U(L(BANK, more=["Authentication-Results : mx.me.example; dmarc=pass"]),
                                   path("x@nowhere.example"), hop("203.0.113.9")), "fail", [], "asks to reject"),
    ("none, and then more", came(L(BANK), ar("none; dmarc=pass header.from=bank.example")), "fail", [], "asks to reject"),
]
MANY = ["X-Junk: y"] * 10100
SIZES = [
    ("a signature over what is seen of a header too large", S(L(NONE), "none.example").replace(b"\r\n\r\n", ("\r\n"
     + "\r\n".join([*MANY, "From: service@bank.example"]) + "\r\n\r\n").encode(), 1), "permerror", [], "too large"),
    ("twenty signatures, each with another l=", U(L(NONE), *[f"DKIM-Signature: v=1; a=rsa-sha256; d=d{i}.example; s=r; "
     f"l={i}; h=from; bh=YWJj; b=YWJj" for i in range(20)]), "permerror", [], "no key at"),
]
LATER = SIZES + HOPS + SILENCE + NAMES + FORGED_LISTS + TAGS + FIELDS
ARC = "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=esp.example; s=r; b=YWJj\r\n" \
      "ARC-Message-Signature: i=1; a=rsa-sha256; d=esp.example; s=r; h=from; bh=YWJj; b=YWJj\r\n" \
      "ARC-Authentication-Results: i=1; esp.example; dkim=pass header.d=bank.example; dmarc=pass"
CHAINS = [
    ("a forged chain changes nothing", U(L(NONE), ARC), "none", [], "none.example"),
    ("nor for a bank", came(L(BANK, more=[ARC]), ar("spf=fail")), "fail", [], "asks to reject"),
    ("what it claims lifts nothing", U(L(BANK), ARC), "fail-soft", [], "nothing proves"),
    ("a chain with a gap", U(L(NONE), ARC.replace("i=1", "i=2").replace("cv=none", "cv=pass")), "none", [], "none.example"),
]

# Behind a server that writes into every message, below its own Received: its first field is its own.
ALWAYS = [
    ("its first field counts", U(L(BANK, more=[ar("dmarc=pass header.from=bank.example")]), path("x@nowhere.example"),
                                 hop()), "pass-spf", [], "bank.example"),
    ("what a sender put below that does not", U(L(BANK, more=[ar("dmarc=fail header.from=bank.example"),
     ar("dmarc=pass header.from=bank.example")]), path("x@nowhere.example"), hop()), "fail", ["ar-dup-id"], "reject"),
    ("nor on another method", U(L(BANK, more=[ar("spf=fail smtp.mailfrom=bank.example"),
     ar("dmarc=pass header.from=bank.example")]), path("x@nowhere.example"), hop()), "fail", [], "reject"),
    ("nothing from it is told", came(S(L(NONE), "none.example")), "pass", ["ar-missing"], "none.example signed"),
    ("changed since it saw it pass", U(v.spoil(S(L(NONE), "none.example")), path("x@nowhere.example"), hop(),
     ar("dkim=pass header.d=none.example header.s=e")), "modified", ["modified"], "was valid on arrival"),
]

# The attacks that the judge was designed against, and the letters that try them. Two are no letters: a duplicate
# Message-ID (verdicts are kept by the bytes: tests/servers/t_judging.py), a picture like a logo (tests/ui/t_pictures.py).
ATTACKED = {
    "replay": ["replayed to us long after"],
    "l= append": ["l= and text after it", "l=0 and all of the text after it"],
    "boundary swap": ["another boundary, and the rest behind l="],
    "several From": ["two From fields", "the second one under a good signature"],
    "header added after signing": ["a second Subject on top", "a second Date", "a second To", "a second Reply-To",
                                   "a second Content-Type", "a second Subject where it was sealed"],
    "display name": ["the name is an address of another", "the name is a domain", "hidden in an encoded word",
                     "the name of a correspondent, another's address"],
    "homoglyph": ["Cyrillic in a Latin name", "rn for m", "mixed scripts that look like nobody we know"],
    "lookalike": ["one letter left out of a correspondent's", "a known name before another's"],
    "group in From": ["an empty group", "a group with an author"],
    "NUL, blank before the colon, no colon": ["a NUL in the header", "From with a blank before the colon",
                                              "a line that is no field ends the header"],
    "Authentication-Results injected": ["ours below an older hop is forged", "an echo of the sender cannot add a method",
                                        "a pass just below our border may be the sender's", "nor on another method"],
    "unsigned subject": ["an unsigned subject"],
    "escapes and bidi": ["text turned round in the name", "an escape in a field", "an escape in an encoded word",
                         "8-bit controls"],
    "a pass without a signature": ["a pass without any signature to check it by"],
    "self-spoof": ["our own address, unproven"],
}

tap = Tap()
ALWAYS_RC = ('[account "always"]', "address = Me <me@me.example>", "authserv-id = mx.me.example!",
             "imap = imaps://u4711@mx.me.example")
RC = ('[account "me"]', "address = Me <me@me.example>", "aliases = other@me.example", "authserv-id = mx.me.example")
CONTACTS = ["Carla Long <carla@friend.example>", "dan@elsewhere.example", "Dan Free <dan.free@gmail.com>",
            "talk@lists.example", "Eva <eva@cs.uni.example>"]


def check(row, verdict):
    name, _, word, flags, words = row
    said = (f"{verdict['verdict']}: {verdict['summary']}", f"flags {verdict['flags']}, spf {verdict['spf']['result']},"
            f" dmarc {verdict['dmarc']['result']}, dkim {[(d['d'], d['result'], d['reason']) for d in verdict['dkim']]}")
    wrong = [w for w, ok in (
        (f"wanted {word}", verdict["verdict"] == word),
        (f"wanted the flags {flags}", {f for f in flags if f[0] != "-"} <= set(verdict["flags"])
         and not {"-" + f for f in verdict["flags"]} & set(flags)),
        (f"wanted \"{words}\"", (words in verdict["summary"] if words[-1] != "$" else
                                 verdict["summary"].endswith(words[:-1]))),
        ("a good word needs its domain", not verdict["verdict"].startswith("pass") or ".example" in verdict["summary"]
         or ".com" in verdict["summary"] or "example.org" in verdict["summary"] or ".test" in verdict["summary"])) if not ok]
    tap.ok(not wrong, f"{word}: {name}", *wrong, *said)


def known_flags():
    """All that flags.c has a name for."""
    with open(os.path.join(SOURCE, "src/auth/flags.c")) as f:
        table = f.read().split("kinds[FLAG_COUNT] = {")[1].split("};")[0]
    return set(re.findall(r'\{"([a-z0-9-]+)",', table))


ROWS = UNSIGNED + BY_SPF + BY_DKIM + KEPT + TRUST + ATTACKS + LISTS + LATER + CHAINS + ALWAYS + verdict_attacks.ROWS
with Home() as home:
    home.rc(*RC, *ALWAYS_RC)
    with open(home.path("zone.json"), "w") as f:
        json.dump({**v.zone(), **verdict_attacks.ZONE}, f)
    requests = [{"op": "contacts", "items": CONTACTS}]
    for i, row in enumerate(ROWS):
        file = home.path(f"letter{i}")
        with open(file, "wb") as f:
            f.write(row[1])
        requests.append({"op": "judge", "path": file, "account": "always" if row in ALWAYS else "me",
                         "now": v.NOW})
    answers = home.ask("penfold-auth", *requests, args=("--serve", "--dns", home.path("zone.json")))
    for row, answer in zip(ROWS, answers[1:]):
        check(row, answer["verdict"])
    login = next(a["verdict"] for row, a in zip(ROWS, answers[1:]) if row[0] == "that another did")
    page = home.ask("penfold-auth", {"op": "detail", "verdict": login}, args=("--serve",))[-1]["lines"]
    tap.ok("logged in as mal@me.example" in [line["t"].strip() for line in page], "the page names who logged in", page)
    words = {row[2] for row in ROWS}
    tap.same(words, {"pass", "pass-spf", "pass-other", "modified", "fail", "fail-soft", "suspect", "unverifiable",
                     "temperror", "permerror", "none"}, f"{len(ROWS)} letters, and every word of the table")
    tap.ok(len(ROWS) >= 150, "they are at least 150")
    # what we sent ourselves is known by its copy, not by its text (tests/unit/store/test_store_program.c)
    tap.same(known_flags() - {f for row in ROWS for f in row[3]}, {"submitted"}, "every flag is raised by one of them")
    names = {row[0] for row in ROWS}
    tap.same([n for tried in ATTACKED.values() for n in tried if n not in names], [],
             f"{len(ATTACKED)} attacks are each tried by a letter")
tap.done()
