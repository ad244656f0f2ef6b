"""The command line: `python -m skill talk · say · hear · play · check · package · serve`."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  whoever runs an older one is to read this, and not a traceback
    sys.exit(f"Cramp Coach needs Python 3.11 or later; this is {sys.version.split()[0]}")

import argparse
import importlib
import logging
import os

from skill import settings
from skill.loading.strict_table import ContentError

#: Each command, the module that has its `add_arguments` and `run`, and what it does.
COMMANDS = {
    "talk": (
        "skill.cli.talk",
        "the bedside speaker in this terminal: type what you would say, also in mid-set",
    ),
    "say": ("skill.cli.say", "the given turns of one session, performed with their clock times"),
    "hear": ("skill.cli.hear", "which intent and slots an utterance is, one a line"),
    "play": ("skill.cli.play", "one stretch, every cue at its second"),
    "check": ("skill.tools.check", "check the content: every file, every language, every limit"),
    "package": (
        "skill.tools.packaging.command",
        "what the cloud needs: the function's bundle and the skill's own package",
    ),
    "serve": ("skill.cli.serve", "the HTTPS endpoint's application and the bedside page, on this machine"),
}
#: Where the packages of a command are listed, if not in speaker.txt.
REQUIREMENTS = {"serve": "server.txt"}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0 if all went well, 1 if not, 2 for a wrong call, 130 if interrupted.

    A command's module is imported only when it is called.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        return _run(arguments)
    except BrokenPipeError:  # the reader has seen enough: `… | head`. Python would flush again at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ContentError as error:
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in ("skill", "lambda_handler"):
            raise
        file = REQUIREMENTS.get(arguments[0], "speaker.txt")
        print(
            f"{arguments[0]}: the package {error.name} is not installed in this Python ({sys.executable}). "
            f"`make {arguments[0]}` installs what is needed into .venv; without make: pip install -r requirements/{file}",
            file=sys.stderr,
        )
        return 1


def _run(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m skill", description="Cramp Coach, tried and tested with no Amazon account."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, purpose) in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose)
        if arguments[:1] == [name]:
            importlib.import_module(module).add_arguments(command)
    args, unknown = parser.parse_known_args(arguments)
    if unknown:  # told with the command's own usage
        commands.choices[args.command].error(f"there is no option or argument {unknown[0]!r}")
    logging.basicConfig(level=settings.log_level(), format="%(levelname)s %(name)s: %(message)s")
    code = int(importlib.import_module(COMMANDS[args.command][0]).run(args))
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
