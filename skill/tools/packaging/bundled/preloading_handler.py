"""Names the function's handler, as the source tree's own module does; before that, gives Python what the first answer needs.

A module costs Python a look into folders, two files and a tenth of a millisecond, and the first answer needs a hundred of them.
So their compiled code lies together in one file, which is read at once: that saves 9 ms of a cold start. Every other module is
found as usual; so are these, by their sources, where that file is not there or was made by another Python.
"""

import gc
import marshal
import sys
from importlib.machinery import ModuleSpec
from typing import Any

gc.disable()  # nothing that is made at the start is garbage: to look for it takes 2 ms

HERE = __file__.removesuffix("lambda_handler.py")
TOGETHER = f"{HERE}together.{sys.implementation.cache_tag}"


class Together:
    """Finds and loads the modules of that file: their names, whether each is a package, its source, and its code."""

    def __init__(self, modules: dict[str, tuple[bool, str, bytes]]) -> None:
        self.modules = modules

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name not in self.modules:
            return None
        is_package, source, _ = self.modules[name]
        loader: Any = self
        spec = ModuleSpec(name, loader, origin=HERE + source, is_package=is_package)
        spec.has_location = True
        if spec.submodule_search_locations is not None:  # what is not in the file is looked for in the folder
            spec.submodule_search_locations.append(HERE + source.removesuffix("/__init__.py"))
        return spec

    def create_module(self, spec: ModuleSpec) -> None:
        """As usual."""

    def exec_module(self, module: Any) -> None:
        exec(marshal.loads(self.modules.pop(module.__name__)[2]), module.__dict__)


try:
    with open(TOGETHER, "rb") as file:  # noqa: PTH123  pathlib takes 3 ms to import
        sys.meta_path.insert(0, Together(marshal.load(file)))
except FileNotFoundError:
    pass

from skill.alexa.app import answer as handler  # noqa: E402

gc.freeze()
gc.enable()

__all__ = ["handler"]
