"""Explanation -> what a terminal shows of it."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from feedbacktext.explain import Explanation

_STYLES = {"positive": "green", "negative": "red", "neutral": "bright_black", "mixed": "yellow"}


def show_explanation(explanation: Explanation, screen: Console) -> None:
    """Print the comment with its evidence underlined, its themes, and its words by clause."""
    tag = explanation.tag
    comment = Text(tag.comment)
    for span in tag.evidence:
        comment.stylize(f"underline {_STYLES[span.polarity]}", span.start, span.end)
    screen.print(comment)
    if tag.abstained:
        screen.print(f"abstained: {tag.abstained} (language {tag.language})")
    for theme, found in tag.themes.items():
        shown = ", ".join(repr(span.text) for span in found.evidence)
        line = Text(f"{theme}: {found.polarity} ({found.probability:.2f})", style=_STYLES[found.polarity])
        screen.print(line.append(f"  {shown}", style="default"))
    screen.print(f"sentiment: {tag.sentiment} ({tag.sentiment_score:+.2f})  types: {', '.join(tag.types) or '-'}")
    table = Table(box=None, header_style="bold")
    for name in ("clause", "word", "lemma", "class", "negated", *tag.themes):
        table.add_column(name, justify="right" if name in tag.themes or name == "clause" else "left")
    before = -1
    for word in explanation.words:
        lemma = word.lemma if word.standard == word.text.lower() else f"{word.lemma} (for {word.standard})"
        table.add_row(
            str(word.clause + 1) if word.clause != before else "",
            Text(word.text),
            Text(lemma),
            word.word_class,
            "negated" if word.negated else "",
            *(f"{word.adds[theme]:+.2f}" for theme in tag.themes),
        )
        before = word.clause
    if tag.themes:
        table.add_row("", "(base)", "", "", "", *(f"{explanation.base[theme]:+.2f}" for theme in tag.themes))
        table.add_row("", "score", "", "", "", *(f"{explanation.scores[theme]:+.2f}" for theme in tag.themes))
    screen.print(table)
