"""Layers cannot be crossed, the second catch: an API that holds what it may not reach does not start."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runtime.layers import LayerViolation
from runtime.serving import catalogue
from runtime.serving.platform import Platform
from runtime.settings import Settings
from tests.runtime.edited import written
from tests.runtime.served import nowhere

Plant = Callable[[str, dict[str, str]], str]


API = """
from pathlib import Path
from runtime.apis.binding import Api
api = Api("{name}", root=Path("{root}"))
"""


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plant]:
    """Makes an API named `planted` in a layer out of the source of its modules; gives its name."""

    def planted(layer: str, modules: dict[str, str]) -> str:
        package = importlib.import_module(f"{layer}_apis")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path / layer)])
        name = f"{layer}/planted/v1"
        root = written(tmp_path / "contracts", name, nothing(name))
        folder = tmp_path / layer / "planted"
        folder.mkdir(parents=True)
        sources = {
            "__init__": "",
            **modules,
            "api": modules["api"] + API.format(name=name, root=root),
        }
        for module, source in sources.items():
            (folder / f"{module}.py").write_text(source)
        importlib.invalidate_caches()
        return f"{layer}/planted"

    yield planted
    for name in [name for name in sys.modules if "_apis.planted" in name]:
        del sys.modules[name]


def nothing(name: str) -> dict[str, object]:
    """A contract without operations."""
    info = {"title": "Planted", "version": "1.0.0"}
    return {"openapi": "3.1.0", "info": info, "servers": [{"url": f"/{name}"}], "paths": {}}


def violations(api: str, settings: Settings) -> list[str]:
    with pytest.raises(LayerViolation) as refused:
        Platform([api], settings, nowhere)
    assert api in str(refused.value)
    return refused.value.violations


CLIENTS = {
    "a client": "from contracts.clients.{path} import {client}\nheld = {client}()\n",
    "a client's class": "from contracts.clients.{path} import {client}\n",
    "a client in disguise": "from contracts.clients.{path} import {client} as Harmless\n",
    "a kind of client": "from contracts.clients.{path} import {client} as C\nclass D(C): ...\ndel C\n",
    "the module of a client": "import contracts.clients.{path} as harmless\n",
    "the module from its package": "from contracts.clients.{package} import v1\n",
}


@pytest.mark.parametrize("source", CLIENTS.values(), ids=CLIENTS.keys())
@pytest.mark.parametrize(
    ("layer", "path", "client", "says"),
    [
        ("experience", "system.erp.v1", "ErpClient", "may call process"),
        ("experience", "experience.web.v1", "WebClient", "may call process"),
        ("process", "experience.web.v1", "WebClient", "may call process and system"),
        ("system", "process.orders.v1", "OrdersClient", "may call no API"),
        ("system", "system.crm.v1", "CrmClient", "may call no API"),
    ],
)
def test_who_holds_a_client_past_its_neighbour_does_not_start(
    plant: Plant, settings: Settings, layer: str, path: str, client: str, says: str, source: str
) -> None:
    source = source.format(path=path, package=path.removesuffix(".v1"), client=client)

    api = plant(layer, {"api": source})

    reached = path.replace(".", "/")
    assert violations(api, settings) == [
        f"{layer}_apis.planted.api calls {reached}: the {layer} layer {says}"
    ]


CONNECTORS = {
    "a port": "from connectors.erp import Erp\n",
    "a vendor": "from connectors.crm.sandbox_rest import Connector\n",
    "the module of a port": "import connectors.erp as harmless\n",
    "the whole package": "import connectors.erp\n",
    "a function": "from connectors import connected as harmless\n",
    "what a function made": "import connectors\nmade = connectors.connected('erp')\ndel connectors\n",
}


@pytest.mark.parametrize("source", CONNECTORS.values(), ids=CONNECTORS.keys())
@pytest.mark.parametrize("layer", ["experience", "process"])
def test_who_holds_a_connector_and_is_no_system_api_does_not_start(
    plant: Plant, settings: Settings, layer: str, source: str
) -> None:
    api = plant(layer, {"api": source})

    [violation] = violations(api, settings)
    assert violation.startswith(f"{layer}_apis.planted.api uses connectors")
    assert violation.endswith(": only System APIs may reach connectors")


def test_it_is_found_in_any_module_of_the_api(plant: Plant, settings: Settings) -> None:
    api = plant(
        "experience",
        {
            "views": CLIENTS["a client"].format(path="system.erp.v1", client="ErpClient"),
            "deeper": CONNECTORS["a port"],
            "api": "from experience_apis.planted import deeper, views\n",
        },
    )

    found = violations(api, settings)
    assert {violation.split()[0] for violation in found} == {
        "experience_apis.planted.views",
        "experience_apis.planted.deeper",
    }


@pytest.mark.parametrize(
    ("layer", "source"),
    [
        ("experience", "from contracts.clients.process.customers.v1 import CustomersClient\n"),
        ("process", "from contracts.clients.process.customers.v1 import CustomersClient\n"),
        ("process", "from contracts.clients.system.erp.v1 import ErpClient\n"),
        ("system", "from connectors.erp import Erp\n"),
    ],
)
def test_who_holds_what_it_may_reach_starts(
    plant: Plant, settings: Settings, layer: str, source: str
) -> None:
    api = plant(layer, {"api": source})
    peers = {"process/customers": "http://customers", "system/erp": "http://erp"}

    Platform([api], settings.model_copy(update={"peers": peers}), nowhere)


def test_a_folder_that_holds_anothers_api_is_refused(plant: Plant, settings: Settings) -> None:
    api = plant("process", {"api": ""})
    folder = sys.modules["process_apis"].__path__[-1]
    (Path(folder) / "planted" / "api.py").write_text("from process_apis.customers.api import api\n")

    with pytest.raises(TypeError, match="is not the Api of process/planted"):
        Platform([api], settings, nowhere)


def test_every_api_of_ours_keeps_to_its_layer(settings: Settings) -> None:
    Platform(catalogue.names(), settings, nowhere)
