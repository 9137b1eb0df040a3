"""What a packaged template holds: its resources by type, its routes, and which of them need no key."""

from __future__ import annotations

from typing import Any

from infra.packaging.package import Package

Properties = dict[str, Any]

#: Routes that need no key: the page, the contract, and the health check of a load balancer.
PUBLIC_PATHS = ("/", "/page/{name}", "/openapi.json", "/health")
PUBLIC = {(path, method) for path in PUBLIC_PATHS for method in ("get", "head")}


def of_type(package: Package, kind: str) -> dict[str, Properties]:
    """Return the properties of the resources of a type, by name."""
    resources = package.template["Resources"].items()
    return {name: resource.get("Properties", {}) for name, resource in resources if resource["Type"] == kind}


def routes(package: Package) -> dict[tuple[str, str], Properties]:
    """Return the definition of each route in the template, by its path and method."""
    paths = of_type(package, "AWS::Serverless::Api")["RestAPI"]["DefinitionBody"]["paths"]
    return {(path, method): about for path, methods in paths.items() for method, about in methods.items()}
