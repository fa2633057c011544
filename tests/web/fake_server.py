"""A small server to the page's contract, for trying the page without the real one: `python tests/web/fake_server.py PORT`."""

import io
import json
import re
import sys
import threading
import time
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

from PIL import Image, ImageOps

WEB = Path(__file__).parents[2] / "src/outpaint/web"
KINDS = {".js": "text/javascript", ".css": "text/css", ".html": "text/html; charset=utf-8", ".svg": "image/svg+xml"}
LOCK = threading.RLock()


class World:
    revision = 0
    steps: list = []  # (name, layers after)
    position = 0
    jobs: dict = {}
    listeners: list = []
    mask = {"id": 1, "name": "Mask", "visible": True, "opacity": 1, "locked": False, "kind": "mask"}


def layers():
    return World.steps[World.position - 1][1] if World.position else []


def do(name, after):
    del World.steps[World.position :]
    World.steps.append((name, after))
    World.position += 1
    changed()


def changed():
    World.revision += 1
    tell("canvas", {"revision": World.revision})


def tell(kind, record):
    for each in World.listeners:
        each.append(f"event: {kind}\ndata: {json.dumps(record)}\n\n".encode())


def box():
    seen = [(x["at"][0], x["at"][1], x["at"][0] + x["image"].width, x["at"][1] + x["image"].height) for x in layers()]
    if not seen:
        return None
    left, top = min(x[0] for x in seen), min(x[1] for x in seen)
    return {"left": left, "top": top, "width": max(x[2] for x in seen) - left, "height": max(x[3] for x in seen) - top}


