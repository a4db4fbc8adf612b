"""Who is answered, and what every answer carries."""

from __future__ import annotations

import re
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.config import Config
from board.store import Store
from board.web import assets, security
from board.web.app import create_app

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def no_blobs(reference):
    raise LookupError("no files here")


@pytest.fixture
def app():
    return create_app(Config(logdir="logs"), Store(no_blobs))


@pytest.fixture
def client(app):
    return app.test_client()


def check_headers(response):
    for name, value in HEADERS.items():
        assert response.headers.getlist(name) == [value]
    (policy,) = response.headers.getlist("Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert "Server" not in response.headers
    assert "no-cache" in response.headers["Cache-Control"]


def test_every_route_carries_the_headers_whatever_it_answers(app):
    client = app.test_client()
    statuses = set()
    rules = list(app.url_map.iter_rules())
    assert len(rules) > 20
    for rule in rules:
        path = re.sub(r"<(?:\w+:)?\w+>", "x", rule.rule)
        for method in ("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"):
            response = client.open(path, method=method)
            check_headers(response)
            statuses.add(response.status_code)
            assert response.status_code < 500
            if method not in security.METHODS:
                assert response.status_code == 405
                assert response.headers["Allow"]
    assert {200, 400, 404, 405} <= statuses


@pytest.mark.parametrize("path", ["/nothing", "/api/nothing", "/static/nothing.js", "/data", "/%00", "/%ff"])
def test_what_does_not_exist_is_404_with_the_headers(path, client):
    response = client.get(path)
    assert response.status_code == 404
    check_headers(response)


def test_a_failure_is_500_without_its_details_and_with_the_headers(app, monkeypatch):
    def fail(self):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Store, "runs", fail)
    for path in ("/api/catalog", "/data/runs"):
        response = app.test_client().get(path)
        assert response.status_code == 500
        assert "secret" not in response.text
        check_headers(response)
    assert app.test_client().get("/api/catalog").get_json()["error"].startswith("answering failed")


def test_an_unchanged_page_is_304_with_the_headers(client):
    page = client.get("/")
    again = client.get("/", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304
    check_headers(again)


def test_a_body_too_large_is_refused(client):
    response = client.post("/api/series", data=b" " * (5 << 20))
    assert response.status_code == 413
    check_headers(response)


def test_the_page_allows_its_import_map_and_no_other_inline_script(client):
    response = client.get("/")
    assert response.status_code == 200
    (policy,) = response.headers.getlist("Content-Security-Policy")
    inline = re.findall(r"<script(?![^>]*src=)", response.text)
    assert len(re.findall(r"'sha256-[A-Za-z0-9+/=]{44}'", policy)) == len(inline) == 1
    assert client.get("/index.html").text == response.text


def test_a_host_that_is_not_ours_is_refused_before_routing(client):
    for path in ("/", "/api/status", "/nothing", "/static/icon.svg"):
        response = client.get(path, headers={"Host": "evil.example"})
        assert response.status_code == 403
        assert "'evil.example'" in response.text
        check_headers(response)


GOOD = st.one_of(
    st.sampled_from(["localhost", "LOCALHOST", "localhost.", "[::1]", "127.0.0.1"]),
    st.tuples(*[st.integers(0, 255)] * 3).map(lambda rest: "127." + ".".join(map(str, rest))),
)
PORT = st.one_of(st.just(""), st.integers(0, 65535).map(":{}".format))


@given(host=GOOD, port=PORT)
def test_the_names_of_this_machine_for_itself_are_served_on_any_port(host, port):
    assert host + port in security.AllowedHosts("localhost")


@given(
    host=st.one_of(
        st.text(max_size=40),
        st.from_regex(r"(localhost|127\.0\.0\.1)[.a-z0-9@:#/, -]{1,20}", fullmatch=True),
        st.from_regex(r"[a-z0-9.-]{1,20}(localhost|127\.0\.0\.1)(:[0-9]{1,5})?", fullmatch=True),
        st.ip_addresses().map(str),
    )
)
def test_no_other_host_is(host):
    own = re.fullmatch(r"(localhost\.?|127\.\d+\.\d+\.\d+|\[[0:]*:0*1\])(:\d{1,5})?", host, re.ASCII | re.IGNORECASE)
    assert (host in security.AllowedHosts("localhost")) <= bool(own)


def test_beyond_loopback_literal_addresses_and_own_names_are_served():
    hosts = security.AllowedHosts("0.0.0.0")
    for host in ("192.168.1.7:6006", "[2001:db8::1]:6006", "10.0.0.1", socket.gethostname(), "localhost:80"):
        assert host in hosts
    for host in ("evil.example", "192.168.1.7.evil.example", "1.2.3", "", "[::1", "256.1.1.1"):
        assert host not in hosts


def test_a_named_host_is_served_when_allowed():
    hosts = security.AllowedHosts("localhost", ["boards.example.org"])
    assert "boards.example.org" in hosts
    assert "Boards.Example.org:443" in hosts
    assert "example.org" not in hosts
    assert "192.168.1.7" not in hosts
    assert "train7" in security.AllowedHosts("train7")


@pytest.mark.parametrize(
    ("site", "mode", "status"),
    [
        ("cross-site", "no-cors", 403),
        ("cross-site", "cors", 403),
        ("cross-site", "navigate", 200),
        ("same-origin", "cors", 200),
        ("none", "navigate", 200),
    ],
)
def test_pages_of_other_sites_may_link_here_but_not_ask(site, mode, status, client):
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}
    assert client.get("/api/status", headers=headers).status_code == status


