"""How clinicians' words and the code set's words are brought together: in full, singular, without fillers."""

import re
from functools import cache

SYNONYMS: dict[str, str] = {
    "htn": "hypertension",
    "dm": "diabetes mellitus",
    "dm2": "type 2 diabetes mellitus",
    "t2dm": "type 2 diabetes mellitus",
    "t1dm": "type 1 diabetes mellitus",
    "hld": "hyperlipidemia",
    "uri": "upper respiratory infection",
    "uti": "urinary tract infection",
    "cad": "atherosclerotic heart disease native coronary artery",
    "chf": "heart failure",
    "copd": "chronic obstructive pulmonary disease",
    "ckd": "chronic kidney disease",
    "gerd": "gastro-esophageal reflux disease",
    "afib": "atrial fibrillation",
    "bph": "benign prostatic hyperplasia",
    "dvt": "deep vein thrombosis",
    "tia": "transient cerebral ischemic attack",
    "ibs": "irritable bowel syndrome",
    "adhd": "attention-deficit hyperactivity disorder",
    "ptsd": "post-traumatic stress disorder",
    "osa": "obstructive sleep apnea",
    "lbp": "low back pain",
    "sob": "shortness breath",
    "short breath": "shortness breath",
    "short of breath": "shortness breath",
    "lower back pain": "low back pain",
    "strep throat": "streptococcal pharyngitis",
    "strep pharyngitis": "streptococcal pharyngitis",
    "sore throat": "acute pharyngitis",
    "heart attack": "myocardial infarction",
    "high cholesterol": "hypercholesterolemia",
    "ear infection": "otitis media",
    "pink eye": "conjunctivitis",
    "bladder infection": "cystitis",
    "kidney stone": "calculus kidney",
    "slipped disc": "intervertebral disc displacement",
    "chest cold": "acute bronchitis",
    "tiredness": "fatigue",
    "flu shot": "immunization",
    "heartburn": "heartburn",
    "check-up": "general adult medical examination",
    "physical exam": "general adult medical examination",
}
"""Abbreviations and everyday names of the trade, our own choice, with the code set's words for them."""

EVERYDAY: dict[str, str] = {
    "flu": "influenza",
    "a fib": "atrial fibrillation",
    "broken": "fracture",
    "sprained": "sprain",
    "cut": "laceration",
    "earache": "otalgia",
    "ear ache": "otalgia",
    "shingles": "zoster",
    "stroke": "cerebral infarction",
    "sinus infection": "sinusitis",
    "yeast infection": "candidiasis",
    "acid reflux": "gastro-esophageal reflux",
    "high blood sugar": "hyperglycemia",
    "low blood sugar": "hypoglycemia",
    "dizzy": "dizziness",
    "smoker": "nicotine dependence",
    "wellness": "general adult medical examination",
    "annual physical": "general adult medical examination",
    "annual exam": "general adult medical examination",
}
"""More everyday names, for whoever searches. In a note they may stand for something else ("stroke risk")."""

_WORD = re.compile(r"[a-z0-9]+")
_FILLERS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at been being but by for from had has have her hers his in into is it its me my "
        "nec nos of on or our per she so that the their them then there they this to was we were which who "
        "whose will with you without not no due he i",
    )
)


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, each in its singular."""
    return [singular(word) for word in _WORD.findall(text.lower())]


def significant(text: str) -> list[str]:
    """`words_of` without the little words that no code is found by; each once, in order."""
    return list(dict.fromkeys(word for word in words_of(text) if word not in _FILLERS))


def is_filler(word: str) -> bool:
    """Whether the word says nothing by itself."""
    return word in _FILLERS


@cache
def singular(word: str) -> str:
    """A plural's singular, near enough to compare words; no dictionary."""
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is", "tes")):
        return word[:-1]
    return word


def plural(word: str) -> str:
    """The plural whose singular this is, near enough."""
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def in_full(text: str) -> str:
    """What was searched, with abbreviations and everyday names replaced by the code set's words."""
    small = f" {' '.join(text.lower().split())} "
    for short, full in (SYNONYMS | EVERYDAY).items():
        small = small.replace(f" {short} ", f" {full} ")
    return small.strip()
