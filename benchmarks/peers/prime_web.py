"""The peer's web application: Falcon serves POST / and GET /{task_id}, Celery runs the tasks."""

import falcon
from celery.result import AsyncResult
from prime_tasks import is_prime


class Submit:
    """POST /: queue one number."""

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Respond with the id of the new task."""
        task = is_prime.delay(int(request.media["number"]))
        response.media = {"status": "success", "task_id": task.id}


class Read:
    """GET /{task_id}: read one task."""

    # Falcon passes the request whether it is used or not.
    def on_get(self, _request: falcon.Request, response: falcon.Response, task_id: str) -> None:
        """Respond with the status and the result. An unknown id is PENDING, as always with Celery."""
        # Without `app` a thread of gthread finds no result store, and every read is a 500.
        task = AsyncResult(task_id, app=is_prime.app)
        response.media = {"status": task.status, "result": task.result}


application = falcon.App()
application.add_route("/", Submit())
application.add_route("/{task_id}", Read())
