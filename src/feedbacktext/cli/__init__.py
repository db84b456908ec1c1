"""The command line: the only place that prints."""

from __future__ import annotations

import sys


def main() -> None:
    """Run ``feedbacktext``; errors of the library are one line and exit code 2."""
    from feedbacktext.cli.app import app
    from feedbacktext.errors import FeedbackTextError

    try:
        app(prog_name="feedbacktext")
    except FeedbackTextError as error:
        sys.stderr.write(f"feedbacktext: {error}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("feedbacktext: stopped; nothing was written\n")
        sys.exit(130)
    except BrokenPipeError:  # "feedbacktext tag - | head" is no error
        sys.stderr.close()
        sys.exit(0)
