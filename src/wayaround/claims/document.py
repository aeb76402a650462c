"""Read an article with its comments from a file: plain text or a web page."""

import re
from pathlib import Path

from wayaround.claims.claim import Document
from wayaround.claims.documents.plain import parse_plain
from wayaround.errors import FileUnreadable, TextUnreadable

LARGEST_BYTES = 64 * 2**20
_PAGE = re.compile(
    r"\s{0,200}(?:<\?xml[^>]{0,200}>\s{0,200})?(?:<!--.{0,2000}?-->\s{0,200})?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(
    r"<(?:p|div|article|section|li|ul|ol|span|main|table|h[1-6]|script|meta)\b[^<>]{0,500}>", re.IGNORECASE
)
_CHARSET = re.compile(rb"<meta[^<>]{0,200}?charset=[\"']?([\w-]{2,40})", re.IGNORECASE)
_FORMATS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive or office document",
    b"\x1f\x8b": "a gzip archive",
    b"{\\rtf": "an RTF document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"SQLite": "a database",
}
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def read_document(path: Path) -> Document:
    r"""Read a text or a web page and tell who wrote which part of it.

    Parameters
    ----------
    path : pathlib.Path
        A file of up to 64 MB, in UTF-8 or in the encoding that it declares.

    Returns
    -------
    Document
        The text and its blocks.

    Raises
    ------
    FileUnreadable
        The file is missing, is no file, or is too large.
    TextUnreadable
        It is empty, binary, or in an encoding that it does not declare.
    PackageMissing
        It is a web page and the extra for pages is not installed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "thread.txt"
    ...     _ = path.write_text("Anna Berg says:\nIt is 155 km.\n", encoding="utf-8")
    ...     document = read_document(path)
    >>> document.blocks[0].author
    'Anna Berg'
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise FileUnreadable(
                f"{path.name} has {size / 2**20:.0f} MB and at most 64 MB are read; split it.", ids=(path.name,)
            )
        stored = path.read_bytes()
    except FileNotFoundError:
        raise FileUnreadable(f"There is no file {path}; check the path.", ids=(str(path),)) from None
    except IsADirectoryError:
        raise FileUnreadable(f"{path} is a folder; name a text or a web page in it.", ids=(str(path),)) from None
    except FileUnreadable:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileUnreadable(f"{path} cannot be read: {reason}.", ids=(str(path),)) from None
    as_html = True if path.suffix.lower() in (".html", ".htm", ".xhtml") else None
    return parse_document(_decode(stored, path.name), source=path.name, as_html=as_html)


def parse_document(text: str, *, source: str = "", as_html: bool | None = None) -> Document:
    r"""Tell who wrote which part of a text.

    Parameters
    ----------
    text : str
        Plain text, or the source of a web page.
    source : str
        Name of the file.
    as_html : bool, optional
        Whether it is a web page; by default the text itself tells.

    Returns
    -------
    Document
        Of a web page, `Document.text` is what the page shows, and spans count its characters.

    Raises
    ------
    TextUnreadable
        There are no words in it, or the page cannot be unfolded.
    PackageMissing
        It is a web page and the extra for pages is not installed.

    Examples
    --------
    >>> document = parse_document("By Anna Berg\n\nIt is 793 km.\n\nComments (1)\n\nTom says:\nNo, 780 km.")
    >>> [(block.author, document.text[block.start:block.end]) for block in document.blocks]
    [('Anna Berg', 'It is 793 km.'), ('Tom', 'No, 780 km.')]
    """
    if not text or text.isspace():
        raise TextUnreadable(f"{source or 'The text'} is empty; give a text with words in it.", ids=(source,))
    if as_html is None:
        head = text[:20_000]
        as_html = _PAGE.match(text) is not None or (head.lstrip()[:1] == "<" and len(_TAG.findall(head)) > 2)
    if as_html:
        from wayaround.claims.documents.page import parse_page

        return parse_page(text, source=source)
    return parse_plain(text, source=source)


def _decode(stored: bytes, name: str) -> str:
    if not stored.strip():
        raise TextUnreadable(f"{name} is empty; give a text with words in it.", ids=(name,))
    for start, what in _FORMATS.items():
        if stored.startswith(start):
            raise TextUnreadable(f"{name} is {what} and no plain text; save its words as UTF-8 text.", ids=(name,))
    encodings = [encoding for mark, encoding in _MARKS if stored.startswith(mark)][:1] or ["utf-8"]
    declared = _CHARSET.search(stored[:4096])
    if declared and encodings == ["utf-8"]:
        encodings.append(declared.group(1).decode("ascii"))
    for encoding in encodings:
        try:
            text = stored.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        controls = sum(text.count(chr(code), 0, 65_536) for code in range(32) if code not in (9, 10, 12, 13, 27))
        if "\x00" in text or controls > 8 + min(len(text), 65_536) // 200:
            break
        return text
    if b"\x00" in stored[:65_536] or len(encodings) > 1:
        raise TextUnreadable(f"{name} is binary and no text; give plain text or HTML.", ids=(name,))
    raise TextUnreadable(f"{name} is not text in UTF-8; save it in UTF-8 and try again.", ids=(name,))
