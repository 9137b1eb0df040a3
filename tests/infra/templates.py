"""A stage's template after AWS's SAM transform, as CloudFormation gets it."""

import copy
from typing import Any

import boto3

from infra.packaging.package import Package
from infra.packaging.template import Template, with_code, with_slots


def transformed(package: Package) -> Template:
    """Return a package's template after the transform of AWS::Serverless."""
    from samtranslator.parser.parser import Parser  # noqa: PLC0415
    from samtranslator.translator.translator import Translator  # noqa: PLC0415

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


def mappings_of_queues(template: Template) -> list[dict[str, Any]]:
    """Return the event source mappings except for the table's stream."""
    mappings = of_type(template, "AWS::Lambda::EventSourceMapping").values()
    return [mapping for mapping in mappings if mapping["EventSourceArn"]["Fn::GetAtt"][0] != "TasksTable"]


def routes(template: Template) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the definition of each route, by its path and method."""
    (api,) = of_type(template, "AWS::ApiGateway::RestApi").values()
    paths = api["Body"]["paths"].items()
    return {(path, method): about for path, methods in paths for method, about in methods.items()}
