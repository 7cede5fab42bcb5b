"""Makes the mistakes that people make when they type."""

import re

LETTERS = "abcdefghijklmnopqrstuvwxyz"
STOP_WORDS = frozenset("""
    about after also been being between both could does doing from have having here into just long more most much only
    other over same should some such than that their them then there these they this those through under very were what
    when where which while will with would your
    """.split())


def edited(word, chance):
    """The word with one edit.

    >>> import random
    >>> chance = random.Random(7)
    >>> [edited("brother", chance) for _ in range(4)]
    ['bmother', 'brrother', 'brothser', 'brobther']
    """
    while True:
        kind = chance.choice(["insert", "delete", "replace", "exchange"])
        place, letter = chance.randrange(len(word) + (kind == "insert")), chance.choice(LETTERS)
        if kind == "insert":
            result = word[:place] + letter + word[place:]
        elif kind == "delete":
            result = word[:place] + word[place + 1:]
        elif kind == "replace":
            result = word[:place] + letter + word[place + 1:]
        else:
            result = word[:place] + word[place:place + 2][::-1] + word[place + 2:]
        if result != word:
            return result


def misspelt(question, chance):
    """The question with an edit in one of its words, and that word; None where no word is long enough."""
    places = [found for found in re.finditer(r"\b[a-z]{4,}\b", question) if found[0] not in STOP_WORDS]
    if not places:
        return None
    place = chance.choice(places)
    word = edited(place[0], chance)
    return question[:place.start()] + word + question[place.end():], word
