"""A stage's template after AWS's SAM transform, as CloudFormation gets it."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from infra.packaging.package import Package
from infra.packaging.template import Template, with_code, with_slots

#: Names that a template may refer to without declaring them.
#: Source: CloudFormation User Guide, "Pseudo parameters reference".
PSEUDO = re.compile(r"AWS::(AccountId|NotificationARNs|NoValue|Partition|Region|StackId|StackName|URLSuffix)")

#: The paths that need no key: the page, the contract, and the health check of a load balancer.
PUBLIC_PATHS = ("/", "/page/{name}", "/openapi.json", "/health")
PUBLIC = {(path, method) for path in PUBLIC_PATHS for method in ("get", "head")}


def transformed(package: Package) -> Template:
    """Return a package's template after the transform of AWS::Serverless."""
    template = copy.deepcopy(package.template)
    resources = template["Resources"].items()
    coded = {"AWS::Serverless::Function", "AWS::Serverless::LayerVersion"}
    keys = {name: "code.zip" for name, about in resources if about["Type"] in coded}
    # The template names no managed policy by its short name, so the translator needs no list of them.
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name="us-east-1"))
    result: Template = translator.translate(with_code(with_slots(template), "bucket", keys), parameter_values={})
    return result


def of_type(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of the resources of a type, by name."""
    resources = template["Resources"].items()
    return {name: resource.get("Properties", {}) for name, resource in resources if resource["Type"] == kind}


def routes(template: Template) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the definition of each route, by its path and method."""
    (api,) = of_type(template, "AWS::ApiGateway::RestApi").values()
    paths = api["Body"]["paths"].items()
    return {(path, method): about for path, methods in paths for method, about in methods.items()}


def mappings(template: Template) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the event source mapping of each queue, after the function that it calls."""
    return {
        about["EventSourceArn"]["Fn::GetAtt"][0]: (about["FunctionName"]["Ref"], about)
        for about in of_type(template, "AWS::Lambda::EventSourceMapping").values()
    }


def references(node: object) -> Iterator[str]:
    """Yield each name that a part of a template refers to, by Ref, Fn::GetAtt, Fn::Sub or DependsOn."""
    if isinstance(node, list):
        for part in node:
            yield from references(part)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref":
                yield value
            elif key == "Fn::GetAtt":
                yield value[0] if isinstance(value, list) else value.partition(".")[0]
            elif key == "Fn::Sub":
                text, variables = (value, {}) if isinstance(value, str) else value
                names = re.findall(r"\$\{([^!][^}.]*)", text)
                yield from (name for name in names if name not in variables)
                yield from references(variables)
            elif key == "DependsOn":
                yield from [value] if isinstance(value, str) else value
            else:
                yield from references(value)
