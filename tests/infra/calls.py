"""Find the AWS actions that each function can call, by following the references from its handler through the code."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

#: The permission of a call where it is not the call's own name.
#: Source: Service Authorization Reference, "Amazon SQS" and "Amazon DynamoDB".
PERMISSIONS = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "dynamodb:BatchExecuteStatement": "dynamodb:PartiQLInsert",
}
CLIENTS = {"chalicelib.aws.dynamodb": "dynamodb", "chalicelib.aws.sqs": "sqs", "chalicelib.aws.events": "events"}


def actions_of(roots: set[str]) -> set[str]:
    """Return the actions that code reachable from these functions (`module.name`) calls."""
    definitions = _definitions()
    reached: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in definitions and name not in reached:
            reached.add(name)
            waiting += definitions[name][1]
    return {action for name in reached for action in _actions(*definitions[name])}


def routes() -> set[str]:
    """Return the functions of app.py that handle requests."""
    tree = ast.parse((ROOT / "app.py").read_text())
    return {
        f"app.{node.name}"
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and any("app.route" in ast.unparse(how) for how in node.decorator_list)
    }


@cache
def _definitions() -> dict[str, tuple[ast.AST, dict[str, str]]]:
    """Return each function, class and constant by its full name, with what it refers to: full name to local name."""
    found: dict[str, tuple[ast.AST, dict[str, str]]] = {}
    for file in [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py")]:
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(file.read_text())
        names = _imports(tree) | {name: f"{module}.{name}" for node in tree.body for name in _defined(node)}
        for node in tree.body:
            for name in _defined(node):
                found[f"{module}.{name}"] = (node, dict(_references(node, names)))
    return found


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []


def _imports(tree: ast.Module) -> dict[str, str]:
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _references(node: ast.AST, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    for part in ast.walk(node):
        text = ast.unparse(part) if isinstance(part, (ast.Name, ast.Attribute)) else ""
        head, _, rest = text.partition(".")
        if head in names:
            yield (f"{names[head]}.{rest}" if rest else names[head]), text


def _actions(node: ast.AST, references: dict[str, str]) -> Iterator[str]:
    clients = {local: CLIENTS[full] for full, local in references.items() if full in CLIENTS}
    for part in ast.walk(node):
        if (
            isinstance(part, ast.Call)
            and isinstance(part.func, ast.Attribute)
            and isinstance(part.func.value, ast.Call)
        ):
            service = clients.get(ast.unparse(part.func.value.func))
            if service:
                call = f"{service}:{part.func.attr.title().replace('_', '')}"
                yield PERMISSIONS.get(call, call)
