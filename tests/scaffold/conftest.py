"""One copy of the project for all refusals, which leave it as it is."""

import pytest

from tests.scaffold.projects import Project, copied


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return copied(tmp_path_factory.mktemp("project"))
