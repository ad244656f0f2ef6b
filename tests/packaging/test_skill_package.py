"""What ask-cli is given: complete, as Amazon's own classes know it, and nothing in it that the deployer did not say."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_smapi_model.v1.skill.manifest.skill_manifest_envelope import SkillManifestEnvelope

from skill.alexa.connections import TASK, TASK_VERSION
from skill.alexa.store.serialization import LASTS
from skill.loading import interaction_model
from skill.loading.strict_table import ContentError
from skill.simulator.validation.sdk_schema import faults
from skill.tools.packaging.skill_package import build
from tests.packaging.conftest import FUNCTION, MINE, ROOT, SKILL_ID

Json = dict[str, Any]

SCHEMA = "ask_smapi_model.v1.skill.manifest.skill_manifest_envelope.SkillManifestEnvelope"
ENGLISH = ["en-AU", "en-CA", "en-GB", "en-IN", "en-US"]
PARTS = ("store/de.toml", "interaction_model/de/model.toml", "interaction_model/de/language.toml")
SERVER = "https://cramp.somebody.test/"


def read(path: Path) -> Json:
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found


def example(root: Path) -> str:
    """The example with every line of it taken; of two endpoints, the second."""
    text = (root / "store" / "mine.example.toml").read_text(encoding="utf-8")
    return re.sub(
        r"^#(?=[a-z\[])", "", re.sub(r"^#endpoint = \"arn:.*\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE
    )


def own(text: str) -> str:
    """The example with somebody's own values in it."""
    values = {
        "00000000-0000-0000-0000-000000000000": SKILL_ID.rpartition(".")[2],
        "example.com": "somebody.test",
        "Your name, or your company's": "Somebody",
    }
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    return text


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "build"


def built(root: Path, out: Path, mine: str = MINE) -> Json:
    """The manifest of a package made with this mine.toml."""
    (root / "store" / "mine.toml").write_text(mine, encoding="utf-8")
    build(out, root)
    manifest: Json = read(out / "skill-package" / "skill.json")["manifest"]
    return manifest


def test_the_package_is_complete(root: Path, out: Path) -> None:
    built(root, out)
    files = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    assert files == {
        ".ask/ask-states.json",
        "ask-resources.json",
        "pages/en/privacy.html",
        "pages/en/terms.html",
        "skill-package/assets/images/large.png",
        "skill-package/assets/images/small.png",
        "skill-package/skill.json",
        "skill-package/tasks/Relief.1.json",
        *(f"skill-package/interactionModels/custom/{locale}.json" for locale in ENGLISH),
    }
    assert read(out / "ask-resources.json")["profiles"]["default"] == {"skillMetadata": {"src": "./skill-package"}}


def test_each_locale_has_its_languages_model(root: Path, out: Path) -> None:
    built(root, out)
    model = interaction_model.amazon_json(interaction_model.of("en"))
    for locale in ENGLISH:
        assert read(out / "skill-package" / "interactionModels" / "custom" / f"{locale}.json") == model


@pytest.mark.parametrize("mine", ["", MINE, MINE.replace(FUNCTION, SERVER)], ids=["", "arn", "https"])
def test_amazons_classes_know_every_property_of_the_manifest(root: Path, out: Path, mine: str) -> None:
    whole = {"manifest": built(root, out, mine)}
    assert list(faults(whole, SCHEMA)) == []
    taken = DefaultSerializer().deserialize(json.dumps(whole), SkillManifestEnvelope)
    assert sorted(taken.manifest.publishing_information.locales) == ENGLISH


def test_the_walk_names_what_the_classes_do_not_know(root: Path, out: Path) -> None:
    """So that the test above cannot pass by looking at nothing."""
    whole = {"manifest": built(root, out)}
    whole["manifest"]["apis"]["custom"]["interfaces"][0]["supportedViewports"][0]["shape"] = "OVAL"
    whole["manifest"]["permissions"][0]["name"] = "alexa::alerts:reminders"
    whole["manifest"]["privacyAndCompliance"]["locales"]["en-GB"]["privacyUrl"] = "https://example.com"
    assert len(list(faults(whole, SCHEMA))) == 3


