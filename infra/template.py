"""What `chalice package` cannot say: how a stage differs and where the code lies."""

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


def with_code(template: Template, bucket: str, code_key: str, layer_key: str) -> Template:
    """Point every function and layer at its uploaded zip."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": code_key}
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = {"Bucket": bucket, "Key": layer_key}
    return template
