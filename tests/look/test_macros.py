"""What the macros write: names tied to fields, values kept, everything escaped, scopes in tables."""

from __future__ import annotations

import re

from flask import Flask, render_template_string


def drawn(app: Flask, text: str, **values: object) -> str:
    """One snippet, on a page of the specimen."""
    with app.test_request_context("/list"):
        return render_template_string(text, **values)


def test_field_keeps_what_was_typed_and_ties_its_error(specimen: Flask) -> None:
    call = 'f.text("hsn", "HSN", typed, "HSN is 4, 6 or 8 digits.", hint="As on the bill.", required=true, inputmode="numeric")'
    text = '{% import "macros/fields.html" as f %}{{ ' + call + " }}"
    html = drawn(specimen, text, typed='12"<b>')
    assert 'value="12&#34;&lt;b&gt;"' in html
    assert 'aria-invalid="true" aria-describedby="f-hsn-error f-hsn-hint"' in html
    assert 'id="f-hsn-error"' in html
    assert 'id="f-hsn-hint"' in html
    assert '<label for="f-hsn">' in html
    assert 'inputmode="numeric"' in html
    assert " required" in html


def test_password_is_never_written_back(specimen: Flask) -> None:
    html = drawn(specimen, '{% import "macros/fields.html" as f %}{{ f.text("p", "Password", "secret", type="password") }}')
    assert "secret" not in html


def test_select_compares_words_and_numbers_alike(specimen: Flask) -> None:
    html = drawn(specimen, '{% import "macros/fields.html" as f %}{{ f.select("rate", "GST", [(500, "5%"), (1800, "18%")], "1800") }}')
    assert '<option value="1800" selected>' in html
    assert html.count("selected") == 1


def test_post_button_is_a_whole_form(specimen: Flask) -> None:
    call = 'post_button("Cancel bill", "/x", confirm="Sure?", values={"reason": "a&b"})'
    html = drawn(specimen, '{% from "macros/buttons.html" import post_button %}{{ ' + call + " }}")
    assert 'method="post"' in html
    assert 'name="csrf_token"' in html
    assert 'data-confirm="Sure?"' in html
    assert 'value="a&amp;b"' in html


def test_cell_aligns_figures_and_marks_a_minus(specimen: Flask) -> None:
    html = drawn(
        specimen,
        '{% import "macros/tables.html" as t %}{{ t.cell("Amount", -12345600, kind="amount") }}{{ t.cell("Amount", 0, kind="amount") }}',
    )
    assert 'class="num negative"' in html
    assert "1,23,456.00" in html
    assert 'class="num nil"' in html
    assert "–" in html


def test_an_amount_with_words_beside_it_is_nil_only_where_nothing_stands(specimen: Flask) -> None:
    html = drawn(
        specimen,
        '{% import "macros/tables.html" as t %}{% call t.cell("Tax", kind="amount") %}36.00 <span class="sub">18%</span>{% endcall %}'
        '{% call t.cell("Tax", kind="amount", phone="side") %} {{ 0|amount }} {% endcall %}',
    )
    assert re.findall('<td role="cell" class="([^"]*)"', html) == ["num", "num phone-side nil"]


def test_table_says_its_scopes_and_its_order(specimen: Flask) -> None:
    columns = [{"label": "Date", "sort_url": "?s", "sorted": "descending"}]
    html = drawn(specimen, '{% import "macros/tables.html" as t %}{% call t.table("Bills", columns) %}{% endcall %}', columns=columns)
    assert '<th scope="col"' in html
    assert 'aria-sort="descending"' in html
    assert "<caption" in html


def test_chart_has_the_table_it_was_drawn_from(specimen: Flask) -> None:
    bars = [
        {"label": "1 Nov", "value": 500, "text": "₹5.00"},
        {"label": "2 Nov", "value": -250, "text": "-₹2.50"},
        {"label": "3 Nov", "value": 0, "text": "₹0.00"},
    ]
    html = drawn(specimen, '{% from "macros/figures.html" import columns %}{{ columns("Sales", bars) }}', bars=bars)
    assert html.count("<rect") == 3
    assert 'class="bar minus"' in html
    assert html.count('<th scope="row">') == 3
    assert "style=" not in html
    assert drawn(specimen, '{% from "macros/figures.html" import columns %}{{ columns("Sales", []) }}').count("<rect") == 0


def test_job_stops_asking_when_it_is_done(specimen: Flask) -> None:
    text = '{% from "macros/progress.html" import progress %}{{ progress(job, "/job") }}'
    job = {"id": "1", "title": "Import", "state": "working", "done": 1, "total": 2, "message": None}
    assert 'hx-trigger="every 1s"' in drawn(specimen, text, job=job)
    assert "hx-trigger" not in drawn(specimen, text, job=job | {"state": "done"})
    assert "hx-trigger" not in drawn(specimen, text, job=job | {"state": "failed"})


def test_bare_layout_is_the_page_without_its_frame(specimen: Flask) -> None:
    client = specimen.test_client()
    whole, bare = client.get("/list").text, client.get("/list", headers={"HX-Request": "true"}).text
    assert "<html" in whole
    assert "<html" not in bare
    assert bare.lstrip().startswith("<title>Sales")
    assert 'id="bills"' in whole
    assert 'id="bills"' in bare
    assert 'class="top"' not in bare


def test_error_page_says_what_happened_and_what_to_do(specimen: Flask) -> None:
    client = specimen.test_client()
    for status in (400, 401, 403, 404, 405, 413, 429, 500, 503):
        html = client.get(f"/error/{status}").text
        assert "<h1></h1>" not in html
        assert str(status) in html
    assert "01JD-7Q4K" in client.get("/error/500").text


def test_offline_page_names_nobody(specimen: Flask) -> None:
    html = specimen.test_client().get("/offline").text
    assert "csrf" not in html
    assert "Sharma" not in html
    assert "Meena" not in html