def view(left, top, width, height, scale=1):
    out = Image.new("RGBA", (width // scale, height // scale))
    for each in layers():
        if each["visible"]:
            image = each["image"]
            if scale > 1:
                image = image.resize((max(1, image.width // scale), max(1, image.height // scale)), Image.Resampling.BOX)
            image = image.copy()
            image.putalpha(image.getchannel("A").point(lambda a, o=each["opacity"]: int(a * o)))
            sheet = Image.new("RGBA", out.size)
            sheet.paste(image, ((each["at"][0] - left) // scale, (each["at"][1] - top) // scale))
            out = Image.alpha_composite(out, sheet)
    return out


def png(image):
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def work(job):
    f = job["frame"]
    time.sleep(0.3)
    for n in range(job["asked"]):
        for part in range(4):
            time.sleep(0.12)
            if job["state"] == "cancelled":
                return
            job.update(state="running", progress=(n + part / 4) / job["asked"], text="patch")
            tell("job", public(job))
        known = view(f["left"], f["top"], f["width"], f["height"])
        small = known.getchannel("A").getbbox()
        base = known.crop(small) if small else Image.new("RGBA", (9, 9), "#88a")
        rgb = ImageOps.expand(base.convert("RGB"), 0).resize((f["width"], f["height"])).rotate(n * 2)
        tints = ((255, 200, 120), (120, 200, 255), (160, 255, 160))
        rgb = Image.blend(rgb, Image.new("RGB", rgb.size, tints[n % 3]), 0.15)
        out = rgb.convert("RGBA")
        out.paste(known, (0, 0), known.getchannel("A"))
        job["pictures"].append(out)
        job["candidates"] = len(job["pictures"])
        tell("job", public(job))
    job.update(state="done", progress=1)
    tell("job", public(job))


def public(job):
    return {name: value for name, value in job.items() if name not in ("pictures", "asked")}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, body, kind="application/json", status=200, **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        csp = "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'"
        for name, value in {"Content-Type": kind, "Content-Length": len(data), "Content-Security-Policy": csp, **headers}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        url = urlparse(self.path)
        path, query = url.path, {k: v[0] for k, v in parse_qs(url.query).items()}
        if path == "/" or path.startswith("/static/"):
            file = WEB / (path.removeprefix("/static/") if path != "/" else "index.html")
            return self.answer(file.read_bytes(), KINDS[file.suffix]) if file.is_file() else self.answer({}, status=404)
        path = path.removeprefix("/api/v1/")
        with LOCK:
            if path == "canvas":
                shown = [{k: x[k] for k in World.mask} for x in layers()]
                return self.answer({
                    "revision": World.revision, "name": "Untitled", "layers": [*shown, World.mask], "content": box(),
                    "can_undo": World.position > 0, "can_redo": World.position < len(World.steps),
                })
            if path == "methods":
                number = {"low": 1, "high": 50, "choices": None}
                return self.answer([
                    {"name": "patch", "about": "Continues the photo with patches of itself, from coarse to fine. The default.",
                     "reads": ["seed"], "needs": None, "usable": True,
                     "settings": [{"name": "levels", "kind": "int", "default": 5, "about": "of the pyramid", **number}]},
                    {"name": "mirror", "about": "Reflects the photo at its edges.", "reads": [], "settings": [], "needs": None, "usable": True},
                    {"name": "words", "about": "Reads a prompt.", "reads": ["prompt", "negative", "seed"], "settings": [], "needs": None, "usable": True},
                ])
            if path == "canvas/changes":
                return self.answer({"revision": World.revision, "tiles": "all", "layers": True})
            if path == "canvas/history":
                rows = [{"number": n + 1, "name": s[0], "done": n < World.position} for n, s in enumerate(World.steps)]
                return self.answer(rows[::-1])
            if path == "jobs":
                return self.answer([public(job) for job in World.jobs.values()])
            if m := re.fullmatch(r"canvas/tiles/(\d+)/(-?\d+)/(-?\d+)\.png", path):
                level, column, row = map(int, m.groups())
                side = 256 << level
                image = view(column * side, row * side, side, side, 1 << level)
                return self.answer(png(image), "image/png") if image.getbbox() else self.answer(b"", status=204)
            if m := re.fullmatch(r"jobs/(\d+)/candidates/(\d+)\.png", path):
                return self.answer(png(World.jobs[int(m[1])]["pictures"][int(m[2])]), "image/png")
            if path == "canvas/export":
                f = box() if query["what"] == "content" else {k: int(query[k]) for k in ("left", "top", "width", "height")}
                image, out = view(f["left"], f["top"], f["width"], f["height"]), io.BytesIO()
                (image.convert("RGB") if query["format"] == "jpeg" else image).save(out, query["format"])
                name = f'attachment; filename="canvas.{query["format"]}"'
                return self.answer(out.getvalue(), "application/octet-stream", Content_Disposition=name)
        if path == "events":
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            queue = []
            World.listeners.append(queue)
            try:
                while True:
                    while queue:
                        self.wfile.write(queue.pop(0))
                    self.wfile.flush()
                    time.sleep(0.03)
            except OSError:
                World.listeners.remove(queue)
            return None
        return self.answer({"error": f"there is no {path}"}, status=404)

    def do_POST(self):
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path, kind = urlparse(self.path).path.removeprefix("/api/v1/"), self.headers.get("Content-Type", "")
        if kind.startswith("multipart"):
            parts = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + data).iter_parts()
            body = {p.get_param("name", header="content-disposition"): p.get_payload(decode=True) for p in parts}
        else:
            body = json.loads(data or b"{}")
        with LOCK:
            if path == "canvas/import":
                image = ImageOps.exif_transpose(Image.open(io.BytesIO(body["file"]))).convert("RGBA")
                content = box()
                at = (int(body["left"]), int(body["top"])) if "left" in body else (content["left"] + content["width"] + 64 if content else 0, 0)
                self.add("Photo", image, at)
                frame = {"left": at[0], "top": at[1], "width": image.width, "height": image.height}
                return self.answer({"revision": World.revision, "frame": frame})
            if path == "canvas/mask":
                do("SetMask", layers())
            elif path == "canvas/commands":
                after = [dict(x) for x in layers()]
                for n, x in enumerate(after):
                    if x["id"] == body.get("layer"):
                        x.update({k: body[k] for k in ("visible", "opacity", "name") if k in body})
                        if body["command"] == "RemoveLayer":
                            after.remove(x)
                        if body["command"] == "MoveLayer":
                            after.insert(body["index"], after.pop(n))
                        break
                do(body["command"], after)
            elif path in ("canvas/undo", "canvas/redo"):
                step = body["count"] * (-1 if path.endswith("undo") else 1)
                World.position = max(0, min(len(World.steps), World.position + step))
                changed()
            elif path == "jobs":
                id = len(World.jobs) + 1
                World.jobs[id] = {
                    "id": id, "state": "waiting", "frame": body["frame"], "method": body["method"], "progress": 0, "text": "",
                    "candidates": 0, "error": None, "pictures": [], "asked": body["count"],
                }
                threading.Thread(target=work, args=(World.jobs[id],), daemon=True).start()
                return self.answer({"id": id}, status=202)
            elif m := re.fullmatch(r"jobs/(\d+)/accept", path):
                job = World.jobs[int(m[1])]
                job["state"] = "accepted"
                self.add("Painted", job["pictures"][body["candidate"]], (job["frame"]["left"], job["frame"]["top"]), "Accept")
                tell("job", public(job))
            else:
                return self.answer({"error": f"there is no {path}"}, status=404)
            return self.answer({"revision": World.revision})

    def add(self, name, image, at, step="ImportPhoto"):
        id = 2 + sum(1 for s in World.steps)
        do(step, [*layers(), {"id": id, "name": name, "visible": True, "opacity": 1, "locked": False, "kind": "pixels", "image": image, "at": at}])

    def do_DELETE(self):
        job = World.jobs[int(self.path.rsplit("/", 1)[1])]
        job["state"] = "rejected" if job["state"] == "done" else "cancelled"
        tell("job", public(job))
        self.answer({})


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
