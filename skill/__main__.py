"""The desk: `python -m skill talk · say · hear · play · check · package · serve`."""

import argparse
import importlib
import logging
import os
import sys

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
    "play": ("skill.cli.play", "one stretch as its score: every cue at its second"),
    "check": ("skill.tools.check", "the content: every file, every language, every limit"),
    "package": (
        "skill.tools.packaging.command",
        "what the cloud needs: the function's bundle and the skill's own package",
    ),
    "serve": ("skill.cli.serve", "the HTTPS endpoint's application and the bedside page, on this machine"),
}


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 if all went well, 1 if not, 2 for a wrong call. A command's module is imported only when it is called."""
    chosen = (arguments if arguments is not None else sys.argv[1:])[:1]
    parser = argparse.ArgumentParser(
        prog="python -m skill", description="Cramp Coach, tried and tested with no Amazon account."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, purpose) in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose)
        if chosen == [name]:
            importlib.import_module(module).add_arguments(command)
    args = parser.parse_args(arguments)
    logging.basicConfig(level=settings.log_level(), format="%(levelname)s %(name)s: %(message)s")
    try:
        code = int(importlib.import_module(COMMANDS[args.command][0]).run(args))
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever reads has seen enough: `… | head`. Python would flush again at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ContentError as error:
        print(f"{args.command}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
