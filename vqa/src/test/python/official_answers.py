"""Answers as the official VQA evaluation (visualqa.org/evaluation.html) normalises them, by its rules and in its order."""
import re

CONTRACTIONS = (
    "ain't aren't can't could've couldn't couldn't've didn't doesn't don't hadn't hadn't've hasn't haven't he'd he'd've"
    " he's how'd how'll how's isn't it'd it'd've it'll ma'am mightn't mightn't've might've mustn't must've needn't"
    " not've o'clock oughtn't 'ow's'at shan't she'd've should've shouldn't shouldn't've somebody'd've somebody'll"
    " somebody's someone'd someone'd've someone'll someone's something'd something'd've something'll that's there'd"
    " there'd've there're there's they'd they'd've they'll they're they've 'twas wasn't we'd've we've weren't what'll"
    " what're what's what've when's where'd where's where've who'd who'd've who'll who's who've why'll why're why's"
    " won't would've wouldn't wouldn't've y'all y'all'll y'all'd've you'd you'd've you'll you're you've").split()
CONTRACTED = {word[:i] + word[i + 1:]: word for word in CONTRACTIONS for i, c in enumerate(word) if c == "'"}
CONTRACTED["somebody'd"] = "somebodyd"
NUMBERS = {w: str(i) for i, w in enumerate(
    "zero one two three four five six seven eight nine ten".split())} | {"none": "0"}
PUNCTUATION = [";", "/", "[", "]", '"', "{", "}", "(", ")", "=", "+", "\\", "_", "-", ">", "<", "@", "`", ",", "?", "!"]


PERIOD = re.compile(r"(?!<=\d)(\.)(?!\d)")
DIGIT_COMMA = re.compile(r"(\d)(\,)(\d)")


def cleaned(text):
    return text.replace("\n", " ").replace("\t", " ").strip()


def without_punctuation(text):
    out = text
    for mark in PUNCTUATION:
        if mark + " " in text or " " + mark in text or DIGIT_COMMA.search(text) is not None:
            out = out.replace(mark, "")
        else:
            out = out.replace(mark, " ")
    # The third argument is meant as a flag and is taken as the number of replacements.
    return PERIOD.sub("", out, count=int(re.UNICODE))


def with_digits_without_articles(text):
    words = [NUMBERS.get(word, word) for word in text.lower().split()]
    return " ".join(CONTRACTED.get(word, word) for word in words if word not in ("a", "an", "the"))


def normalize(text):
    return with_digits_without_articles(without_punctuation(cleaned(text)))
