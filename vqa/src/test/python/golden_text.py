"""Golden files of text: vqa/src/test/resources/org/crvqa/vqa/text.

    python golden_text.py answers RESOURCES              normalised answers, by official_answers.py
    python golden_text.py pieces RESOURCES               word pieces, by transformers' BertTokenizer (5.18, tokenizers 0.23.2)
    python golden_text.py questions RESOURCES VOCAB QUES with the vocabulary of bert-base-uncased, and of VQA-VS' Val-Ques.json
                                                         only the SHA-256 of all questions' word pieces, one question a line
                                                         by ascending id

Besides plain cases there are digests over texts that StressTexts.java makes in the same way, so that they need not be stored.
"""
import hashlib
import json
import sys
from pathlib import Path

from official_answers import CONTRACTED, normalize

ANSWERS = [
    "yes", "Yes.", "NO!", "two", "none", "a dog", "The cat", "an", "t-shirt", "t - shirt", "1,000", "1,000 people, or so",
    "2.5", "2. 5", ".5", "5.", "u.s.a.", "hot dog/bun", "hot dog / bun", "dont", "don't", "couldntve", "couldnt've",
    "couldn'tve", "yall'd've", "somebody'd", "hes", "shes", "she's", "lets", "Im", "oclock", "10 o'clock", "10:30",
    "black&white", "black & white", "red, white and blue", "red,white,blue", "stop_sign", "(left)", "[right ]", "what?",
    "  spaces   inside\tand\nlines ", "\u00a0nbsp\u00a0word", "caf\u00e9", "1/2", "50%", "$5", "7-eleven", "7 - eleven",
    "the the a an", "", "...", "one hundred", "TWENTY one", "zero.", "a.m.", "3 a.m", "x=y+z", "<b>bold</b>", "`tick`",
    "back\\slash", "at@home", "e-mail: me", "mr. smith", "u.s", "0.5.", "3,4", "3 ,4", "it's", "its", "ow's'at",
    "twas", "wed", "wedve", "y'allll", "would've", "wouldve", "who'dve", "theyre", "ive", "id've", "12,345,678!",
    # Edges: what strip() takes away is no longer beside a mark.
    "x-y- ", " -x-y", "  left/right/ ", "left/right /", "\nx-y-\n", "x-\ty-z", "x-\ny-z", "-\t", "\t-\n", "x-y-\u00a0",
    "\u2003x-y-\u2003", "x-y-\u3000", "x-y-\x1c", "x-y-\u200b", "x-y-\ufeff", "x-\u00a0y-z",
    # Control characters and spaces of other kinds inside.
    "p\x1cq", "p\x1dq", "p\x1eq", "p\x1fq", "p\x0bq", "p\x0cq", "p\rq", "p\r\nq", "p\x85q", "p\u1680q", "p\u2028q",
    "p\u2029q", "p\u202fq", "p\u205fq", "p\u180eq", "p\u200bq", "p\x00q", "p\x1bq", "p\x7fq", "the\x1ccat", "a\x85one",
    # Periods: at most 32 go, and only those that no digit follows.
    "." * 40, "a" + ".b" * 40, ".1", "1.", "1.2.3", "x.\u0663", "x.\U0001d7ce", "x.\u00b2", "...5", "5...",
    # Commas between digits make every mark vanish.
    "1,000-2,000", "1, 000-2", "a,b-c", "\u0661,\u0662-\u0663", "\U0001d7ce,\U0001d7cf-x", "1,\u00b2-x", "\u00bd,1-x", ",1-2", "1,-2",
    # Lower case beyond ASCII.
    "\u0130stanbul", "\u1e9e", "\u00c9COLE", "\u03a3\u039f\u03a6\u039f\u03a3", "\u03a3", "A\u03a3", "A\u03a3.", "A\u03a3. B", "A\u03a3\u0301", "A\u00ad\u03a3\u00adB", "\u2126",
    "\u212a", "\u2c2f", "\ua7c0", "\ua7cb", "\ua7d0", "\ua7dc", "\U00010570", "\U00010d50", "\U00016ea0", "THE\u03a3", "\u01c5", "\ud800A", "A\udc00",
    # Articles and numbers after everything else.
    "A", "a.", "A!", "(a)", "An/the", "a-the-an", "N.o.n.e", "None of the above", "TEN", "te.n", "o-n-e",
]
# Word pieces with every special token's name are asked for apart: here they are ordinary text, there they are not.
TEXTS = [
    "What color is the cat?", "Is the CAT's tail long?", "caf\u00e9 na\u00efve", "how many 12cats", "unknownword cat",
    "tail-cat...", "\u732b cat\u732bcat", "cat\u0000\ufffd\u200bcat", "cat\u00a0tail\u3000long", "\u0130cat", "co\u0301lor", "",
    "   ", "[CLS", "cat " + "a" * 101, "a" * 100, "\u201ccat\u201d \u2014 tail\u2026", "cat\u2028tail", "\U0001f431 cat", "\u00dfcat",
    "cats", "catss", "colors?!", "$5 + 3 = 8", "\u00bfcat?", "cat\x0btail", "cat\x85tail", "\ud55c\uad6d cat", "is b\u061dd red ?",
    "cat\u061dtail", "cat\u2e52tail", "cat\u1b7dtail", "cat\U00011366tail", "\U0001e4cacat", "cat\u0378tail", "cat\ufefftail",
    "cat\u00adtail", "cat\u200dtail", "cat\ue000tail", "cat\x1ctail", "cat\x7ftail", "cat\u2029tail", "cat\U000e0001tail",
    "\u03a3\u039f\u03a6\u039f\u03a3", "\ua7c0cat", "\U00010570cat", "A\u030a \u212b", "a\u0301\u0327 a\u0327\u0301", "\ufb01sh", "##cat", "cat##s",
    "[sep] [Sep] [ SEP ]", "cat\n\ntail\r\ncat\ttail", "'" * 20, "cat" * 33, "cat" * 34, "\u0e33 \u0eb3", "\uac00\u11a8", "\u1100\u1161\u11a8",
]
GAMMA = 0x9e3779b97f4a7c15
MASK = 2**64 - 1
STRESS = 7000
STRESS_PLAIN = 200
OF_A_DIGEST = 500
CODES_OF_A_DIGEST = 0x1000
WORDS = ["what", "Color", "IS", "the", "cat", "don't", "...", "a" * 100, "a" * 101, "caf\u00e9", "e\u0301", "##ing", "[SEP", "MASK]", " ", "  "]
ODD = [0, 9, 10, 13, 0x1c, 0x85, 0xa0, 0xad, 0x130, 0x307, 0x3a3, 0x61d, 0x1e9e, 0x1b7d, 0x200b, 0x200d, 0x2028, 0x2029, 0x212b,
       0x2e52, 0x3000, 0x3400, 0x4e00, 0x9fff, 0xac00, 0xe000, 0xf8ff, 0xfb01, 0xfeff, 0xfffd, 0x110bd, 0x11366, 0x1d7ce, 0x1e4ca,
       0x1f431, 0x20000, 0x2ebf0, 0x30000, 0xe0001, 0xe0100, 0x10fffd]
