"""What `chalice package` cannot say: how a stage differs, where the code lies, and what an emulator lacks."""

from functools import reduce
from pathlib import Path
from typing import Any

from chalice.package import TemplateDeepMerger, YAMLTemplateSerializer

Template = dict[str, Any]

#: What only a deployed stage has: locally nobody needs a key.
KEY_RESOURCES = ("ApiKey", "UsagePlan", "UsagePlanKey")


def merged(*files: Path) -> Template:
    """Give the YAML templates as one, by Chalice's rules: dicts merge deep, the later file wins."""
    loaded = [YAMLTemplateSerializer().load_template(file.read_text(), file.name) for file in files]
    template: Template = reduce(lambda earlier, later: TemplateDeepMerger().merge(later, earlier), loaded)
    return template


def for_stage(template: Template, stage: str) -> Template:
    """Give the template as the stage needs it: no key locally, the table kept in prod."""
    resources = template["Resources"]
    if stage == "local":
        for path in resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"].values():
            for method in path.values():
                method.pop("security", None)
        for name in KEY_RESOURCES:
            del resources[name]
        del template["Outputs"]["ApiKeyId"]
    if stage == "prod":
        resources["TasksTable"] |= {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
        resources["TasksTable"]["Properties"]["DeletionProtectionEnabled"] = True
    return template


def for_architecture(template: Template, architecture: str) -> Template:
    """Set the architecture (`arm64` or `x86_64`) of every function and layer."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["Architectures"] = [architecture]
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["CompatibleArchitectures"] = [architecture]
    return template


def for_emulator(template: Template) -> Template:
    """Leave out what refuses plain HTTP, all that an emulator speaks, and write out what it does not expand.

    MiniStack ignores the gateway responses that SAM puts into the API's definition, but not those that are
    resources of their own. (On AWS those would come after the deployment, which would not have them.)
    """
    resources = template["Resources"]
    del resources["QueuesPolicy"]
    for kind, response in resources["RestAPI"]["Properties"].pop("GatewayResponses").items():
        headers = response["ResponseParameters"]["Headers"]
        resources[f"Response{kind.replace('_', '')}"] = {
            "Type": "AWS::ApiGateway::GatewayResponse",
            "Properties": {
                "RestApiId": {"Ref": "RestAPI"},
                "ResponseType": kind,
                "StatusCode": response["StatusCode"],
                "ResponseParameters": {f"gatewayresponse.header.{name}": value for name, value in headers.items()},
                "ResponseTemplates": response["ResponseTemplates"],
            },
        }
    for resource in resources.values():
        for policy in resource.get("Properties", {}).get("Policies", []) if resource["Type"] == "AWS::IAM::Role" else []:
            statements = policy["PolicyDocument"]["Statement"]
            if any("dynamodb:PartiQLInsert" in statement["Action"] for statement in statements):
                # AWS asks for the statement's own action, on its table; MiniStack for the call's, on anything.
                statements.append({"Effect": "Allow", "Action": ["dynamodb:BatchExecuteStatement"], "Resource": "*"})
    return template


def with_code(template: Template, bucket: str, code_key: str, layer_key: str) -> Template:
    """Point every function and layer at its uploaded zip."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": code_key}
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = {"Bucket": bucket, "Key": layer_key}
    return template
