"""Changes the template that `chalice package` writes, for a stage, for a target, and for the places of the zips."""

from collections.abc import Mapping
from pathlib import Path

from chalice.package import TemplateDeepMerger, YAMLTemplateSerializer
from yaml import YAMLError

from chalicelib.queues import QUEUES
from chalicelib.store.history import COUNTED
from infra.errors import InfraError
from infra.packaging.roles import Template, logical_id

#: What stage `local` does not have, by the part of the template: it needs no key.
OF_KEYS = {
    "Resources": ("ApiKey", "UsagePlan", "UsagePlanKey"),
    "Outputs": ("ApiKeyId", "UsagePlanId"),
    "Parameters": ("RateLimit", "BurstLimit", "DailyQuota"),
}

#: The table of stage `local`; its queues' names begin with it.
LOCAL_NAME = "is-it-prime-local"

#: The functions of prod's API at once. Every client that waits for a result occupies one: this ceiling leaves the rest
#: of an account's 1,000 to the consumers. Source: AWS Lambda Developer Guide, "Configuring reserved concurrency".
API_FUNCTIONS = 500
#: The functions of prod that check certificates at once: two keys at their rate of 5 a second.
VERIFIER_FUNCTIONS = 10


def merged(template: Template, *files: Path) -> Template:
    """Return a template with YAML files merged into it by Chalice's rules: dicts merge deep, the later one wins.

    Raises:
        InfraError: A file is no YAML.
    """
    for file in files:
        try:
            loaded = YAMLTemplateSerializer().load_template(file.read_text())
        except YAMLError as error:
            message = f"{file.name} is no YAML: {' '.join(str(error).split())}. Correct it."
            raise InfraError(message) from error
        template = TemplateDeepMerger().merge(loaded, template)
    return template


def for_stage(template: Template, stage: str) -> Template:
    """Return the template as the stage needs it.

    `local` has no key, and fixed names, which .chalice/config.json has for `chalice local`. `prod` keeps its table, and
    its functions have their share of the account's concurrency: the API a ceiling, each consumer what its queue's
    mapping may start, so that no other function throttles it. `dev` has none: a new account's concurrency may be too
    low to reserve any of it.

    Source: AWS Lambda Developer Guide, "Configuring scaling behavior for SQS event source mappings".
    """
    resources = template["Resources"]
    if stage == "local":
        for path in resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"].values():
            for method in path.values():
                method.pop("security", None)
        for part, names in OF_KEYS.items():
            for name in names:
                del template[part][name]
        resources["TasksTable"]["Properties"]["TableName"] = LOCAL_NAME
        for queue in QUEUES:
            name = f"{LOCAL_NAME}-{queue.replace('_', '-')}"
            resources[f"{logical_id(queue)}Queue"]["Properties"]["QueueName"] = name
    if stage == "prod":
        resources["TasksTable"] |= {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
        resources["TasksTable"]["Properties"]["DeletionProtectionEnabled"] = True
        resources["APIHandler"]["Properties"]["ReservedConcurrentExecutions"] = API_FUNCTIONS
        resources["CertificateVerifier"]["Properties"]["ReservedConcurrentExecutions"] = VERIFIER_FUNCTIONS
        for row in QUEUES.values():
            resources[logical_id(row.function)]["Properties"]["ReservedConcurrentExecutions"] = row.concurrency
    return template


def for_target(template: Template, architecture: str, python: str) -> Template:
    """Set the architecture (`arm64` or `x86_64`) and the runtime (`3.13`) of every function and layer.

    Chalice would take the runtime from the Python that packages.
    """
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"] |= {"Architectures": [architecture], "Runtime": f"python{python}"}
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            compatible = {"CompatibleArchitectures": [architecture], "CompatibleRuntimes": [f"python{python}"]}
            resource["Properties"] |= compatible
    return template


def with_slots(template: Template) -> Template:
    """Tell the API, and a local server by an output, the slots of each queue's consumers.

    A slot is a message that the consumers can hold: each function at once holds a batch.
    """
    resources, counts = template["Resources"], []
    for queue in COUNTED:
        row = QUEUES[queue]
        (event,) = resources[logical_id(row.function)]["Properties"]["Events"].values()
        counts.append(f"{queue}={event['Properties']['ScalingConfig']['MaximumConcurrency'] * row.batch_size}")
    slots = ",".join(counts)
    api = resources["APIHandler"]["Properties"]
    api.setdefault("Environment", {}).setdefault("Variables", {})["SLOTS"] = slots
    template["Outputs"]["Slots"] = {"Value": slots}
    return template


def with_code(template: Template, bucket: str, keys: Mapping[str, str]) -> Template:
    """Point every function and layer at its uploaded zip, whose key in the bucket `keys` has by the resource's name."""
    for name, key in keys.items():
        resource = template["Resources"][name]
        place = {"Bucket": bucket, "Key": key}
        field = "CodeUri" if resource["Type"] == "AWS::Serverless::Function" else "ContentUri"
        resource["Properties"][field] = place
    return template