# Capitals of Unicode 17: the tokenizers that Python has here know them, the older build in the program does not yet and keeps
# them as they are. No vocabulary of BERT holds any. Texts with them are left out of the digests.
TOO_NEW = {0xa7ce, 0xa7d2, 0xa7d4, *range(0x16ea0, 0x16eb9)}


class Draws:
    """SplitMix64."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state + GAMMA) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xbf58476d1ce4e5b9) & MASK
        z = ((z ^ (z >> 27)) * 0x94d049bb133111eb) & MASK
        z ^= z >> 31
        return (z >> 33) % n


def stress_text(number):
    draws = Draws(number)
    parts = []
    for _ in range(1 + draws.below(13)):
        kind = draws.below(6)
        if kind == 0:
            parts.append(chr(ODD[draws.below(len(ODD))]))
        elif kind == 1:
            parts.append(chr(draws.below(0x250)))
        elif kind == 2:
            parts.append(chr(draws.below(0xd800)))
        elif kind == 3:
            parts.append(chr(0xe000 + draws.below(0x12000)))
        else:
            parts.append(WORDS[draws.below(len(WORDS))])
    return "".join(parts)


def letters_vocabulary():
    """Every code point below U+20000 as a word and as a piece of one: what is kept of a text shows in its ids."""
    codes = [c for c in range(0x21, 0x20000) if not 0xd800 <= c < 0xe000 and not chr(c).isspace()]
    return ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [chr(c) for c in codes] + ["##" + chr(c) for c in codes]


def digests(lines, of_a_digest):
    """SHA-256 of so many lines at a time, so that a difference can be found."""
    lines = list(lines)
    return [hashlib.sha256("".join(line + "\n" for line in lines[i:i + of_a_digest]).encode()).hexdigest()
            for i in range(0, len(lines), of_a_digest)]


def tokenizer(vocabulary):
    from transformers import BertTokenizer
    bert = BertTokenizer(vocab={piece: i for i, piece in enumerate(vocabulary)}, do_lower_case=True)
    assert bert.is_fast
    return lambda text: bert(text, add_special_tokens=False)["input_ids"]


def line(ids):
    return " ".join(map(str, ids))


def answers(out):
    cases = ANSWERS + sorted(CONTRACTED)
    write(out / "answers.json", [{"answer": a, "normalized": normalize(a)} for a in cases])
    texts = [stress_answer(i) for i in range(STRESS)]
    lines = (normalize(text).encode("utf-16-le", "surrogatepass").hex() for text in texts)
    write(out / "answers-stress.json", {"sha256": digests(lines, OF_A_DIGEST)})


def stress_answer(number):
    """A stress text with marks, digits and spaces strewn in."""
    draws = Draws(number + STRESS)
    strewn = " .,-/1\t\n\u03a3'"
    return "".join(c + (strewn[draws.below(len(strewn))] if draws.below(3) == 0 else "") for c in stress_text(number))


def pieces(out):
    letters = tokenizer(letters_vocabulary())
    small = tokenizer((out / "small-vocab.txt").read_text().split("\n")[:-1])
    write(out / "small.json", [{"text": t, "ids": small(t)} for t in TEXTS])
    write(out / "letters.json", [{"text": t, "ids": letters(t)} for t in TEXTS + [stress_text(i) for i in range(STRESS_PLAIN)]])
    codes = (line(letters(f"b{chr(c)}D")) for c in range(0x110000) if not 0xd800 <= c < 0xe000 and c not in TOO_NEW)
    texts = (text for text in map(stress_text, range(STRESS)) if TOO_NEW.isdisjoint(map(ord, text)))
    write(out / "letters-stress.json", {
        "sha256": digests((line(letters(text)) for text in texts), OF_A_DIGEST),
        "code_points_sha256": digests(codes, CODES_OF_A_DIGEST),
    })


def questions(out, vocabulary, file):
    bert = tokenizer(vocabulary.read_text().split("\n")[:-1])
    rows = sorted(json.loads(file.read_text()), key=lambda q: q["question_id"])
    digest = hashlib.sha256("".join(line(bert(row["question"])) + "\n" for row in rows).encode())
    write(out / "questions.json", {"questions": len(rows), "sha256": digest.hexdigest()})
    write(out / "bert.json", [{"text": t, "ids": bert(t)} for t in TEXTS])


def write(file, content):
    rows = content if isinstance(content, list) else []
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    file.write_text((f"[{lines}]" if rows else json.dumps(content, separators=(",", ":"))) + "\n")


if __name__ == "__main__":
    {"answers": answers, "pieces": pieces, "questions": questions}[sys.argv[1]](*map(Path, sys.argv[2:]))
