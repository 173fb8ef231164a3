"""Views of lists: a person's own, shared, shown first; and never a road to what the list itself would not show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from webapp import saved_views
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_books, read_books
from webapp.saved_views import rules, service

Browse = Callable[[Shop], FlaskClient]


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("q=rice&state=&after=xyz", "q=rice"),
        ("state=all&q=a%26b", "q=a%26b&state=all"),
        ("format=csv&view=all", ""),
        ("q=%F0%9F%8D%9A", "q=%F0%9F%8D%9A"),
    ],
)
def test_what_of_an_address_is_a_view(query: str, kept: str) -> None:
    assert rules.tidied(query) == kept


def test_a_view_is_saved_from_the_list_shown_first_and_ended(browse: Browse, sharma: Shop) -> None:
    web = browse(sharma)
    panel = web.get("/views", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/items?state=archived&q=old"})
    assert 'value="/items?state=archived&amp;q=old"' in panel.text
    form = {"of": "/items?state=archived&q=old&after=x", "name": "Old ones", "is_default": "1"}
    assert web.post("/views", data=form).headers["Location"] == "/items?q=old&state=archived"
    assert web.get("/items").headers["Location"] == "/items?q=old&state=archived"
    assert web.get("/items?view=all").status_code == 200
    assert web.get("/items?q=").status_code == 200  # a form that was emptied means everything
    web.post("/views", data={**form, "of": "/items?state=all", "name": "All"})
    assert web.get("/items").headers["Location"] == "/items?state=all"  # one is first
    with read_books(sharma.actor) as books:
        views = {view.name: view for view in saved_views.views_of(books, "catalogue.list_items")}
    assert [view.is_default for view in views.values()] == [True, False]
    assert web.post(f"/views/{views['All'].id}/first").status_code == 303
    assert web.get("/items").status_code == 200
    web.post(f"/views/{views['All'].id}/end", data={"next": "//evil.example"})
    assert "Old ones" in web.get("/views?of=/items").text
    assert "All</bdi>" not in web.get("/views?of=/items").text


@pytest.mark.parametrize("of", ["/nowhere", "https://evil.example/items", "//evil/items", "", "/views", "/sign-in", "/items/export.csv"])
def test_what_is_no_list_has_no_views(browse: Browse, sharma: Shop, of: str) -> None:
    web = browse(sharma)
    assert web.post("/views", data={"of": of, "name": "x"}).status_code == 404
    assert web.get("/views", query_string={"of": of or "/"}).status_code == 404
    assert web.get("/views", headers={"HX-Current-URL": f"http://[{of}"}).status_code == 404


def test_names_are_refused_beside_their_field_and_a_name_is_one_view(browse: Browse, sharma: Shop) -> None:
    web = browse(sharma)
    for name in ("", "x" * 61):
        answer = web.post("/views", data={"of": "/items?q=a", "name": name})
        assert answer.status_code == 422
        assert "Give the view a name" in answer.text
    with open_books(sharma.actor) as books:
        saved_views.save_view(books, "catalogue.list_items", "A", "q=1")
        saved_views.save_view(books, "catalogue.list_items", "A", "q=2")
        assert [view.query for view in saved_views.views_of(books, "catalogue.list_items")] == ["q=2"]
        for number in range(rules.MOST_VIEWS - 1):
            saved_views.save_view(books, "catalogue.list_items", f"B{number}", "q=1")
        with pytest.raises(InvalidInput), books.savepoint():
            saved_views.save_view(books, "catalogue.list_items", "One more", "q=1")
        with pytest.raises(InvalidInput):
            saved_views.save_view(books, "catalogue.list_items", "Long", "q=" + "x" * 2_001)


def test_views_are_a_persons_own_unless_shared(sharma: Shop, iyer: Shop) -> None:
    colleague = replace(sharma.actor, role=Role.ACCOUNTANT, user_id=uuid4(), name="Asha")
    with open_books(colleague) as books:
        saved_views.save_view(books, "sales.list_bills", "Mine", "q=1", is_default=True)
        saved_views.save_view(books, "sales.list_bills", "Ours", "q=2", is_shared=True)
    with open_books(sharma.actor) as books:
        (ours,) = saved_views.views_of(books, "sales.list_bills")
        assert (ours.name, ours.made_by) == ("Ours", "Asha")
        with pytest.raises(NotFound):
            service.show_first(books, ours.id)  # what is first is each person's own
    stranger = replace(colleague, user_id=uuid4())
    with open_books(iyer.actor) as books:
        assert saved_views.views_of(books, "sales.list_bills") == []
    for actor in (stranger, iyer.actor):
        with pytest.raises(NotFound), open_books(actor) as books:
            service.end_view(books, ours.id)
    with open_books(colleague) as books:
        mine = next(view for view in saved_views.views_of(books, "sales.list_bills") if view.name == "Mine")
    with pytest.raises(NotFound), open_books(sharma.actor) as books:
        service.end_view(books, mine.id)  # not shared: not even the owner's to end
    with open_books(sharma.actor) as books:
        service.end_view(books, ours.id)