@pytest.mark.parametrize(
    "name",
    [
        "../pyproject.toml",
        "..%2fpyproject.toml",
        "..%5cpyproject.toml",
        "js/../../pyproject.toml",
        "js/%2e%2e/%2e%2e/pyproject.toml",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "....//pyproject.toml",
        "js/app.js%00.js",
        "C:\\windows\\win.ini",
        "\\\\host\\share\\a.js",
        "js",
        "js/",
        "vendor/../",
    ],
)
def test_static_serves_nothing_but_the_page_s_files(name, client):
    response = client.get(f"/static/{name}")
    assert response.status_code in (301, 308, 404)
    assert b"[build-system]" not in response.data
    assert b"root:" not in response.data


def test_every_file_of_the_page_is_served_with_its_type(client):
    types = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    files = [path for path in assets.folder("static").rglob("*") if path.suffix in types]
    assert len(files) > 10
    for path in files:
        response = client.get(f"/static/{path.relative_to(assets.folder('static')).as_posix()}")
        assert response.status_code == 200
        assert response.content_type.split(";")[0] == types[path.suffix]
        assert response.data == path.read_bytes()


class TestPathPrefix:
    @pytest.fixture
    def client(self):
        return create_app(Config(logdir="logs", path_prefix="tools/board/"), Store(no_blobs)).test_client()

    def test_everything_is_below_it(self, client):
        assert client.get("/tools/board/").status_code == 200
        assert client.get("/tools/board/api/status").status_code == 200
        assert client.get("/tools/board/experiment/e/data/runs").status_code == 200
        assert client.get("/tools/board/api/nothing").get_json()["error"]

    @pytest.mark.parametrize("path", ["/", "/api/status", "/tools/boardapi/status", "/tools"])
    def test_nothing_is_outside_of_it(self, path, client):
        response = client.get(path)
        assert response.status_code == 404
        check_headers(response)

    def test_without_its_slash_it_leads_to_the_page(self, client):
        response = client.get("/tools/board")
        assert (response.status_code, response.headers["Location"]) == (301, "/tools/board/")


def test_the_page_and_its_scripts_use_relative_addresses_only():
    page = (assets.folder("templates") / "index.html").read_text()
    assert not re.findall(r"""(?:src|href)=["'](?:/|https?:)""", page)