def test_the_manifest_says_all_that_a_submission_needs(root: Path, out: Path) -> None:
    manifest = built(root, out)
    assert manifest["manifestVersion"] == "1.0"
    shown = manifest["publishingInformation"]
    assert shown["category"] == "HEALTH_AND_FITNESS"
    assert shown["distributionCountries"] == ["AU", "CA", "GB", "IN", "US"]
    for locale in ENGLISH:
        texts = shown["locales"][locale]
        assert all(texts[key] for key in ("name", "summary", "description", "examplePhrases", "keywords"))
        assert texts["smallIconUri"] == "file://assets/images/small.png"
        assert texts["largeIconUri"] == "file://assets/images/large.png"
        assert manifest["privacyAndCompliance"]["locales"][locale] == {
            "privacyPolicyUrl": "https://somebody.test/en/privacy.html",
            "termsOfUseUrl": "https://somebody.test/en/terms.html",
        }
    assert shown["testingInstructions"]


def test_the_answers_are_given_and_true(root: Path, out: Path) -> None:
    manifest = built(root, out)
    answers = {key: value for key, value in manifest["privacyAndCompliance"].items() if key != "locales"}
    assert answers.pop("isExportCompliant") is True
    assert answers == dict.fromkeys(
        ("allowsPurchases", "usesPersonalInfo", "isChildDirected", "containsAds", "usesHealthInfo"), False
    )
    # Of the permissions that give a skill somebody's name, address or place, it asks for none.
    assert manifest["permissions"] == [{"name": "alexa::alerts:reminders:skill:readwrite"}]


def test_every_screen_that_amazon_demands_is_there(root: Path, out: Path) -> None:
    (interface,) = built(root, out)["apis"]["custom"]["interfaces"]
    assert interface["type"] == "ALEXA_PRESENTATION_APL"
    for mode, shape, width, height in (
        ("HUB", "ROUND", 480, 480),
        ("HUB", "RECTANGLE", 960, 480),
        ("HUB", "RECTANGLE", 1024, 600),
        ("HUB", "RECTANGLE", 1280, 800),
        ("TV", "RECTANGLE", 960, 540),
    ):
        assert any(
            (screen["mode"], screen["shape"]) == (mode, shape)
            and screen["minWidth"] <= width <= screen["maxWidth"]
            and screen["minHeight"] <= height <= screen["maxHeight"]
            for screen in interface["supportedViewports"]
        ), (mode, shape, width, height)


def test_requests_and_events_go_to_the_endpoint(root: Path, out: Path) -> None:
    manifest = built(root, out)
    assert manifest["apis"]["custom"]["endpoint"] == manifest["events"]["endpoint"] == {"uri": FUNCTION}
    assert manifest["events"]["subscriptions"] == [{"eventName": "SKILL_DISABLED"}]


def test_the_task_that_a_routine_runs_is_declared(root: Path, out: Path) -> None:
    """The offer of a phrase of one's own (tests/alexa/test_lasting.py) names it."""
    assert built(root, out)["apis"]["custom"]["tasks"] == [{"name": TASK, "version": TASK_VERSION}]
    task = read(out / "skill-package" / "tasks" / f"{TASK}.{TASK_VERSION}.json")
    assert task["info"]["x-amzn-alexa-access-scope"] == "public"
    assert sorted(task["info"]["x-amzn-display-details"]) == ENGLISH
    assert list(task["paths"]) == [f"/{TASK}"]


def test_an_endpoint_of_ones_own_says_what_certificate_it_has(root: Path, out: Path) -> None:
    server = MINE.replace(FUNCTION, f"{SERVER}alexa")
    expected = {"uri": f"{SERVER}alexa", "sslCertificateType": "Trusted"}
    assert built(root, out, server)["apis"]["custom"]["endpoint"] == expected
    wildcard = built(root, out, f'certificate = "Wildcard"\n{server}')
    assert wildcard["events"]["endpoint"]["sslCertificateType"] == "Wildcard"


def test_what_is_not_known_yet_is_left_out_and_named(root: Path, out: Path) -> None:
    assert build(out, root) == ("skill_id", "region", "endpoint", "provider", "pages.en")
    manifest = read(out / "skill-package" / "skill.json")["manifest"]
    assert "endpoint" not in manifest["apis"]["custom"]
    assert "events" not in manifest
    assert "locales" not in manifest["privacyAndCompliance"]
    assert not (out / ".ask").exists()


def test_a_server_of_ones_own_is_in_no_region(root: Path, out: Path) -> None:
    (root / "store" / "mine.toml").write_text(f'endpoint = "{SERVER}"', encoding="utf-8")
    assert build(out, root) == ("skill_id", "provider", "pages.en")


