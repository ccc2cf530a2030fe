# SPDX-License-Identifier: GPL-3.0-or-later
"""signature_changes - letters changed in one place, for t_signatures.py: at random (mutate), and in the ways in which
mail is changed on its road (reshape): folds, blanks, case, order, line ends, the end of the body."""
import re

BLANKS = re.compile(rb"[ \t]")


def mutate(random_, letter):
    """One change in one place."""
    at = random_.randrange(len(letter))
    how = random_.randrange(9)
    if how == 0:
        return letter[:at] + bytes([random_.randrange(32, 127)]) + letter[at + 1:]
    if how == 1:
        return letter[:at] + letter[at + 1:]
    if how == 2:
        return letter[:at] + random_.choice([b" ", b"\t", b"x", b"=", b";", b"\r\n ", b"  "]) + letter[at:]
    if how == 3:
        return letter + random_.choice([b"\r\n", b"\r\n\r\n", b"more\r\n", b" \r\n"])
    if how == 4:
        return letter.replace(b"Subject:", b"sUBJECT :" if random_.random() < .5 else b"SUBJECT:", 1)
    if how == 5:
        return random_.choice([b"From: x@evil.example\r\n", b"X-Twice: zero\r\n", b"X-None: is\r\n",
                               b"X-Other: y\r\n"]) + letter
    if how == 6:
        return letter.replace(b"  ", b" ", 1)
    if how == 7:
        return letter[:at] + letter[at:at + 1].swapcase() + letter[at + 1:]
    return letter


class Parts:
    """A letter as fields and a body that begins with the empty line; one field is to be changed."""

    def __init__(self, random_, letter):
        head, _, body = letter.partition(b"\r\n\r\n")
        self.random = random_
        self.fields = [f for f in re.split(rb"(?<=\r\n)(?![ \t])", head + b"\r\n") if f]
        self.body = b"\r\n" + body
        self.at = random_.randrange(len(self.fields))
        self.field = self.fields[self.at]

    def whole(self, fields=None, body=None):
        return b"".join(self.fields if fields is None else fields) + (self.body if body is None else body)

    def put(self, field):
        return self.whole(self.fields[:self.at] + [field] + self.fields[self.at + 1:])


def fold(p):
    blanks = [m.start() for m in BLANKS.finditer(p.field)] or [len(p.field)]
    at = p.random.choice(blanks)
    return p.put(p.field[:at] + b"\r\n" + p.field[at:]) if at < len(p.field) else p.whole()


def case_of_name(p):
    colon = p.field.index(b":")
    return p.put(p.field[:colon].swapcase() + p.field[colon:])


def blanks_in_line(p):
    lines = p.body.split(b"\r\n")
    lines[p.random.randrange(len(lines))] += p.random.choice([b" ", b"\t", b" \t "])
    return p.whole(body=b"\r\n".join(lines))


def order_of_tags(p):
    name, rest = p.fields[0].split(b":", 1)
    tags = rest.rstrip(b"\r\n").split(b";")
    p.random.shuffle(tags)
    return p.whole([name + b":" + b";".join(tags) + b"\r\n"] + p.fields[1:])


def blank_in_signature(p):
    field = p.fields[0]
    at = p.random.randrange(field.rindex(b"b=") + 2, len(field) - 2)
    blank = p.random.choice([b" ", b"\t", b"\r\n ", b"\r\n\t  "])
    return p.whole([field[:at] + blank + field[at:]] + p.fields[1:])


def moved(p):
    fields = p.fields[:p.at] + p.fields[p.at + 1:]
    fields.insert(p.random.randrange(len(fields) + 1), p.field)
    return p.whole(fields)


def odd_octet(p):
    letter = p.whole()
    at = p.random.randrange(len(letter))
    return letter[:at] + p.random.choice([b"\r", b"\n", b"\0", b"\xa0", b"\x0b", b"\x0c"]) + letter[at:]


def bit(p):
    at = p.random.randrange(len(p.body))
    return p.whole(body=p.body[:at] + bytes([p.body[at] ^ 1 << p.random.randrange(8)]) + p.body[at + 1:])


SHAPES = (
    fold, case_of_name, blanks_in_line, order_of_tags, blank_in_signature, moved, odd_octet, bit,
    lambda p: p.put(re.sub(rb"\r\n[ \t]+", b" ", p.field)),
    lambda p: p.put(p.field.replace(b"\r\n", b" \t\r\n")),
    lambda p: p.put(p.field.replace(b":", p.random.choice([b" :", b":  ", b":\r\n "]), 1)),
    lambda p: p.whole(p.fields[:p.at] + [p.field] + p.fields[p.at:]),
    lambda p: p.whole(p.fields[:p.at] + p.fields[p.at + 1:]),
    lambda p: p.whole(body=p.body + b"\r\n" * p.random.randrange(1, 5)),
    lambda p: p.whole(body=p.body[:-2] if p.body.endswith(b"\r\n") else p.body + b"\r\n"),
    lambda p: p.whole(body=re.sub(rb"[ \t]+", b" ", p.body)),
    lambda p: p.whole(body=p.body.rstrip(b"\r\n")),
    lambda p: p.whole(body=p.body + b" " * p.random.randrange(1, 2000)),
    lambda p: p.whole(body=b"\r\n"),
)


def reshape(random_, letter):
    return random_.choice(SHAPES)(Parts(random_, letter))
