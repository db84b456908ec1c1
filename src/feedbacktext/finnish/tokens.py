"""str -> tokens with offsets into the string that came in."""

from __future__ import annotations

import re
from typing import NamedTuple

#: Letters and digits with their combining marks ("a" + U+0308), inner hyphens, colons and
#: apostrophes ("e-lasku", "OP:n"), decimal signs between digits; then URLs and addresses, emoticons,
#: emoji with their modifiers, rows of full stops, line ends, and any other single sign.
#: Every branch consumes what it looks at, so time is linear in the length of the comment.
TOKEN = re.compile(
    r"""
      https?://[^\s<>"]+
    | [^\W_](?:[\w\u0300-\u036f]|[-'’:](?=[^\W_])|(?<=\d)[.,](?=\d))*
    | [:;=][-o']?[()\[\]DPp/\\|*](?!\w) | <3
    | [\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]
      (?:\ufe0f|[\U0001f3fb-\U0001f3ff]|\u200d[\u2190-\u27bf\U0001f000-\U0001faff])*
    | [.!?…]+
    | \n+
    | [^\w\s] | _
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of a comment; ``comment[start:end] == text``."""

    text: str
    start: int
    end: int


def tokenize(comment: str) -> list[Token]:
    r"""Cut a comment into words, signs, emoji and line ends.

    Examples
    --------
    >>> [token.text for token in tokenize("Ei toimi e-lasku!! :(")]
    ['Ei', 'toimi', 'e-lasku', '!!', ':(']
    >>> tokenize("Hyvä\r\npankki")[1:]
    [Token(text='\n', start=5, end=6), Token(text='pankki', start=6, end=12)]
    """
    return [Token(match[0], match.start(), match.end()) for match in TOKEN.finditer(comment)]
