from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A shared machine stalls now and then; how long an example took says nothing about it.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def foreign_logs() -> Path:
    """Event files that other programs wrote; its README says which."""
    return Path(__file__).parent / "data" / "events"
