"""The `strata` command: a table of commands, each imported only when it is run."""

import importlib
import sys

COMMANDS = {
    "serve": ("runtime.serving.serve", "serve every API in one process, or the ones named"),
    "routes": ("runtime.serving.routes", "list every operation with its path, scopes and handler"),
    "backends": ("runtime.serving.backends", "how the backends fare; hold one open or closed"),
    "flows": ("runtime.flows.command", "lint and explain flows; see and mend their runs"),
    "demo": ("sandbox.demo", "an order through three layers, and what happens when things fail"),
    "sandbox": ("sandbox.__main__", "run the simulated ERP, CRM, warehouse and payment provider"),
    "contracts": (
        "runtime.contracts.command",
        "generate models and clients, or check that they are fresh",
    ),
    "new": ("scaffold.command", "a System API from a WSDL, an OpenAPI document or nothing"),
    "wsdl": ("connectors.protocols.soap.command", "vendor a WSDL, and report how much of it holds"),
}

USAGE = "\n".join(
    [
        "usage: strata COMMAND [OPTIONS]",
        "",
        *(f"  {name:<10} {summary}" for name, (_, summary) in COMMANDS.items()),
        "",
        "strata COMMAND --help explains a command.",
    ]
)


def main() -> int:
    """Run a command; 2 for a command line that cannot be understood."""
    name, *arguments = sys.argv[1:] or ["--help"]
    if name in {"-h", "--help", "help"}:
        sys.stdout.write(USAGE + "\n")
        return 0
    if name not in COMMANDS:
        sys.stderr.write(f"strata: there is no command {name!r}\n\n{USAGE}\n")
        return 2
    module, _ = COMMANDS[name]
    status: int = importlib.import_module(module).main(arguments)
    return status


if __name__ == "__main__":
    sys.exit(main())
