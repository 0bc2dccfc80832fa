"""Python's view of characters, for code that must not take the JVM's: vqa/src/main/resources/org/crvqa/vqa/text/unicode.txt.

    python unicode_tables.py FILE

Every line is a kind and code points in hexadecimal. `lower A B`: the code point B is A in lower case (U+0130, which becomes
two, is left to the program). `digit A B`: A to B are what \\d matches. `cased A B` and `ignored A B` decide which of its two
lower-case forms a capital sigma gets: cased letters, and what is skipped when one is looked for beside it.
"""
import re
import sys
import unicodedata

SIGMA = "\u03a3"
FINAL = "\u03c2"


def ranges(holds):
    """First and last code point of each run for which `holds`; surrogates count too, as in Python's strings."""
    start = None
    for code in range(sys.maxunicode + 2):
        inside = code <= sys.maxunicode and holds(chr(code))
        if inside and start is None:
            start = code
        elif not inside and start is not None:
            yield start, code - 1
            start = None


def is_cased(c):
    return (c + SIGMA).lower().endswith(FINAL)


def is_ignored(c):
    return ("a" + c + SIGMA).lower().endswith(FINAL) and not is_cased(c)


def lines():
    yield f"# Unicode {unicodedata.unidata_version}, by Python {sys.version.split()[0]}: unicode_tables.py"
    for code in range(sys.maxunicode + 1):
        lower = chr(code).lower()
        if lower != chr(code) and len(lower) == 1:
            yield f"lower {code:x} {ord(lower):x}"
    for kind, holds in [("digit", re.compile(r"\d").match), ("cased", is_cased), ("ignored", is_ignored)]:
        for first, last in ranges(holds):
            yield f"{kind} {first:x} {last:x}"


if __name__ == "__main__":
    with open(sys.argv[1], "w", newline="\n") as file:
        file.write("\n".join(lines()) + "\n")
