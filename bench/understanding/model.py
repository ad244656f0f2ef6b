"""The interaction model that both engines learn from."""

from skill.loading.interaction_model import MODELS, Model, read

__all__ = ["Model", "load"]


def load(locale: str) -> Model:
    """Read the model of a locale's language."""
    return read(MODELS / f"{locale.partition('-')[0]}.json")
