"""Records: valid against the schema, read back, and "proved given ..." wherever something is given."""

from __future__ import annotations

import json

import jsonschema
import msgspec
import pytest

from tests.pipeline.texts import ADD, ASSUMES, COPY, LOOP
from triton_lift.emit.attributes import function_attributes, summary_text, unit_attributes
from triton_lift.emit.schema import Record, from_json, json_schema, to_json, to_values
from triton_lift.emit.text import record_text
from triton_lift.hook.triton_api import generic_text_of_ttir
from triton_lift.pipeline.lift import lift_state
from triton_lift.util.version import SCHEMA_VERSION


def record_of(text: str) -> Record:
    return lift_state(generic_text_of_ttir(text))[1]


def records() -> dict[str, Record]:
    texts = {"add": ADD, "copy": COPY, "loop": LOOP, "assumes": ASSUMES}
    return {name: record_of(text) for name, text in texts.items()} | {"nothing": lift_state("")[1]}


def test_records_validate_against_the_schema() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for name, record in records().items():
        problems = [e.message for e in validator.iter_errors(to_values(record))]
        assert problems == [], name


@pytest.mark.parametrize("change", [{"grade": "perfect"}, {"extra": 1}, {"given": ["luck"]}, {"ops": "many"}])
def test_the_schema_refuses_what_is_no_record(change: dict[str, object]) -> None:
    values = to_values(record_of(COPY)) | change
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(values, json_schema())
    with pytest.raises(msgspec.ValidationError):
        from_json(json.dumps(values))


def test_a_record_has_what_readers_count_on() -> None:
    wanted = {"file", "kernel", "ir_digest", "ops", "grade", "given", "requires", "names", "formulas"}
    wanted |= {"diagnostics", "seconds", "verdicts"}
    for record in records().values():
        values = to_values(record)
        assert wanted <= set(values)
        verdicts = values["verdicts"]
        assert isinstance(verdicts, dict)
        assert set(verdicts) == {"value", "bounds", "coverage", "races", "wrap", "deterministic"}
        assert values["schema_version"] == SCHEMA_VERSION
        assert values["seconds"] is None


def test_records_read_back() -> None:
    for record in records().values():
        assert from_json(to_json(record)) == record
        assert b"\n" not in to_json(record)


def test_proved_given_is_said_wherever_the_verdict_is() -> None:
    record = record_of(ADD)
    assert record.given == ("no_wrap",)
    assert record.verdict == "proved given no_wrap"
    attributes = function_attributes(record)
    assert attributes["lift.verdict"] == "proved given no_wrap"
    assert json.loads(attributes["lift.summary"])["verdicts"]["value"] == "proved given no_wrap"
    assert "proved given no_wrap" in record_text(record)


def test_the_summary_is_compact_and_says_what_the_claim_rests_on() -> None:
    text = summary_text(record_of(ASSUMES))
    assert json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False) == text
    summary = json.loads(text)
    assert summary["schema_version"] == SCHEMA_VERSION
    assert len(summary["requires"]) == 1 and len(summary["ir_digest"]) == 64


def test_unit_attributes_stand_for_proved_properties_only() -> None:
    assert unit_attributes(record_of(COPY)) == ("lift.no_wrap", "lift.deterministic")
    assert unit_attributes(record_of(ADD)) == ()
    assert unit_attributes(record_of(LOOP)) == ()


def test_text_never_shows_an_unproved_formula_as_proved() -> None:
    text = record_text(record_of(LOOP))
    assert "unsupported: a load may read what an earlier iteration of this loop stored" in text
    assert "proved" not in text.replace("not proved", "")
