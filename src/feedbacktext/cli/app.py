"""Command line -> calls of the library."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from feedbacktext.batch import Outcome, TagOptions, tag_file
from feedbacktext.cli.doctor import examine
from feedbacktext.cli.explained import show_explanation
from feedbacktext.codebook import Codebook
from feedbacktext.model.agreement import agree
from feedbacktext.model.folder import load_folder
from feedbacktext.model.labelled import read_labelled
from feedbacktext.tagging import Tagger, find_model, load

app = typer.Typer(
    name="feedbacktext",
    help="Finnish customer feedback: themes with polarity, sentiment, types and their evidence.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
#: What people read goes to standard error, so that standard output can be a file.
_screen = Console(stderr=True)


@app.command(epilog="Example: feedbacktext tag palautteet.xlsx -o tagit.xlsx --text Kommentti")
def tag(
    source: Annotated[str, typer.Argument(metavar="IN", help=".csv .tsv .xlsx .jsonl .parquet or -")],
    output: Annotated[str, typer.Option("-o", "--output", metavar="OUT", help="Suffix decides the format.")],
    text: Annotated[str | None, typer.Option(metavar="COLUMN", help="Column of the comments.")] = None,
    score: Annotated[str | None, typer.Option(metavar="COLUMN", help="Column of the 0-10 score.")] = None,
    model: Annotated[str, typer.Option(metavar="NAME|DIR", help="Packaged model or model folder.")] = "bank-fi",
    prefix: Annotated[str, typer.Option(help="Put before the names of new columns.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace OUT where it exists.")] = False,
    table: Annotated[bool, typer.Option("--table", help="Show the themes as a table at the end.")] = False,
) -> None:
    """Tag the comments of a file; every row comes out, in order."""
    tagger = load(model)
    options = TagOptions(text=text, score=score, prefix=prefix, force=force)
    began = time.monotonic()
    with Progress(
        TextColumn("tagging"),
        BarColumn(),
        TaskProgressColumn(show_speed=True),
        TextColumn("{task.completed:,} rows"),
        TimeRemainingColumn(),
        console=_screen,
        disable=not sys.stderr.isatty(),
        transient=True,
    ) as bar:
        task = bar.add_task("tag", total=None)
        outcome = tag_file(
            source,
            output,
            tagger,
            options,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    _close(outcome, output, time.monotonic() - began)
    if table:
        _screen.print(_theme_table(outcome, tagger))


def _close(outcome: Outcome, output: str, seconds: float) -> None:
    for note in (*outcome.notes, *outcome.rejected_lines):
        _say(note)
    parts = [f"{outcome.tagged:,} comments of column {outcome.text_column!r} tagged in {seconds:.1f} s"]
    if outcome.abstained:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in outcome.abstained.most_common())
        parts.append(f"{outcome.abstained.total():,} abstained ({reasons})")
    if outcome.bad_scores:
        parts.append(f"{outcome.bad_scores:,} scores were not numbers from 0 to 10")
    if outcome.rejected:
        where = "" if output == "-" else f", see {output}.rejected.jsonl"
        parts.append(f"{outcome.rejected:,} rows set aside{where}")
    _say("; ".join(parts))


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


def _theme_table(outcome: Outcome, tagger: Tagger) -> Table:
    read = outcome.tagged - outcome.abstained.total()
    table = Table(title=f"Themes of {read:,} comments")
    for name in ("theme", "comments", "share", "positive", "negative", "mixed", "neutral"):
        table.add_column(name, justify="left" if name == "theme" else "right")
    themes = tagger.codebook.themes
    counts = {
        theme.id: [outcome.themes[theme.id, p] for p in ("positive", "negative", "mixed", "neutral")]
        for theme in themes
    }
    for theme in sorted(themes, key=lambda one: -sum(counts[one.id])):
        total = sum(counts[theme.id])
        share = f"{100 * total / read:.0f} %" if read else "-"
        table.add_row(theme.title, f"{total:,}", share, *(f"{n:,}" for n in counts[theme.id]))
    said = ", ".join(f"{name} {outcome.sentiments[name]:,}" for name in ("positive", "neutral", "negative"))
    table.caption = f"sentiment: {said}"
    return table


@app.command(name="explain", epilog='Example: feedbacktext explain "Kukaan ei vastannut, mutta neuvoja oli mukava."')
def explain_comment(
    comment: Annotated[str, typer.Argument(metavar="COMMENT", help="One comment, in quotes.")],
    model: Annotated[str, typer.Option(metavar="NAME|DIR", help="Packaged model or model folder.")] = "bank-fi",
) -> None:
    """Show how one comment is read: words, lemmas, clauses, negation, and what each word adds to each theme."""
    show_explanation(load(model).explain(comment), Console())


@app.command(epilog="Example: feedbacktext train omat.jsonl -o malli --codebook koodikirja.toml")
def train(
    labelled: Annotated[list[Path], typer.Argument(metavar="LABELLED.jsonl...", help="One labelled comment a line.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Model folder to write.")],
    codebook: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Themes and types; default: those of bank-fi.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the model that stands there.")] = False,
) -> None:
    """Train a model on labelled comments and measure it on writers it has not seen."""
    from feedbacktext.errors import FileFormatError
    from feedbacktext.training import train_folder

    if output.exists() and any(output.iterdir()) and not force:
        raise FileFormatError(f"{output}: exists already; replace it with --force")
    book = Codebook.from_toml(codebook) if codebook else load_folder(find_model("bank-fi")).codebook
    began = time.monotonic()
    metrics = train_folder(labelled, output, book)
    _say(
        f"{output}: trained in {time.monotonic() - began:.0f} s; on {metrics.n:,} comments of unseen hands "
        f"themes micro F1 {metrics.themes_micro_f1:.3f}, with polarity {metrics.theme_polarity_micro_f1:.3f}, "
        f"sentiment macro F1 {metrics.sentiment_macro_f1:.3f}, types micro F1 {metrics.types_micro_f1:.3f}"
    )


@app.command(epilog="Example: feedbacktext evaluate bank-fi kaksoisluokitellut.jsonl --json")
def evaluate(
    model: Annotated[str, typer.Argument(metavar="NAME|DIR", help="Packaged model or model folder.")],
    labelled: Annotated[Path, typer.Argument(metavar="LABELLED.jsonl", help="Comments with labels.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Compare a model's tags with what people labelled."""
    from feedbacktext.evaluation import evaluate_tagger

    metrics = evaluate_tagger(load(model), labelled).to_dict()
    if as_json:
        sys.stdout.write(json.dumps(metrics, ensure_ascii=False, indent=1) + "\n")
        return
    screen = Console()
    table = Table(title=f"{metrics['n']:,} comments")
    for name in ("theme or type", "precision", "recall", "F1", "comments"):
        table.add_column(name, justify="left" if name == "theme or type" else "right")
    for id_, row in (metrics["themes"]["per_theme"] | metrics["types"]["per_type"]).items():
        table.add_row(id_, *(f"{row[name]:.3f}" for name in ("precision", "recall", "f1")), f"{row['support']:,}")
    screen.print(table)
    screen.print(
        f"themes micro F1 {metrics['themes']['micro_f1']:.3f}, macro {metrics['themes']['macro_f1']:.3f}; "
        f"with polarity {metrics['theme_polarity']['micro_f1']:.3f}; "
        f"sentiment macro F1 {metrics['sentiment']['macro_f1']:.3f}; types {metrics['types']['micro_f1']:.3f}; "
        f"calibration error {metrics['calibration']['ece']:.3f}"
    )


