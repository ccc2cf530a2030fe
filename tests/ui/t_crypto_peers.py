#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Round trips with other mail programs, where they are installed: NeoMutt and aerc read what Penfold signs and encrypts,
and Penfold reads what they make."""
import json
import os
import shutil
import time

from keyring import Keyring
from penfold_test import Home, Tap, skip_all, wait_for
from screen import Screen

ANN, BOB = "Ann Example <ann@penfold.test>", "Bob Test <bob@penfold.test>"
BODY = "Grüße aus Köln\ntrailing blanks  \nFrom here on\n-- \n" + "y" * 1200 + "\nend of text\n"
SUBJECT = "Grüße"

if not shutil.which("neomutt") and not shutil.which("aerc"):
    skip_all("neither neomutt nor aerc is here")
tap = Tap()


def write(path, text, mode=0o600):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, mode)


def queued(home, *args):
    done = home.run("penfold", "--json", "bob@penfold.test", "-s", SUBJECT, *args, input=BODY)
    if not tap.ok(done.returncode == 0, f"Penfold writes: {args}", done.stderr):
        return b""
    ident = json.loads(done.stdout)["queue_id"]
    with open(home.ask("penfold-store", {"op": "queue-show", "queue_id": ident})[-1]["path"], "rb") as f:
        return f.read()


def show(home, raw):
    done = home.run("penfold", "show", "--json", "-", input=raw)
    return json.loads(done.stdout) if done.returncode == 0 else {"security": {"shown_as": done.stderr}, "body": "", "headers": {}}


def check(home, raw, word, name):
    shown = show(home, raw)
    tap.ok(shown["security"]["shown_as"] == word and "Grüße aus Köln" in shown["body"] and "From here on" in shown["body"]
           and "end of text" in shown["body"], f"{name}: {word}", shown["security"], shown["body"][:300])
    return shown


def maildir(home, name, raw):
    path = home.path(name)
    for sub in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(path, sub), exist_ok=True)
    with open(os.path.join(path, "new", f"{time.time():.0f}.1.host"), "wb") as f:
        f.write(raw.replace(b"\r\n", b"\n"))
    return path


def outbox(home):
    """A sendmail that keeps what it is given; its script and its file."""
    kept = home.path("sent")
    write(home.path("bin", "sendmail"), f"#!/bin/sh\ncat > {kept}.part && mv {kept}.part {kept}\n", 0o755)
    write(home.path("body"), BODY)
    write(home.path("bin", "editor"), f'#!/bin/sh\ncat {home.path("body")} >> "$1"\n', 0o755)
    if os.path.exists(kept):
        os.unlink(kept)
    return kept


def taken(kept):
    wait_for(lambda: os.path.exists(kept), what="a letter that was sent")
    with open(kept, "rb") as f:
        return f.read()


def neomutt_rc(home, **more):
    lines = [f"folder={home.path()}", "confirmcreate=no", "crypt_use_gpgme=yes", "crypt_verify_sig=yes", f'sendmail="{home.path("bin", "sendmail")}"', "copy=no", "abort_nosubject=no",
             f'editor="{home.path("bin", "editor")}"', 'from="ann@penfold.test"', 'realname="Ann Example"', "wait_key=no", "pager_stop=yes",
             "charset=utf-8", "sidebar_visible=no", "crypt_use_pka=no", "mail_check=0", "crypt_confirm_hook=no", "text_flowed=no",
             "abort_noattach=no", "fast_reply=yes", "send_charset=utf-8", "smime_ask_cert_label=no", "pgp_use_gpg_agent=yes", "markers=no",
             "pgp_default_key=" + more.get("key", ""), "smime_default_key=" + more.get("cert", "")]
    write(home.path("neomuttrc"), "".join(f"set {line}\n" for line in lines if not line.endswith("=")))


def neomutt_reads(home, raw, claims, name):
    neomutt_rc(home)
    with Screen(tap, home, 40, 100, "neomutt", "-n", "-F", home.path("neomuttrc"), "-f", maildir(home, "nm-" + name.replace(" ", "-"), raw),
                TERM="xterm-256color", LC_ALL="C.UTF-8") as screen:
        screen.wait("Gr")
        screen.send("\r")
        for claim in claims:
            screen.wait(claim, f"NeoMutt, {name}: {claim}")
        screen.send("qx")


def neomutt_writes(home, settings, word, name):
    neomutt_rc(home)
    with open(home.path("neomuttrc"), "a") as f:
        f.writelines(f"set {setting}\n" for setting in settings)
    kept = outbox(home)
    with Screen(tap, home, 40, 100, "neomutt", "-n", "-F", home.path("neomuttrc"), "-s", SUBJECT, "-a", home.path("ä file.bin"), "--",
                "bob@penfold.test", TERM="xterm-256color", LC_ALL="C.UTF-8") as screen:
        screen.wait("y:Send")
        screen.send("y")
        if not screen.wait("Mail sent", f"{name}: sent", ms=8000):
            screen.send("\x07")
        raw = taken(kept)
    shown = check(home, raw, word, name)
    tap.same([a["filename"] for a in shown.get("attachments", [])], ["ä file.bin"], f"{name}: its attachment")


def neomutt(home):
    with Keyring(home) as keys:
        fpr = keys.pgp(ANN)
        keys.pgp(BOB)
        neomutt_reads(home, queued(home, "--sign"), ("Good signature from: Ann Example", "end of text"), "signed")
        neomutt_reads(home, queued(home, "--encrypt", "--sign"), ("PGP/MIME signed and encrypted", "Good signature from: Ann Example", "end of text"), "both")
        for settings, word in ((("crypt_autosign",), "signed"), (("crypt_autoencrypt",), "encrypted"),
                               (("crypt_autosign", "crypt_autoencrypt"), "encrypted-signed")):
            neomutt_writes(home, (f"pgp_default_key={fpr}",) + settings, word, f"NeoMutt writes with {' and '.join(settings)}")
    with Keyring(home) as keys:
        for name in ("ann", "bob"):
            keys.smime(f"{name}@penfold.test", name.title())
        neomutt_reads(home, queued(home, "--sign"), ("Good signature from", "end of text"), "S/MIME signed")
        neomutt_reads(home, queued(home, "--encrypt"), ("S/MIME encrypted", "Good signature from", "From here on"), "S/MIME both")
        cert = keys.gpgsm("--with-colons", "-k", "ann@penfold.test").decode().split("fpr:::::::::")[1].split(":")[0]
        neomutt_writes(home, (f"smime_default_key={cert}", "smime_is_default", "crypt_autosign"), "signed", "NeoMutt signs with S/MIME")


def aerc_config(home, box, *more):
    """aerc finds all of it below XDG_CONFIG_HOME; it wants its accounts file closed to others."""
    write(home.path("config", "aerc", "aerc.conf"), "[general]\npgp-provider=gpg\n[filters]\ntext/plain=cat\n[compose]\nheader-layout=To,Subject\n"
          f"editor={home.path('bin', 'editor')}\n[ui]\nmouse-enabled=false\n")
    write(home.path("config", "aerc", "binds.conf"), "[messages]\n<Enter> = :view<Enter>\nQ = :quit<Enter>\nm = :compose<Enter>\n[view]\nq = :close<Enter>\n"
          "Q = :quit<Enter>\n[compose]\n$noinherit = true\n$ex = <C-x>\n<C-n> = :next-field<Enter>\n[compose::review]\ny = :send<Enter>\ns = :sign<Enter>\ne = :encrypt<Enter>\n")
    write(home.path("config", "aerc", "accounts.conf"), f"[ann]\nsource = maildir://{box}\ndefault = INBOX\nfrom = {ANN}\n"
          f"outgoing = {home.path('bin', 'sendmail')}\n" + "".join(line + "\n" for line in more))


def aerc_reads(home, raw, claims, name):
    box = home.path("aerc-" + name)
    maildir(home, os.path.join("aerc-" + name, "INBOX"), raw)
    outbox(home)
    aerc_config(home, box)
    with Screen(tap, home, 40, 100, "aerc", TERM="xterm-256color", LC_ALL="C.UTF-8") as screen:
        screen.wait("Ann Example")
        screen.send("\r")
        for claim in claims:
            screen.wait(claim, f"aerc, {name}: {claim}")
        screen.send("q")
        screen.send("Q")


def aerc_writes(home, typed, word, name):
    maildir(home, "aerc-out/INBOX", b"From: x@y.test\nSubject: nothing\n\nnothing\n")
    kept = outbox(home)
    aerc_config(home, home.path("aerc-out"))
    with Screen(tap, home, 40, 100, "aerc", TERM="xterm-256color", LC_ALL="C.UTF-8") as screen:
        screen.wait("nothing")
        screen.send(f":compose -H 'To: bob@penfold.test' -H 'Subject: {SUBJECT}'\r")
        screen.wait("Send this email?")
        for key, shown in typed:
            screen.send(key)
            screen.wait(shown)
        screen.send("y")
        raw = taken(kept)
    check(home, raw, word, name)


def aerc(home):
    with Keyring(home) as keys:
        keys.pgp(ANN)
        keys.pgp(BOB)
        aerc_reads(home, queued(home, "--sign"), ("Authentic", "end of text"), "signed")
        aerc_reads(home, queued(home, "--encrypt", "--sign"), ("Encrypted", "end of text"), "both")
        aerc_writes(home, (("s", "Security: Sign"),), "signed", "aerc signs")
        aerc_writes(home, (("e", "Security: Encrypt"),), "encrypted", "aerc encrypts")
        aerc_writes(home, (("s", "Security: Sign"), ("e", "Encrypt")), "encrypted-signed", "aerc does both")


with Home() as home:
    with open(home.path("zone"), "w") as f:
        f.write("{}")
    home.rc("[dns]\nzone = " + home.path("zone"), '[account "local"]', "address = " + ANN)
    with open(home.path("ä file.bin"), "wb") as f:
        f.write(bytes(range(256)))
    if shutil.which("neomutt"):
        neomutt(home)
    if shutil.which("aerc"):
        aerc(home)
tap.done()