def test_the_example_to_fill_in_is_right(root: Path, out: Path) -> None:
    """With every line of it filled in; of two endpoints, one."""
    (root / "store" / "mine.toml").write_text(own(example(root)), encoding="utf-8")
    assert build(out, root) == ()
    assert read(out / "skill-package" / "skill.json")["manifest"]["publishingInformation"]["distributionCountries"] == [
        "GB"
    ]


@pytest.mark.parametrize(
    ("key", "left"),
    [
        ("skill_id", "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"),
        ("endpoint", "https://cramp.example.com/"),
        ("provider.name", "Your name, or your company's"),
        ("provider.contact", "you@example.com"),
        ("pages.en.privacy", "https://example.com/privacy.html"),
        ("pages.en.terms", "https://example.com/terms.html"),
    ],
)
def test_what_is_left_as_in_the_example_is_not_taken_for_ones_own(root: Path, out: Path, key: str, left: str) -> None:
    text = example(root)
    assert text.count(f'"{left}"') == 1
    with pytest.raises(ContentError, match=rf"^store/mine\.toml: {re.escape(key)}: found .* the example's$"):
        built(root, out, own(text.replace(f'"{left}"', '"STAYS"')).replace('"STAYS"', f'"{left}"'))


def test_the_examples_function_is_nobodys(root: Path, out: Path) -> None:
    (line,) = re.findall(r'^#(endpoint = "arn:.*")$', (ROOT / "store" / "mine.example.toml").read_text(), re.MULTILINE)
    with pytest.raises(ContentError, match=r"^store/mine\.toml: endpoint: found .* the example's$"):
        built(root, out, line)


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("skill_id", 'skill_id = "amzn1.ask.skill.mine"'),
        ("skill_id", f'skill_id = "{SKILL_ID.upper().replace("AMZN1.ASK.SKILL", "amzn1.ask.skill")}"'),
        ("region", 'region = "eu-central-1"'),
        ("endpoint", f'region = "us-east-1"\nendpoint = "{FUNCTION}"'),
        ("endpoint", f'endpoint = "{SERVER.replace("https", "http")}"'),
        ("endpoint", f'endpoint = "{SERVER.removesuffix("/")}:8443/"'),
        ("endpoint", 'endpoint = "https://127.0.0.1/"'),
        ("endpoint", 'endpoint = "https://192.168.1.20/"'),
        ("endpoint", 'endpoint = "https://10.1.2/"'),
        ("endpoint", 'endpoint = "https://localhost/"'),
        ("endpoint", f'endpoint = "{SERVER}?a=b"'),
        ("endpoint", 'endpoint = "arn:aws:lambda:eu-west-1:1234:function:cramp-coach"'),
        ("endpoint", f'endpoint = "{FUNCTION.removesuffix(":live")}"'),
        ("endpoint", f'endpoint = "{FUNCTION.replace(":live", ":12")}"'),
        ("endpoint", f'endpoint = "{FUNCTION.replace("eu-west-1", "eu-central-1")}"'),
        ("endpoint", 'endpoint = "arn:aws:iam::210987654321:role/cramp-coach"'),
        ("certificate", 'certificate = "SelfSigned"'),
        ("certificate", f'certificate = "Trusted"\nendpoint = "{FUNCTION}"'),
        ("countries", 'countries = ["DE"]'),
        ("countries", 'countries = ["GB", "US", "GB"]'),
        ("endpiont", f'endpiont = "{FUNCTION}"'),
        ("provider.name", '[provider]\nname = " "\ncontact = "coach@somebody.test"'),
        ("provider.contact", '[provider]\nname = "Somebody"\ncontact = "call me"'),
        ("provider.contact", '[provider]\nname = "Somebody"'),
        ("pages.en.privacy", f'[pages.en]\nprivacy = "http://somebody.test"\nterms = "{SERVER}"'),
        ("pages.de", f'[pages.de]\nprivacy = "{SERVER}"\nterms = "{SERVER}"'),
        ("pages.en.terms", f'[pages.en]\nprivacy = "{SERVER}"'),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_by_its_key(root: Path, out: Path, key: str, line: str) -> None:
    with pytest.raises(ContentError, match=rf"^store/mine\.toml: {re.escape(key)}: found "):
        built(root, out, line)
    assert not out.exists()


def test_a_page_that_is_missing_is_told_from_a_text_that_is(root: Path, out: Path) -> None:
    with pytest.raises(ContentError, match=r"pages\.en\.terms: found None, expected its address, https://…$"):
        built(root, out, f'[pages.en]\nprivacy = "{SERVER}"')