@app.command(epilog="Example: feedbacktext agreement anna.jsonl pekka.jsonl")
def agreement(
    first: Annotated[Path, typer.Argument(metavar="A.jsonl", help="One person's labels.")],
    second: Annotated[Path, typer.Argument(metavar="B.jsonl", help="The other's, on the same ids.")],
    codebook: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Themes and types; default: those of bank-fi.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Say how well two people's labels of the same comments agree."""
    book = Codebook.from_toml(codebook) if codebook else load_folder(find_model("bank-fi")).codebook
    found = agree(read_labelled(first, book), read_labelled(second, book), book.theme_ids, book.type_ids)
    if as_json:
        sys.stdout.write(json.dumps(asdict(found), indent=1) + "\n")
        return
    table = Table(title=f"{found.n:,} comments labelled twice")
    for name in ("theme or type", "F1", "kappa", "both", "only first", "only second"):
        table.add_column(name, justify="left" if name == "theme or type" else "right")
    for id_, row in (*found.per_theme.items(), *found.per_type.items()):
        counts = (str(count) for count in (row.both, row.only_first, row.only_second))
        table.add_row(id_, f"{row.f1:.3f}", f"{row.kappa:.3f}", *counts)
    screen = Console()
    screen.print(table)
    screen.print(
        f"themes micro F1 {found.themes_micro_f1:.3f}, macro {found.themes_macro_f1:.3f}; "
        f"with polarity {found.theme_polarity_micro_f1:.3f}; alpha (MASI) {found.themes_alpha:.3f}; "
        f"sentiment kappa {found.sentiment_kappa:.3f}; types micro F1 {found.types_micro_f1:.3f}"
    )


@app.command(epilog="Example: feedbacktext doctor")
def doctor() -> None:
    """Say what was found (Voikko, dictionary, model, speed) and what to install."""
    healthy = True
    for finding in examine():
        sys.stdout.write(f"{'ok ' if finding.good else '-- '} {finding.what}: {finding.found}\n")
        if finding.remedy:
            sys.stdout.write(f"    {finding.remedy}\n")
        healthy = healthy and (finding.good or not finding.needed)
    if not healthy:
        raise typer.Exit(1)


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Show the version.", is_eager=True)] = False,
) -> None:
    """Finnish customer feedback: themes with polarity, sentiment, types and their evidence."""
    if show:
        import feedbacktext

        sys.stdout.write(f"feedbacktext {feedbacktext.__version__}\n")
        raise typer.Exit
