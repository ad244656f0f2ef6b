"""What ask-cli uploads: the manifest, one interaction model for each locale, the icons; and the pages on privacy and terms."""

import html
import json
import re
import shutil
import struct
from pathlib import Path
from typing import Any

from skill.alexa.connections import TASK, TASK_VERSION
from skill.loading import interaction_model, store_listing
from skill.loading.store_listing import Everywhere, Listing, Mine, Provider, problems
from skill.loading.strict_table import ContentError

ROOT = Path(__file__).parents[3]
PACKAGE = "skill-package"
ICONS = {"small": 108, "large": 512}  #: pixels, width and height
PAGES = "pages"
PROFILE = "default"  #: ask-cli's, where no other is named
MANIFEST_VERSION, RESOURCES_VERSION = "1.0", "2020-03-31"

Json = dict[str, Any]


def build(out: Path, root: Path = ROOT) -> tuple[str, ...]:
    """Write `out`/skill-package, ask-resources.json and pages/; return the keys of mine.toml that are still to be filled in.

    Raises ContentError for the first thing that Amazon would refuse. What `ask deploy` keeps in `out`/.ask stays, for there it
    remembers which skill it made.
    """
    store, models = root / "store", root / "interaction_model"
    for problem in problems(store, models):
        raise problem
    everywhere, mine = store_listing.everywhere(store), store_listing.mine(store)
    listings = {language: store_listing.listing(language, store) for language in store_listing.languages(store)}
    profile = {"skillMetadata": {"src": f"./{PACKAGE}"}}
    files = {
        f"{PACKAGE}/skill.json": _json({"manifest": manifest(everywhere, tuple(listings.values()), mine)}),
        "ask-resources.json": _json({"askcliResourcesVersion": RESOURCES_VERSION, "profiles": {PROFILE: profile}}),
        f"{PACKAGE}/tasks/{TASK}.{TASK_VERSION}.json": _json(task(tuple(listings.values()))),
        **_pages(root / "docs", tuple(listings), mine.provider),
    }
    for name, size in ICONS.items():
        files[f"{PACKAGE}/assets/images/{name}.png"] = _icon(store / "icons" / f"{name}.png", size)
    for language, listing in listings.items():
        model = _json(interaction_model.amazon_json(interaction_model.read(models / language)))
        for locale in listing.locales:
            files[f"{PACKAGE}/interactionModels/custom/{locale}.json"] = model
    for folder in (PACKAGE, PAGES):
        shutil.rmtree(out / folder, ignore_errors=True)
    for name, data in files.items():
        _write(out / name, data)
    if mine.skill_id:
        _remember(out / ".ask" / "ask-states.json", mine.skill_id)
    return mine.missing(tuple(listings))


def manifest(everywhere: Everywhere, listings: tuple[Listing, ...], mine: Mine) -> Json:
    """Return Amazon's skill manifest. Without an endpoint it has neither code nor events yet."""
    texts, pages = {}, {}
    for listing in listings:
        for locale in listing.locales:
            texts[locale] = _texts(listing)
            if found := mine.pages.get(listing.language):
                pages[locale] = {"privacyPolicyUrl": found.privacy, "termsOfUseUrl": found.terms}
    custom: Json = {"interfaces": [_screens(everywhere)], "tasks": [{"name": TASK, "version": TASK_VERSION}]}
    whole: Json = {
        "manifestVersion": MANIFEST_VERSION,
        "publishingInformation": {
            "locales": texts,
            "isAvailableWorldwide": False,
            "distributionMode": "PUBLIC",
            "distributionCountries": _countries(listings, mine),
            "category": everywhere.category,
            "testingInstructions": everywhere.testing,
        },
        "privacyAndCompliance": {**everywhere.answers, **({"locales": pages} if pages else {})},
        "permissions": [{"name": name} for name in everywhere.permissions],
        "apis": {"custom": custom},
    }
    if mine.endpoint:
        endpoint = {"uri": mine.endpoint}
        if mine.endpoint.startswith("https:"):
            endpoint["sslCertificateType"] = mine.certificate
        custom["endpoint"] = endpoint
        whole["events"] = {"endpoint": endpoint, "subscriptions": [{"eventName": name} for name in everywhere.events]}
    return whole


