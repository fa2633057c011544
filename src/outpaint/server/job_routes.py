"""The queue over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Response

from outpaint.request import Request
from outpaint.server import answered
from outpaint.server.answered import pictures, problems
from outpaint.server.desk import Desk
from outpaint.server.spoken import ChoiceModel, JobModel

Id = Annotated[str, Path(max_length=64)]
LINKS: dict[int | str, dict[str, Any]] = {
    202: {
        "links": {
            name: {"operationId": name, "parameters": {"id": "$response.body#/id"}}
            for name in ("get_job", "drop_job", "get_candidate", "get_preview", "accept_candidate")
        }
    }
}
"""What can be done with the answer's id."""


def routes(desk: Desk) -> APIRouter:
    router, queue = APIRouter(prefix="/jobs", tags=["jobs"]), desk.queue

    @router.post("", status_code=202, response_model=answered.Job, responses={**LINKS, **problems(400, 409, 429)})
    def add_job(asked: JobModel) -> dict[str, Any]:
        """Into the queue; what becomes of it is told by the events. What waits there already is not put in twice."""
        request = Request.of(**asked.model_dump(exclude={"frame"}))
        return queue.add(desk.small_enough(asked.frame.frame()), request).to_json()

    @router.get("", response_model=list[answered.Job])
    def get_jobs() -> list[dict[str, Any]]:
        """The oldest first."""
        return [job.to_json() for job in queue.jobs()]

    @router.get("/{id}", response_model=answered.Job, responses=problems(404))
    def get_job(id: Id) -> dict[str, Any]:
        return queue.job(id).to_json()

    @router.delete("/{id}", response_model=answered.Job, responses=problems(404))
    def drop_job(id: Id) -> dict[str, Any]:
        """Cancel what is not done, reject what is."""
        return queue.drop(id).to_json()

    @router.get(
        "/{id}/candidates/{number}.png",
        response_class=Response,
        responses={**pictures("image/png"), **problems(404)},
    )
    def get_candidate(id: Id, number: Annotated[int, Path(ge=0, le=1000)]) -> Response:
        """RGBA, as large as the job's frame, the known pixels in it."""
        return Response(queue.png(id, number), media_type="image/png", headers={"Cache-Control": "no-cache"})

    @router.get(
        "/{id}/preview.png", response_class=Response, responses={**pictures("image/png", empty=True), **problems(404)}
    )
    def get_preview(id: Id) -> Response:
        """A rough picture of a running job, of painters that are asked for it; 204 if there is none."""
        png, headers = queue.preview(id), {"Cache-Control": "no-cache"}
        if png is None:
            return Response(status_code=204, headers=headers)
        return Response(png, media_type="image/png", headers=headers)

    @router.post("/{id}/accept", response_model=answered.Changed, responses=problems(400, 404, 409))
    def accept_candidate(id: Id, choice: Annotated[ChoiceModel | None, Body()] = None) -> dict[str, Any]:
        """Onto the canvas as a new layer; the other candidates are gone then."""
        done = queue.accept(id, (choice or ChoiceModel()).candidate)
        desk.changed(done.revision)
        return {"revision": done.revision, "layer": done.layer}

    return router
