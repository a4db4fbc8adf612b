"""Settings and a store in, the WSGI application out."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from board.config import Config
from board.errors import ClientError, NotFoundError
from board.store import IndexDamagedError, Store
from board.web import http
from board.web.annotations_api import annotations_api
from board.web.api import api
from board.web.assets import assets
from board.web.export_api import export_api
from board.web.graph_api import graph_api
from board.web.groups_api import groups_api
from board.web.marked_api import marked_api
from board.web.paths import Prefix
from board.web.points_api import points_api
from board.web.runs_api import runs_api
from board.web.security import AllowedHosts, Guard
from board.web.state import State
from board.web.tensorboard_api import tensorboard_api

# No request of the page comes near it; what does is refused before it is read.
MAX_BODY = 4 << 20


def create_app(config: Config, store: Store) -> Flask:
    """The application. Its ``wsgi_app`` is guarded: whatever server runs it, no answer goes out without its headers."""
    app = Flask("board", static_folder=None, template_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY, PROVIDE_AUTOMATIC_OPTIONS=False)
    app.url_map.strict_slashes = False
    app.extensions["board"] = State(config, store)
    app.register_blueprint(assets)
    app.register_blueprint(api, url_prefix="/api")
    app.register_blueprint(points_api, url_prefix="/api")
    app.register_blueprint(marked_api, url_prefix="/api")
    app.register_blueprint(export_api, url_prefix="/api")
    app.register_blueprint(graph_api, url_prefix="/api/graph")
    app.register_blueprint(runs_api, url_prefix="/api/runs")
    app.register_blueprint(groups_api, url_prefix="/api")
    app.register_blueprint(annotations_api, url_prefix="/api/runs")
    app.register_blueprint(tensorboard_api, url_prefix="/data")
    # A server of many experiments puts each under its own address; here there is one, whatever it is called.
    app.register_blueprint(tensorboard_api, url_prefix="/experiment/<experiment>/data", name="experiment")
    app.after_request(lambda response: http.compressed(request, response))
    _register_errors(app)
    guarded = Guard(Prefix(app.wsgi_app, config.path_prefix), AllowedHosts(config.host, config.allowed_host))
    app.wsgi_app = guarded  # type: ignore[method-assign]
    return app


def _register_errors(app: Flask) -> None:
    """JSON for the page's own routes, plain text, as TensorBoard answers, for the others."""

    def error(text: str, status: int) -> Response:
        if request.path.startswith("/api/"):
            return http.json_response({"error": text}, status)
        return http.text_response(text, status)

    @app.errorhandler(ClientError)
    def bad_request(problem: ClientError) -> Response:
        return error(str(problem), 400)

    @app.errorhandler(NotFoundError)
    def not_found(problem: NotFoundError) -> Response:
        return error(str(problem), 404)

    @app.errorhandler(IndexDamagedError)
    def reading_anew(problem: IndexDamagedError) -> Response:
        return error("the index of the log directory is damaged; all files are being read anew: ask again", 503)

    @app.errorhandler(HTTPException)
    def http_error(problem: HTTPException) -> Any:
        if problem.code is None or problem.code < 400:
            return problem
        response = error(problem.description or problem.name, problem.code)
        if problem.code == 405:
            response.headers["Allow"] = ", ".join(sorted(getattr(problem, "valid_methods", None) or ()))
        return response

    @app.errorhandler(Exception)
    def crash(problem: Exception) -> Response:
        logging.getLogger("board").exception("answering %s %s failed", request.method, request.path)
        return error(f"answering failed ({type(problem).__name__}); the console of the server says more", 500)