def task(listings: tuple[Listing, ...]) -> Json:
    """Return the task that a routine of somebody's own runs: a launch, without any input, in Amazon's subset of OpenAPI."""
    titles = {locale: {"title": listing.task} for listing in listings for locale in listing.locales}
    nothing = {"content": {"application/json": {"schema": {"type": "object", "properties": {}}}}}
    return {
        "openapi": "3.0.0",
        "info": {
            "title": TASK,
            "version": TASK_VERSION,
            "x-amzn-alexa-access-scope": "public",
            "x-amzn-display-details": titles,
        },
        "paths": {
            f"/{TASK}": {
                "summary": TASK,
                "description": TASK,
                "post": {"requestBody": nothing, "responses": {"200": {"description": "done", **nothing}}},
            }
        },
    }


def _texts(listing: Listing) -> Json:
    return {
        "name": listing.name,
        "summary": listing.summary,
        "description": listing.description,
        "examplePhrases": list(listing.phrases),
        "keywords": list(listing.keywords),
        "updatesDescription": listing.news,
        **{f"{name}IconUri": f"file://assets/images/{name}.png" for name in ICONS},
    }


def _screens(everywhere: Everywhere) -> Json:
    viewports = []
    for screen in everywhere.viewports:
        (least_width, most_width), (least_height, most_height) = screen.width, screen.height
        viewports.append(
            {
                "mode": screen.mode,
                "shape": screen.shape,
                "minWidth": least_width,
                "maxWidth": most_width,
                "minHeight": least_height,
                "maxHeight": most_height,
            }
        )
    return {"type": "ALEXA_PRESENTATION_APL", "supportedViewports": viewports}


def _countries(listings: tuple[Listing, ...], mine: Mine) -> list[str]:
    """Return the locales' countries, whose emergency numbers are known, or the fewer that the deployer wants."""
    offered = sorted({locale.partition("-")[2] for listing in listings for locale in listing.locales})
    for country in mine.countries:
        if country not in offered:
            raise ContentError("store/mine.toml", "countries", country, f"some of {', '.join(offered)}")
    return sorted(mine.countries) or offered


def _icon(path: Path, size: int) -> bytes:
    """Return a PNG of exactly this size: Amazon takes no other."""
    data = path.read_bytes() if path.exists() else b""
    header = struct.pack(">8sI4sII", b"\x89PNG\r\n\x1a\n", 13, b"IHDR", size, size)
    if not data.startswith(header):
        raise ContentError(
            f"store/icons/{path.name}", "(file)", f"{len(data)} bytes", f"a PNG of {size} by {size} pixels"
        )
    return data


def _pages(docs: Path, languages: tuple[str, ...], provider: Provider | None) -> dict[str, bytes]:
    """Return the pages with the provider's name and contact, where the text otherwise speaks of whoever publishes the skill.

    A language without them is none the worse: `missing` says that their addresses have to be given.
    """
    pages = {}
    for source in sorted(path for language in languages for path in (docs / language).glob("*.html")):
        text = source.read_text(encoding="utf-8")
        if provider:
            link = provider.contact if provider.contact.startswith("https:") else f"mailto:{provider.contact}"
            contact = f'<a href="{html.escape(link)}">{html.escape(provider.contact)}</a>'
            text = _filled(_filled(text, "provider", html.escape(provider.name)), "contact", contact)
        pages[f"{PAGES}/{source.parent.name}/{source.name}"] = text.encode()
    return pages


def _filled(text: str, place: str, value: str) -> str:
    """Return the text with `value` in each <span data-fill="place">…</span>."""
    return re.sub(rf'<span data-fill="{place}">.*?</span>', lambda _: value, text, flags=re.DOTALL)


def _remember(path: Path, skill_id: str) -> None:
    """Tell ask-cli which skill to update; what it noted about the same skill's last upload stays."""
    states: Json = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known = states.get("profiles", {}).get(PROFILE, {})
    if known.get("skillId") != skill_id:
        _write(path, _json({"askcliStatesVersion": RESOURCES_VERSION, "profiles": {PROFILE: {"skillId": skill_id}}}))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _json(value: Json) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
