"""The HTTP layer: requests, responses, problems and the OpenAPI document."""
