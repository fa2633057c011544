"""Tests of the page need a browser; they are chosen by `-m browser` and skipped where there is none."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives the page in Chromium")
