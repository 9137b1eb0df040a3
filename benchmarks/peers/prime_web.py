"""The peer's front door: Falcon answers POST / and GET /{task_id}, Celery does the rest."""

import falcon
from celery.result import AsyncResult
from prime_tasks import is_prime


class Submit:
    """POST /: queue one number."""

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Answer with the id of the new task."""
        task = is_prime.delay(int(request.media["number"]))
        response.media = {"status": "success", "task_id": task.id}


class Read:
    """GET /{task_id}: what is known of one task."""

    # Falcon passes the request whether it is used or not.
    def on_get(self, _request: falcon.Request, response: falcon.Response, task_id: str) -> None:
        """Answer with state and result; an unknown id reads as PENDING, as Celery has it."""
        # Without `app` a thread of gthread finds no result store, and every read is a 500.
        task = AsyncResult(task_id, app=is_prime.app)
        response.media = {"status": task.status, "result": task.result}


application = falcon.App()
application.add_route("/", Submit())
application.add_route("/{task_id}", Read())
