"""From bytes to text: which charset a page is in, and decoding that cannot fail.

Belongs here: the order in which declarations are believed. Not here: HTML.
"""

import codecs
import re

# What browsers decode (WHATWG Encoding), by Python's names. Anything else a page may declare (utf-7,
# unicode_escape, punycode ...) is a way to smuggle text past a reader, or a codec that is none.
SUPPORTED = frozenset(
    {
        "utf-8",
        "utf-16-le",
        "utf-16-be",
        "gb18030",
        "big5hkscs",
        "euc_jp",
        "iso2022_jp",
        "cp932",
        "cp949",
        "koi8-r",
        "koi8-u",
        "mac-roman",
        "cp866",
        "cp874",
        *(f"cp{number}" for number in range(1250, 1259)),
        *(f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    }
)
# Browsers read the label on the left as its superset on the right; pages are written for browsers.
SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "utf-16": "utf-16-le",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LAST_RESORT = "cp1252"
# Browsers look for a declaration in the first kilobyte; real pages put it a little later.
PRESCAN_BYTES = 4096
_DECLARED = re.compile(
    rb"<meta\b[^>]{0,400}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{1,40})"
    rb"|<\?xml\b[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})",
    re.IGNORECASE,
)


def decode_page(body: bytes, declared: str | None) -> tuple[str, str]:
    """Return (text, Python name of the charset used). Never raises; O(size of the body).

    The first charset under which the whole body is valid wins, in this order: byte order mark, the one
    the server declared, the one the page declares, UTF-8. If none fits, bytes without a meaning in
    Windows-1252 become replacement characters.
    """
    for mark, name in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name
    for charset in filter(None, (_supported(declared), _meta_charset(body), "utf-8")):
        try:
            return body.decode(charset), charset
        except UnicodeDecodeError:
            continue
    return body.decode(LAST_RESORT, "replace"), LAST_RESORT


def _meta_charset(body: bytes) -> str | None:
    match = _DECLARED.search(body[:PRESCAN_BYTES])
    if match is None:
        return None
    name = _supported((match[1] or match[2]).decode("ascii", "replace"))
    # The declaration was readable as ASCII, so the page is in no charset of two bytes a letter.
    return "utf-8" if name in {"utf-16-le", "utf-16-be"} else name


def _supported(label: str | None) -> str | None:
    """Return Python's name of the charset that browsers use for a label, None if they know none."""
    try:
        name = codecs.lookup(label.strip()).name if label else ""
    except (LookupError, ValueError):
        return None
    name = SUPERSETS.get(name, name)
    return name if name in SUPPORTED else None
