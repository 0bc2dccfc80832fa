#!/usr/bin/env python3
"""Makes the golden files beside this script from the reference implementations.

  make_golden.py answers  SOFTSCORE            SOFTSCORE: tools/compute_softscore.py of hengyuan-hu/bottom-up-attention-vqa,
                                               whose functions are those of the official evaluation
  make_golden.py small                         word pieces of small-vocab.txt, by transformers' BertTokenizer (5.18)
  make_golden.py questions VOCAB VAL-QUES      with the vocabulary of bert-base-uncased: word pieces of the texts below, and
                                               the SHA-256 of the word pieces of all questions of VQA-VS's Val split,
                                               one question a line by ascending id
"""
import hashlib
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ANSWERS = [
    "yes", "Yes.", "NO!", "two", "none", "a dog", "The cat", "an", "t-shirt", "t - shirt", "1,000", "1,000 people, or so",
    "2.5", "2. 5", ".5", "5.", "u.s.a.", "hot dog/bun", "hot dog / bun", "dont", "don't", "couldntve", "couldnt've",
    "couldn'tve", "yall'd've", "somebody'd", "hes", "shes", "she's", "lets", "Im", "oclock", "10 o'clock", "10:30",
    "black&white", "black & white", "red, white and blue", "red,white,blue", "stop_sign", "(left)", "[right ]", "what?",
    "  spaces   inside\tand\nlines ", "\u00a0nbsp\u00a0word", "caf\u00e9", "1/2", "50%", "$5", "7-eleven", "7 - eleven",
    "the the a an", "", "...", "one hundred", "TWENTY one", "zero.", "a.m.", "3 a.m", "x=y+z", "<b>bold</b>", "`tick`",
    "back\\slash", "at@home", "e-mail: me", "mr. smith", "u.s", "0.5.", "3,4", "3 ,4", "it's", "its", "ow's'at",
    "twas", "wed", "wedve", "y'allll", "would've", "wouldve", "who'dve", "theyre", "ive", "id've", "12,345,678!",
]
TEXTS = [
    "What color is the cat?", "Is the CAT's tail long?", "caf\u00e9 na\u00efve", "how many 12cats", "unknownword cat",
    "tail-cat...", "\u732b cat\u732bcat", "cat\u0000\ufffd\u200bcat", "cat\u00a0tail\u3000long", "\u0130cat", "co\u0301lor", "",
    "   ", "[CLS", "cat " + "a" * 101, "a" * 100, "\u201ccat\u201d \u2014 tail\u2026", "cat\u2028tail", "\U0001f431 cat", "\u00dfcat",
    "cats", "catss", "colors?!", "$5 + 3 = 8", "\u00bfcat?", "cat\x0btail", "cat\x85tail", "\ud55c\uad6d cat",
]


def write(name, rows):
    with open(os.path.join(HERE, name), "w") as file:
        json.dump(rows, file, separators=(",", ":"))
        file.write("\n")


def tokenizer(vocabulary):
    from transformers import BertTokenizer
    return BertTokenizer(vocabulary, do_lower_case=True)


def word_pieces(tokenizer, texts):
    return [{"text": t, "ids": tokenizer(t, add_special_tokens=False)["input_ids"]} for t in texts]


if sys.argv[1] == "answers":
    source = open(sys.argv[2]).read()
    functions = {"re": __import__("re")}
    exec(source[source.index("contractions ="):source.index("def multiple_replace")], functions)
    normalize = lambda a: functions["process_digit_article"](functions["process_punctuation"](a)).replace(",", "")
    everything = ANSWERS + sorted(functions["contractions"])
    write("answers.json", [{"answer": a, "normalized": normalize(a)} for a in everything])
elif sys.argv[1] == "small":
    write("small.json", word_pieces(tokenizer(os.path.join(HERE, "small-vocab.txt")), TEXTS))
else:
    bert = tokenizer(sys.argv[2])
    questions = sorted(json.load(open(sys.argv[3])), key=lambda q: q["question_id"])
    digest = hashlib.sha256()
    for question in questions:
        ids = bert(question["question"], add_special_tokens=False)["input_ids"]
        digest.update((" ".join(map(str, ids)) + "\n").encode())
    write("questions.json", {"questions": len(questions), "sha256": digest.hexdigest()})
    write("bert.json", word_pieces(bert, TEXTS))
