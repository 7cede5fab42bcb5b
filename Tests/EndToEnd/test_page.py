"""The search page in a real browser: a person types, sees hits, facets, paging and a bar per leaf."""

import json
import os
import pathlib
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

import synthetic

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def page(shared_node):
    assert CHROMIUM, "tools/test installs chromium"
    assert shared_node("PUT", "/library", {"mappings": synthetic.MAPPINGS}).status == 200
    documents = dict(synthetic.documents(500))
    documents["hero"] = {
        "title": "Canopy & <b>friends</b>", "section": "science",
        "body": "A heronsong is a bird nobody has heard: <script>alert(1)</script>"}
    shared_node.bulk("library", documents.items())
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        view = browser.new_page()
        view.problems = []
        view.on("pageerror", lambda error: view.problems.append(str(error)))
        view.goto(shared_node.url + "/")
        yield view
        assert view.problems == []
        browser.close()


def test_typing_a_query_shows_its_hit(page):
    page.fill("#q", "heronsong")
    page.press("#q", "Enter")
    hit = page.locator("#results .hit").first
    expect(hit).to_contain_text("Canopy & <b>friends</b>")
    expect(hit.locator("mark").first).to_have_text("heronsong")
    expect(hit).to_contain_text("<script>alert(1)</script>")
    assert "heronsong" in page.url


def test_a_bar_for_every_leaf(page):
    page.fill("#q", "search")
    page.press("#q", "Enter")
    expect(page.locator("#leaves .leaf")).to_have_count(4)
    expect(page.locator("#results .hit")).to_have_count(10)


def test_the_next_page_shows_other_hits(page):
    page.fill("#q", "search")
    page.press("#q", "Enter")
    first = page.locator("#results .hit").first.inner_text()
    page.locator("#pages .next").click()
    expect(page.locator("#results .hit").first).not_to_have_text(first)
    page.go_back()
    expect(page.locator("#results .hit")).to_have_count(10)


def test_an_error_is_shown_to_the_person(page):
    page.fill("#q", "title:(unclosed")
    page.press("#q", "Enter")
    expect(page.locator("#message")).to_contain_text("column")
