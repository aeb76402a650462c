"""From a text to what it says: blocks, sentences, quantities, claims, and who says each."""

from collections.abc import Sequence

from wayaround.claims.attribution import attribute_sentence
from wayaround.claims.claim import Document, Statement
from wayaround.claims.document import parse_document
from wayaround.claims.mentions import find_mentions
from wayaround.claims.quantities import find_quantities
from wayaround.claims.relations import find_claims
from wayaround.claims.sentences import split_sentences


def read_claims(text: str | Document, *, names: Sequence[str] = ()) -> list[Statement]:
    """Read what a text says about ways, and who says it.

    Parameters
    ----------
    text : str or Document
        A text, or one that `read_document` has read.
    names : sequence of str
        Names that are known to be places.

    Returns
    -------
    list of Statement
        In the order of the text.
    """
    document = parse_document(text) if isinstance(text, str) else text
    statements = []
    for number, block in enumerate(document.blocks):
        for first, last in split_sentences(document.text[block.start : block.end]):
            start, end = block.start + first, block.start + last
            sentence = document.text[start:end]
            quantities = find_quantities(sentence, offset=start)
            mentions = find_mentions(sentence, offset=start, names=names) if quantities else []
            claims = tuple(find_claims(sentence, quantities, mentions, offset=start)) if quantities else ()
            attribution = attribute_sentence(document, number, start, end)
            if claims or attribution.speaker is not None:
                statements.append(Statement(number, start, end, sentence, attribution, claims))
    return statements
