"""The command line: a verb a file, loaded when called. Only here are the repository's folders known."""

import os
import sys
from importlib import import_module

import click

from goldwire.errors import GoldwireError

VERBS = {
    "check": ("check", "Report every broken rule of a corpus."),
    "build": ("build", "Build the dataset from the gold."),
    "run": ("run", "Run a system over a corpus."),
    "score": ("score", "Score predictions against a gold."),
    "bench": ("bench", "Run and score all systems of a folder."),
    "convert": ("convert", "Convert between formats."),
    "agree": ("agree", "Measure agreement between annotators."),
    "adjudicate": ("adjudicate", "Merge passes into a gold."),
    "compare": ("compare", "Test whether systems differ."),
    "explain": ("explain", "Tell why two results differ."),
    "conform": ("conform", "Put any scorer to the conformance suite."),
    "labelstudio": ("labelstudio", "Label Studio projects in and out."),
    "train": ("train", "Train a reference model."),
    "init": ("init", "Start a corpus of your own."),
    "export": ("export", "Write the annotations without the texts, and join them back."),
}

MODELS = ("run", "bench", "train")  # verbs that load models, which may want the threads of BLAS


class Verbs(click.Group):
    """A group whose commands are loaded when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the verbs."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a verb's command: the attribute `command` of its module."""
        if cmd_name not in VERBS:
            return None
        if cmd_name not in MODELS:  # to start these threads takes longer than to score a small file
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        command: click.Command = import_module(f"goldwire.cli.{VERBS[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in VERBS.items()])


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="goldwire")
def goldwire() -> None:
    """Score extraction models against gold-labelled news, and make such gold."""


def main() -> None:
    """Run the command line; a user's mistake is one line on standard error and exit code 1."""
    try:
        goldwire(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        raise SystemExit(error.exit_code) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    except (click.Abort, KeyboardInterrupt):
        raise SystemExit(_said("interrupted", 130)) from None
    except GoldwireError as error:
        raise SystemExit(_said(str(error), 1)) from None
    except OSError as error:
        raise SystemExit(_unwritten(error)) from None


def _unwritten(error: OSError) -> int:
    """Say that the output could not be written, and keep the interpreter from trying once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    where = error.filename or "the output"
    return _said(f"{where}: cannot be read or written ({error.strerror}); check the place and its room", 1)


def _said(message: str, code: int) -> int:
    click.echo(f"goldwire: {message}" if "\n" not in message else message, err=True)
    return code
