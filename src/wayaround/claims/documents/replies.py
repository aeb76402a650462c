"""Which comment answers which, as far as the text tells."""

import datetime
import re
from dataclasses import replace

from wayaround.claims.claim import Block
from wayaround.claims.documents.threads import Header

_ADDRESS = re.compile(
    r"@(?P<at>[^\W_][\w.-]{0,40}(?:[ ][^\W\d_][\w.-]{0,30})?)|(?P<name>[^\W\d_][\w.'’-]{0,30}(?:[ "
    r"][\w.'’-]{1,30}){0,2})[,:—–-]"
)
_SPACE = re.compile(r"\s+")
_QUOTE_KEY = 48


class Thread:
    """Comments in the order of a text; keeps who may be answered.

    Parameters
    ----------
    text : str
        The text.
    before : list of Block
        The blocks above the thread.
    """

    def __init__(self, text: str, before: list[Block]) -> None:
        self._text = text
        self._offset = len(before)
        self._blocks: list[Block] = []
        self._named: dict[str, int] = {}
        self._first_named: dict[str, int] = {}
        self._said: dict[str, int] = {}
        self._depths: list[tuple[int, int]] = []
        self._header: Header | None = None
        self._indent = 0
        self._day: datetime.date | None = None
        self._addressee: int | None = None
        self._start: int | None = None
        self._end = 0
        self._first_of_comment: int | None = None
        for place, block in enumerate(before):
            if block.author and block.kind == "article":
                self._remember(block.author, place)

    @property
    def has_header(self) -> bool:
        """Whether the comment being read has a line that names its author."""
        return self._header is not None

    @property
    def is_fresh(self) -> bool:
        """Whether nothing has been read below that line yet."""
        return self._header is not None and self._start is None and self._first_of_comment is None

    @property
    def awaits_day(self) -> bool:
        """Whether the next line may be the day of the comment."""
        return self.is_fresh and self._day is None

    def knows(self, author: str, start: int, end: int) -> bool:
        """Whether these quoted words are that author's."""
        said = self._said.get(_key(self._text[start:end].lstrip("> \t")))
        return said is not None and said == self._find(author)

    def open(self, header: Header, indent: int) -> None:
        """A new comment begins."""
        self.part()
        self._header = header
        self._indent = indent
        self._day = header.published
        self._addressee = self._find(header.answers) if header.answers else None

    def part(self) -> None:
        """The comment ends; what follows without a name is somebody unknown."""
        self._close()
        self._header, self._day, self._addressee, self._first_of_comment = None, None, None, None

    def address(self, name: str, day: datetime.date | None) -> None:
        """The comment answers this person."""
        self._close()
        self._addressee = self._find(name)
        self._day = self._day or day

    def sign(self, name: str) -> None:
        """The comment just read ends with this name."""
        self._close()
        if self._blocks and self._blocks[-1].author is None:
            self._blocks[-1] = replace(self._blocks[-1], author=name)
            self._remember(name, self._offset + len(self._blocks) - 1)
        self.part()

    def date(self, day: datetime.date | None) -> None:
        """The comment is of this day."""
        self._day = day

    def quote(self, start: int, end: int) -> None:
        """These words belong to somebody else."""
        self._close()
        said = self._said.get(_key(self._text[start:end].lstrip("> \t")))
        if said is not None and said != self._first_of_comment:
            self._addressee = said

    def add(self, start: int, end: int) -> None:
        """These words belong to the comment."""
        if self._start is None:
            self._start = start
        self._end = end
        # Quotations repeat a line or its beginning, so lines are what is remembered.
        self._said[_key(self._text[start : min(end, start + 200)])] = (
            self._offset + len(self._blocks) if self._first_of_comment is None else self._first_of_comment
        )

    def blocks(self) -> list[Block]:
        """All comments."""
        self.part()
        return self._blocks

    def _close(self) -> None:
        if self._start is None:
            return
        place = self._offset + len(self._blocks)
        author = self._header.author if self._header else None
        answers = self._answers(place)
        self._blocks.append(Block("comment", self._start, self._end, author, self._day, answers))
        if self._first_of_comment is None:
            self._first_of_comment = place
            if self._header is not None:
                self._depths.append((self._indent, place))
            if author:
                self._remember(author, place)
        self._start = None

    def _answers(self, place: int) -> int | None:
        while self._depths and self._first_of_comment is None and self._depths[-1][0] >= self._indent:
            self._depths.pop()
        above = self._depths[-1][1] if self._depths and self._indent > 0 and self._header is not None else None
        if above is not None and (above == self._first_of_comment):
            above = self._depths[-2][1] if len(self._depths) > 1 else None
        if self._addressee is not None:
            return self._addressee
        spoken_to = self._spoken_to()
        return spoken_to if spoken_to is not None and spoken_to != self._first_of_comment else above

    def _spoken_to(self) -> int | None:
        match = _ADDRESS.match(self._text, self._start or 0, min(self._end, (self._start or 0) + 120))
        if match is None:
            return None
        name = match["at"] or match["name"]
        found = self._find(name)
        return self._find(name.split()[0]) if found is None and match["at"] else found

    def _find(self, name: str | None) -> int | None:
        key = (name or "").strip().removeprefix("@").strip(" .,:").casefold()
        found = self._named.get(key)
        return found if found is not None else self._first_named.get(key)

    def _remember(self, author: str, place: int) -> None:
        key = author.casefold()
        self._named[key] = place
        first = key.split()[0]
        # A first name that two people share names neither.
        shared = self._first_named.get(first)
        if shared is not None and shared >= 0 and self._full(shared) != key:
            self._first_named[first] = -1
        elif shared != -1:
            self._first_named[first] = place
        if self._first_named[first] == -1:
            self._first_named.pop(first)

    def _full(self, place: int) -> str:
        author = self._blocks[place - self._offset].author if place >= self._offset else None
        return (author or "").casefold()


def _key(words: str) -> str:
    return _SPACE.sub(" ", words[:200]).strip().casefold()[:_QUOTE_KEY]
