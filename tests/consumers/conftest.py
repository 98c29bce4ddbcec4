from collections.abc import Iterator

import pytest

from tests.consumers.running import Running, running


@pytest.fixture(scope="session")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("consumers")) as there:
        yield there


@pytest.fixture(autouse=True)
def calm(there: Running) -> Iterator[None]:
    """Whatever a test has made its backends do is over with it."""
    yield
    there.backends.mend()