def test_a_byte_order_mark_is_called_by_its_name(root: Path, out: Path) -> None:
    (root / "store" / "mine.toml").write_bytes(MINE.encode("utf-8-sig"))
    with pytest.raises(ContentError, match=r"^store/mine\.toml: \(file\): found 'a byte-order mark'"):
        build(out, root)


def test_what_looks_like_the_example_and_is_not_is_taken(root: Path, out: Path) -> None:
    mine = MINE.replace(FUNCTION, "https://my-example.com/").replace("somebody.test", "Good-Example.community")
    assert built(root, out, mine)["events"]["endpoint"]["uri"] == "https://my-example.com/"


def test_an_icon_of_another_size_is_refused(root: Path, out: Path) -> None:
    icons = root / "store" / "icons"
    (icons / "large.png").write_bytes((icons / "small.png").read_bytes())
    with pytest.raises(ContentError, match=r"^store/icons/large\.png: .* 512 by 512 pixels"):
        build(out, root)


def test_another_language_is_a_listing_and_a_model(root: Path, out: Path) -> None:
    english = (root / "store" / "en.toml").read_text(encoding="utf-8")
    german = re.sub(r"^locales = .*$", 'locales = ["de-DE"]', english, flags=re.MULTILINE)
    (root / "store" / "de.toml").write_text(german, encoding="utf-8")
    models = root / "interaction_model"
    shutil.copytree(models / "en", models / "de")
    assert build(out, root)[-2:] == ("pages.de", "pages.en")
    shown = read(out / "skill-package" / "skill.json")["manifest"]["publishingInformation"]
    assert sorted(shown["locales"]) == ["de-DE", *ENGLISH]
    assert "DE" in shown["distributionCountries"]
    assert (out / "skill-package" / "interactionModels" / "custom" / "de-DE.json").exists()


@pytest.mark.parametrize("missing", PARTS)
def test_a_language_that_lacks_a_part_is_refused(root: Path, out: Path, missing: str) -> None:
    shutil.copytree(root / "interaction_model" / "en", root / "interaction_model" / "de")
    shutil.copy(root / "store" / "en.toml", root / "store" / "de.toml")
    (root / missing).unlink()
    with pytest.raises(ContentError, match=rf"^{re.escape(missing)}: "):
        build(out, root)


def test_the_package_is_the_same_each_time_and_keeps_nothing_of_the_last(root: Path, out: Path) -> None:
    built(root, out)
    first = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    (out / "skill-package" / "interactionModels" / "custom" / "fr-FR.json").write_text("{}", encoding="utf-8")
    built(root, out)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == first


def test_ask_cli_updates_the_skill_that_there_is(root: Path, out: Path) -> None:
    states = out / ".ask" / "ask-states.json"
    built(root, out)
    assert read(states)["profiles"]["default"]["skillId"] == SKILL_ID
    noted = read(states)
    noted["profiles"]["default"]["skillMetadata"] = {"lastDeployHash": "abc"}
    states.write_text(json.dumps(noted), encoding="utf-8")
    built(root, out)
    assert read(states) == noted
    built(root, out, "")
    assert read(states) == noted
    other = SKILL_ID.replace("0123-", "4567-")
    built(root, out, MINE.replace(SKILL_ID, other))
    assert read(states)["profiles"]["default"] == {"skillId": other}


def test_the_pages_name_the_provider(root: Path, out: Path) -> None:
    built(root, out)
    for page in ("privacy", "terms"):
        text = (out / "pages" / "en" / f"{page}.html").read_text(encoding="utf-8")
        assert "Somebody &amp; Sons" in text
        assert '<a href="mailto:coach@somebody.test">coach@somebody.test</a>' in text
        assert "data-fill" not in text


def test_the_pages_speak_of_the_developer_where_nobody_is_named(root: Path, out: Path) -> None:
    build(out, root)
    for page in ("privacy", "terms"):
        text = (out / "pages" / "en" / f"{page}.html").read_text(encoding="utf-8")
        assert text == (ROOT / "docs" / "en" / f"{page}.html").read_text(encoding="utf-8")
        assert len(re.findall(r'<span data-fill="(?:provider|contact)">[^<]+</span>', text)) == 2


def test_the_privacy_page_says_how_long_things_are_kept() -> None:
    text = (ROOT / "docs" / "en" / "privacy.html").read_text(encoding="utf-8")
    assert f"{LASTS // 86400} days after they last changed" in text
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    days = re.search(r"LogDays:.*?Default: (\d+)", template, re.DOTALL)
    assert days
    assert f"deleted after {days[1]} days" in text
