"""API keys of a stage, one for each client, besides the stack's own key.

They are no part of the stack: a deploy that does not name a client must not delete its key.
"""

from collections.abc import Iterable

from infra.deploy.cloud import Cloud


def make_keys(cloud: Cloud, stack: str, plan_id: str, clients: Iterable[str]) -> dict[str, str]:
    """Make a key for each client that has none, put it in the usage plan, and return the keys' ids by client."""
    gateway, existing, ids = cloud.client("apigateway"), keys_of(cloud, stack), dict[str, str]()
    pages = gateway.get_paginator("get_usage_plan_keys").paginate(usagePlanId=plan_id)
    in_plan = {key["id"] for page in pages for key in page["items"]}
    for client in clients:
        key_id = existing.get(client)
        if key_id is None:
            key_id = gateway.create_api_key(name=_name(stack, client), enabled=True)["id"]
            print(f"made a key for {client}")
        if key_id not in in_plan:
            gateway.create_usage_plan_key(usagePlanId=plan_id, keyId=key_id, keyType="API_KEY")
        ids[client] = key_id
    return ids


def keys_of(cloud: Cloud, stack: str) -> dict[str, str]:
    """Return the ids of the keys that were made for the clients of a stack, by client."""
    prefix = _name(stack, "")
    # LocalStack fails at a query, and has keys without a name.
    pages = cloud.client("apigateway").get_paginator("get_api_keys").paginate()
    names = {key["id"]: key.get("name") or "" for page in pages for key in page["items"]}
    return {name.removeprefix(prefix): key_id for key_id, name in names.items() if name.startswith(prefix)}


def delete_keys(cloud: Cloud, stack: str) -> None:
    """Delete the keys of the clients of a stack."""
    for key_id in keys_of(cloud, stack).values():
        cloud.client("apigateway").delete_api_key(apiKey=key_id)


def _name(stack: str, client: str) -> str:
    return f"{stack}/{client}"
