# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of what Penfold writes to a terminal, and all that is not in it."""
import re
import unicodedata

# All that curses and term.c write for xterm-256color: positions, erasures, attributes, modes, one charset, the cursor's
# shape, the question for the background and the palette put back.
OURS = re.compile(rb"\x1b(?:\[[0-9;]*[ABCDGHJKLMPSTX@bdfmr]|\[\?(?:1|7|12|25|1000|1006|1049|2004|1034|1002|1003)"
                  rb"(?:;(?:1|7|12|25|1000|1006|1049|2004|1034|1002|1003))*[hl]|\[4?l|\[>?[0-9;]*m|\([B0]|[=>78M]|\[2[23];0;0t|\[[0-6] q"
                  rb"|\]11;\?\x07|\]104\x07)")


def foreign(raw, is_screen):
    """What is no text and no sequence of ours, each with what stands around it."""
    out, rest = [], raw
    if is_screen:
        rest = OURS.sub(b"", raw)
    text = rest.decode("utf-8", "surrogateescape")
    for i, c in enumerate(text):
        code = ord(c)
        is_bad = code < 0x20 and c not in ("\r\n\b\t" if is_screen else "\n\t")
        is_bad = is_bad or 0x7f <= code < 0xa0 or unicodedata.category(c) in ("Cs", "Zl", "Zp")
        is_bad = is_bad or (unicodedata.category(c) == "Cf" and c != "\u00ad")
        if is_bad:
            out.append(text[max(i - 20, 0):i + 20])
    marks = re.search("[\u0300-\u036f]{9,}", text)
    return out + ([marks.group()] if marks else [])
