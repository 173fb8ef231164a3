"""What nobody may do in this program without saying why: make a pattern, or a template, of a text that comes from outside."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.sources import Source, program

_READS = {"compile", "match", "search", "fullmatch", "sub", "subn", "findall", "finditer", "split"}
# Files in which a pattern is worked out of texts of ours, and of which.
OF_OURS = {
    "webapp/identity/rules.py": "the names of browsers, of a table beside it",
    "webapp/einvoice/shape.py": "the fields of the portal's schema, each written there",
    "webapp/messaging/forms.py": "the fields of each carrier's form, of a table",
    "webapp/platform/tables_pdf.py": "the signs of scripts, of a table",
    "webapp/platform/scripts.py": "the same",
    "webapp/platform/refusals.py": "its own sentences, each part escaped",
    "webapp/gst_inward/ims.py": "a mark of our own, drawn by chance",
}
TEMPLATES = {"render_template_string", "from_string"}


def is_ours(pattern: ast.expr) -> bool:
    """Whether a pattern is written out: as a constant, or of constants by their names and of what went through re.escape."""
    if isinstance(pattern, ast.Constant):
        return True
    if isinstance(pattern, ast.Name):
        return pattern.id.isupper()
    if isinstance(pattern, ast.JoinedStr):
        return all(is_ours(part.value) if isinstance(part, ast.FormattedValue) else True for part in pattern.values)
    if isinstance(pattern, ast.BinOp) and isinstance(pattern.op, ast.Add):
        return is_ours(pattern.left) and is_ours(pattern.right)
    return isinstance(pattern, ast.Call) and ast.unparse(pattern.func) == "re.escape"


def made_patterns(source: Source) -> list[str]:
    if not re.search(r"\bre\.[a-z]+\(", source.text):
        return []  # most files: they need not be read as a tree
    return [
        f"{source.name}:{node.lineno}: {ast.unparse(node)[:100]}"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _READS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.args
        and not is_ours(node.args[0])
    ]


def made_templates(source: Source) -> list[str]:
    if not re.search(r"jinja2|render_template_string|from_string", source.text):
        return []
    calls = (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))
    names = ((call, ast.unparse(call.func).rpartition(".")[2]) for call in calls)
    from_jinja = "jinja2" in source.text
    return [f"{source.name}:{call.lineno}: {name}" for call, name in names if name in TEMPLATES or (name == "Template" and from_jinja)]


def test_no_pattern_is_made_of_what_comes_from_outside() -> None:
    found = {source.name: strays for source in program() if (strays := made_patterns(source))}
    assert not [stray for name, strays in found.items() if name not in OF_OURS for stray in strays]
    assert found.keys() == OF_OURS.keys(), "a file that makes none any more is in the list"


def test_no_template_is_made_of_what_comes_from_outside() -> None:
    assert not [stray for source in program() for stray in made_templates(source)]


@pytest.mark.parametrize(
    "text",
    ["re.compile(typed)", "re.search(f'{typed}', x)", "re.sub(r'a' + typed, '', x)", "re.fullmatch(given['pattern'], x)"],
)
def test_it_would_be_found(text: str) -> None:
    assert made_patterns(Source("webapp/x.py", f"import re\n{text}"))
    assert not made_patterns(Source("webapp/x.py", "import re\nre.compile(rf'^{SIGNS}+$' + re.escape(typed))"))
    assert made_templates(Source("webapp/x.py", "import jinja2\njinja2.Template(typed)"))
    assert made_templates(Source("webapp/x.py", "render_template_string(typed)"))
