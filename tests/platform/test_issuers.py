"""Issuers as the environment of a machine describes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from webapp.platform.issuers import TENANT, issuers_of
from webapp.platform.settings import BadSetting, Settings

GOOGLE = {"OIDC_ISSUERS": "google", "OIDC_GOOGLE_CLIENT_ID": "id", "OIDC_GOOGLE_CLIENT_SECRET": "hidden"}
MICROSOFT = {"OIDC_ISSUERS": "microsoft", "OIDC_MICROSOFT_CLIENT_ID": "id", "OIDC_MICROSOFT_CLIENT_SECRET": "hidden"}
SHOP = {"OIDC_ISSUERS": "shop", "OIDC_SHOP_ISSUER": "https://id.shop.example/realms/one", "OIDC_SHOP_CLIENT_ID": "id"}
TENANT_ID = "72f988bf-86f1-41af-91ab-2d7cd011db47"


def test_none_is_none_and_several_keep_their_order(tmp_path: Path) -> None:
    assert issuers_of({}) == ()
    several = {**GOOGLE, **MICROSOFT, **SHOP, "OIDC_ISSUERS": "shop, Google  microsoft", "OIDC_SHOP_NAME": "Our own"}
    found = Settings.from_environment({**several, "VAR_DIR": str(tmp_path)}).issuers
    assert [(one.id, one.name) for one in found] == [("shop", "Our own"), ("google", "Google"), ("microsoft", "Microsoft")]
    shop, google, _ = found
    assert (shop.url, shop.client_secret, shop.hosts) == ("https://id.shop.example/realms/one", "", {"id.shop.example"})
    assert shop.discovery == "https://id.shop.example/realms/one/.well-known/openid-configuration"
    assert (google.url, google.discovery) == ("https://accounts.google.com", "https://accounts.google.com/.well-known/openid-configuration")
    assert "hidden" not in repr(found)


@pytest.mark.parametrize(
    ("tenant", "called"),
    [
        ("", TENANT),
        ("common", TENANT),
        ("organizations", TENANT),
        ("consumers", "9188040d-6c67-4c5b-b112-36a304b66dad"),
        (TENANT_ID, TENANT_ID),
        (TENANT_ID.upper(), TENANT_ID),
    ],
)
def test_microsoft_calls_itself_by_the_tenant(tenant: str, called: str) -> None:
    (found,) = issuers_of({**MICROSOFT, "OIDC_MICROSOFT_TENANT": tenant})
    assert found.url == f"https://login.microsoftonline.com/{called}/v2.0"
    assert found.discovery.startswith(f"https://login.microsoftonline.com/{tenant.lower() or 'common'}/v2.0/.well-known/")


def test_a_last_stroke_of_an_address_is_kept() -> None:
    (found,) = issuers_of({**SHOP, "OIDC_SHOP_ISSUER": "https://shop.example/"})
    assert (found.url, found.discovery) == ("https://shop.example/", "https://shop.example/.well-known/openid-configuration")


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({**GOOGLE, "OIDC_GOOGLE_CLIENT_ID": ""}, "OIDC_GOOGLE_CLIENT_ID"),
        ({**GOOGLE, "OIDC_GOOGLE_CLIENT_SECRET": " "}, "OIDC_GOOGLE_CLIENT_SECRET"),
        ({**MICROSOFT, "OIDC_MICROSOFT_TENANT": "contoso.example"}, "OIDC_MICROSOFT_TENANT"),
        ({**SHOP, "OIDC_SHOP_CLIENT_ID": ""}, "OIDC_SHOP_CLIENT_ID"),
        ({**SHOP, "OIDC_ISSUERS": "shop shop"}, "OIDC_ISSUERS"),
        ({**SHOP, "OIDC_ISSUERS": "../shop"}, "OIDC_ISSUERS"),
        *(
            ({**SHOP, "OIDC_SHOP_ISSUER": url}, "OIDC_SHOP_ISSUER")
            for url in (
                "",
                "id.shop.example",
                "http://id.shop.example",
                "https://",
                "https://me:secret@id.example",
                "https://id.example?a=b",
                "https://id.example#a",
                "https://id.example:0",
                "https://id.example:x",
                "https://[id.example",
                "https://id.example/a b",
                "javascript:alert(1)",
            )
        ),
    ],
)
def test_what_is_not_described_is_refused_by_name(env: dict[str, str], named: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        issuers_of(env)
    assert named in refusal.value.problem
