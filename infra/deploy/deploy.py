"""Deploys the packaged service: one path for AWS, LocalStack and MiniStack."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra import ROOT
from infra.deploy import rollback
from infra.deploy.cloud import Cloud, Engine, connect
from infra.deploy.keys import delete_keys, make_keys
from infra.deploy.outputs import APP, stack_of
from infra.deploy.uploads import Uploads, key_of
from infra.emulator.differences import adapt, expire_items
from infra.emulator.layers import link_to, unpack_once
from infra.errors import InfraError
from infra.packaging import package
from infra.packaging.archive import join
from infra.packaging.package import Package
from infra.packaging.template import with_code, with_slots

TARGETS = {Engine.AWS: package.AWS, Engine.LOCALSTACK: package.LOCALSTACK, Engine.MINISTACK: package.MINISTACK}


def deploy(  # noqa: PLR0913 - one for each option
    stage: str,
    endpoint: str | None = None,
    parameters: Mapping[str, str] | None = None,
    project: Path = ROOT,
    monitor_minutes: int = 0,
    clients: Sequence[str] = (),
) -> dict[str, str]:
    """Package a stage, deploy it and return the stack's outputs.

    Args:
        stage: `local`, `dev` or `prod`; only `local` needs no key.
        endpoint: an emulator's URL; None deploys to AWS by boto3's usual settings.
        parameters: values of the template's parameters; the others keep what they have.
        project: the folder of the Chalice app.
        clients: the names of clients that get an API key of their own, if they have none.
        monitor_minutes: how long CloudFormation watches the alarms after an update, to roll it back.

    Returns:
        RestAPIId, EndpointURL, TableName, the five queues' URLs (`infra.deploy.outputs.VARIABLES`) and, where a key
        is needed, ApiKeyId, UsagePlanId and, for each client, `ApiKeyId of <client>`.

    Raises:
        InfraError: with the first failing step's reason.
    """
    if stage == "local" and clients:
        message = "Stage local needs no key: CLIENTS belongs to STAGE=dev or STAGE=prod."
        raise InfraError(message)
    if stage == "local" and not endpoint:
        message = (
            "Stage local needs no key and is for emulators only: set AWS_ENDPOINT_URL to one, or deploy"
            " STAGE=dev or STAGE=prod to AWS."
        )
        raise InfraError(message)
    cloud = connect(endpoint)
    target = TARGETS[cloud.engine]
    print(f"packaging {stage} for {cloud.engine}: Python {target.python} on {target.architecture}")
    made = package.package(stage, target, project)
    archives = {key_of(content, "zip"): (content, names) for content, names in _archives(made, cloud)}
    uploads = _uploads(cloud, stage)
    keys = {name: key for key, (_, names) in archives.items() for name in names}
    template = with_code(with_slots(adapt(made.template, cloud.engine)), uploads.bucket, keys)
    stack = stack_of(cloud, stage)
    uploads.make()
    print(f"uploading to {uploads.bucket}")
    for content, _ in archives.values():
        uploads.put(content, "zip")
    url = uploads.url(uploads.put(json.dumps(template).encode(), "json"))
    watched = rollback.configuration(cloud, stack, monitor_minutes)
    if watched["MonitoringTimeInMinutes"]:
        print(f"CloudFormation watches the alarms for {monitor_minutes} minutes after the update")
    stack.apply(url, parameters or {}, watched)
    outputs = stack.outputs()
    if endpoint:
        outputs["EndpointURL"] = f"{endpoint}/_aws/execute-api/{outputs['RestAPIId']}/api/"
    if clients:
        keys = make_keys(cloud, stack.name, outputs["UsagePlanId"], clients)
        outputs |= {f"ApiKeyId of {client}": key_id for client, key_id in keys.items()}
    if cloud.engine is Engine.MINISTACK:
        expire_items(cloud, outputs["TableName"])
    return outputs


def destroy(stage: str, endpoint: str | None = None) -> None:
    """Delete a stage's stack and its uploads; prod keeps its table.

    Raises:
        InfraError: with the reason of the first resource that could not be deleted.
    """
    cloud = connect(endpoint)
    stack = stack_of(cloud, stage)
    stack.delete()
    delete_keys(cloud, stack.name)
    _uploads(cloud, stage).delete()


def _uploads(cloud: Cloud, stage: str) -> Uploads:
    """Return the stage's bucket; the account's number in its name keeps it from being anybody else's."""
    return Uploads(cloud, f"{APP}-{stage}-{cloud.account}-{cloud.region}")


def _archives(made: Package, cloud: Cloud) -> list[tuple[bytes, list[str]]]:
    """Return the zips, each with the names of the resources that use it.

    On LocalStack, which ignores layers, the functions that compute have the libraries in a zip of their own.
    """
    resources = made.template["Resources"]
    functions = [name for name, about in resources.items() if about["Type"] == "AWS::Serverless::Function"]
    code = made.code.read_bytes()
    if cloud.engine is not Engine.LOCALSTACK:
        layer = made.layer.read_bytes()
        if cloud.follows_links:
            layer = link_to(unpack_once(made.layer, made.layer.parent / "unpacked" / made.layer.stem))
        return [(code, functions), (layer, ["MathLayer"])]
    computing = [name for name in functions if "Layers" in resources[name]["Properties"]]
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "joined.zip"
        join(made.code, made.layer, archive)
        return [(code, [name for name in functions if name not in computing]), (archive.read_bytes(), computing)]
