#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansi2svg.py FILE > OUT.svg - a screen of text with SGR sequences (vtdrive's `shot`) as a picture.

One line of the file is one row. Knows what the screen draws: bold, faint, italic, underline, reverse, 256 and
RGB colours, wide and combining characters. Nothing but Python's own library."""

import html
import re
import sys
import unicodedata

CELL_W, CELL_H, FONT, MARGIN = 8.4, 18, 14, 12
FOREGROUND, BACKGROUND = "#d4d4d4", "#16181d"
FONTS = "'DejaVu Sans Mono', 'Noto Sans Mono', Menlo, Consolas, 'Noto Sans Mono CJK JP', monospace"
BASE = ("#000000 #cd4b4b #4fb06d #c5a832 #4f8fd6 #b267b2 #3aa6b9 #d4d4d4 "
        "#6a6f78 #ef6b6b #74d68f #e6d56b #7fb4f0 #d493d4 #67cfdf #ffffff").split()
SGR = re.compile(r"\x1b\[([0-9;:]*)m")


def palette(n):
    """Colour n of xterm's 256."""
    if n < 16:
        return BASE[n]
    if n < 232:
        n -= 16
        levels = (0, 95, 135, 175, 215, 255)
        return "#%02x%02x%02x" % (levels[n // 36], levels[n // 6 % 6], levels[n % 6])
    grey = 8 + (n - 232) * 10
    return "#%02x%02x%02x" % (grey, grey, grey)


class Style:
    """What SGR has set; compared by its values."""

    def __init__(self):
        self.fg = self.bg = None
        self.bold = self.faint = self.italic = self.underline = self.reverse = False

    def key(self):
        fg, bg = self.fg or FOREGROUND, self.bg or BACKGROUND
        if self.reverse:
            fg, bg = bg, fg
        return fg, bg, self.bold, self.faint, self.italic, self.underline

    def extended(self, rest):
        """38 or 48: the colour that follows, and how many numbers it took."""
        if rest[:1] == [5] and len(rest) >= 2:
            return palette(rest[1]), 2
        if rest[:1] == [2] and len(rest) >= 4:
            return "#%02x%02x%02x" % tuple(rest[1:4]), 4
        return None, len(rest)

    def apply(self, numbers):
        flags = {1: "bold", 2: "faint", 3: "italic", 4: "underline", 7: "reverse"}
        i = 0
        while i < len(numbers):
            n = numbers[i]
            i += 1
            if n == 0:
                self.__init__()
            elif n in flags:
                setattr(self, flags[n], True)
            elif n in (38, 48):
                colour, taken = self.extended(numbers[i:])
                i += taken
                setattr(self, "fg" if n == 38 else "bg", colour)
            elif 30 <= n <= 37 or 90 <= n <= 97:
                self.fg = palette(n - 30 if n < 90 else n - 82)
            elif 40 <= n <= 47 or 100 <= n <= 107:
                self.bg = palette(n - 40 if n < 100 else n - 92)
            elif n == 39:
                self.fg = None
            elif n == 49:
                self.bg = None


def width(char):
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def runs(line):
    """The line as (column, columns, style key, text); wide characters are runs of their own."""
    style, column, out = Style(), 0, []
    for i, piece in enumerate(SGR.split(line)):
        if i % 2:
            style.apply([int(n or 0) for n in re.split("[;:]", piece)])
            continue
        for char in piece:
            w = width(char)
            last = out[-1] if out else None
            if w == 0 and last:
                last[3] += char
            elif w == 1 and last and last[2] == style.key() and last[1] == len(last[3]):
                last[1] += 1
                last[3] += char
            else:
                out.append([column, w, style.key(), char])
            column += w
    return out, column


def draw(lines):
    rows = [runs(line) for line in lines]
    columns = max(end for _, end in rows)
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%g" height="%g" font-family="%s" '
           'font-size="%d" xml:space="preserve">' % ((columns * CELL_W + 2 * MARGIN, len(rows) * CELL_H + 2 * MARGIN) * 2
                                                     + (FONTS, FONT)),
           '<rect width="100%%" height="100%%" rx="6" fill="%s"/>' % BACKGROUND]
    for y, (line, _) in enumerate(rows):
        top = MARGIN + y * CELL_H
        for column, columns_, (_, bg, *_rest), _text in line:
            if bg != BACKGROUND:
                out.append('<rect x="%g" y="%g" width="%g" height="%g" fill="%s"/>'
                           % (MARGIN + column * CELL_W, top, columns_ * CELL_W + .3, CELL_H + .3, bg))
        for column, columns_, (fg, _, bold, faint, italic, underline), text in line:
            lead = len(text) - len(text.lstrip())
            shown = text.strip()
            if not shown:
                continue
            cells = columns_ - (len(text) - len(shown))
            style = "".join(part for wanted, part in (
                (bold, ' font-weight="bold"'), (faint, ' opacity="0.6"'), (italic, ' font-style="italic"'),
                (underline, ' text-decoration="underline"')) if wanted)
            out.append('<text x="%g" y="%g" textLength="%g" lengthAdjust="spacingAndGlyphs" fill="%s"%s>%s</text>'
                       % (MARGIN + (column + lead) * CELL_W, top + 13.5, max(cells, 1) * CELL_W, fg, style,
                          html.escape(shown)))
    return "\n".join(out + ["</svg>"])


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = file.read().rstrip("\n").split("\n")
    print(draw(lines))


if __name__ == "__main__":
    main()
