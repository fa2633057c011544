// @ts-check
/** The mask: the server's tiles, tinted, and the brush, whose strokes are sent as grey pictures. */
import { api } from "./api.js";
import { t } from "./i18n.js";
import { SIDE } from "./tiles.js";
import { toPlane } from "./view.js";

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{points: Point[], mode: "add"|"erase", radius: number}} Stroke radius: in pixels of the plane */

const TINT = "#f0386b";
const KEPT = 400;

export class Mask {
  /** @param {import("./app.js").App} app @param {() => void} redraw */
  constructor(app, redraw) {
    this.app = app;
    this.redraw = redraw;
    /** Where there may be something, by "column/row"; undefined is not asked for yet. @type {Map<string, ImageBitmap|null|undefined>} */
    this.tiles = new Map();
    this.stale = new Set();
    this.loading = new Set();
    /** On their way to the server. @type {Stroke[]} */
    this.strokes = [];
    /** @type {Point|null} */
    this.cursor = null;
    this.sheet = document.createElement("canvas");
  }

  /** These tiles are different now. @param {[number, number][]|"all"} changed */
  change(changed) {
    for (const name of changed === "all" ? this.tiles.keys() : changed.map((spot) => spot.join("/"))) {
      if (!this.tiles.has(name)) this.tiles.set(name, undefined);
      this.stale.add(name);
    }
    this.redraw();
  }

  /** Where the brush hangs over the stage. @param {Point|null} point */
  hover(point) {
    if (!point && !this.cursor) return;
    this.cursor = point;
    this.redraw();
  }

  /** A gesture. @param {Point} start of the plane @param {"add"|"erase"} mode */
  stroke(start, mode) {
    /** @type {Stroke} */
    const stroke = { points: [start], mode, radius: this.app.state.brush / 2 / this.app.state.view.zoom };
    this.strokes.push(stroke);
    this.redraw();
    const drop = () => {
      this.strokes = this.strokes.filter((each) => each !== stroke);
      this.redraw();
    };
    return {
      move: (/** @type {Point} */ point) => {
        stroke.points.push(toPlane(this.app.state.view, point));
        this.cursor = point;
        this.redraw();
      },
      end: async () => {
        await this.app.attempt(() => this.#send(stroke));
        await this.app.refresh();
        await this.#load();
        drop();
      },
      cancel: drop,
    };
  }

  /** @param {Stroke} stroke */
  async #send({ points, radius, mode }) {
    const xs = points.map((each) => each.x), ys = points.map((each) => each.y);
    const left = Math.floor(Math.min(...xs) - radius), top = Math.floor(Math.min(...ys) - radius);
    const picture = new OffscreenCanvas(Math.ceil(Math.max(...xs) + radius) - left, Math.ceil(Math.max(...ys) + radius) - top);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (picture.getContext("2d"));
    context.fillRect(0, 0, picture.width, picture.height);
    context.translate(-left, -top);
    drawLine(context, points, radius);
    await api.mask(await picture.convertToBlob({ type: "image/png" }), left, top, mode);
  }

  /** Nothing is masked any more. */
  async clear() {
    const spots = [...this.tiles.keys()].map((name) => name.split("/").map(Number));
    if (!spots.length) return;
    const left = Math.min(...spots.map(([x]) => x)), top = Math.min(...spots.map(([, y]) => y));
    const right = Math.max(...spots.map(([x]) => x)) + 1, bottom = Math.max(...spots.map(([, y]) => y)) + 1;
    const frame = [left, top, right - left, bottom - top].map((each) => each * SIDE);
    await this.app.command({ kind: "SetMask", frame, mode: "subtract" });
    this.app.announce(t("mask.cleared"));
  }

  /** Fetch the changed tiles that can be seen. */
  async #load() {
    const { view } = this.app.state;
    const end = toPlane(view, { x: this.app.stage.clientWidth, y: this.app.stage.clientHeight });
    const seen = [...this.stale].filter((name) => {
      const [column, row] = String(name).split("/").map((each) => Number(each) * SIDE);
      return !this.loading.has(name) && column < end.x && row < end.y && column + SIDE > view.x && row + SIDE > view.y;
    });
    await Promise.all(seen.slice(0, KEPT).map(async (name) => {
      this.loading.add(name);
      this.stale.delete(name);
      const [column, row] = name.split("/").map(Number);
      const bitmap = await api.maskTile(column, row).catch(() => null);
      this.loading.delete(name);
      this.tiles.get(name)?.close();
      this.tiles.set(name, bitmap);
    }));
    if (seen.length) this.redraw();
  }

  /** @param {CanvasRenderingContext2D} target @param {import("./view.js").View} view @param {number} ratio */
  draw(target, view, ratio) {
    if (this.stale.size) this.#load();
    if (this.strokes.length || [...this.tiles.values()].some(Boolean)) {
      const { sheet } = this;
      if (sheet.width !== target.canvas.width || sheet.height !== target.canvas.height) {
        sheet.width = target.canvas.width;
        sheet.height = target.canvas.height;
      }
      const context = /** @type {CanvasRenderingContext2D} */ (sheet.getContext("2d"));
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.globalCompositeOperation = "source-over";
      context.clearRect(0, 0, sheet.width, sheet.height);
      const scale = view.zoom * ratio;
      for (const [name, bitmap] of this.tiles) {
        if (!bitmap) continue;
        const [column, row] = String(name).split("/").map((each) => Number(each) * SIDE);
        const x = Math.round((column - view.x) * scale), y = Math.round((row - view.y) * scale);
        const right = Math.round((column + SIDE - view.x) * scale), bottom = Math.round((row + SIDE - view.y) * scale);
        if (right > 0 && bottom > 0 && x < sheet.width && y < sheet.height) context.drawImage(bitmap, x, y, right - x, bottom - y);
      }
      context.setTransform(scale, 0, 0, scale, -view.x * scale, -view.y * scale);
      for (const { points, mode, radius } of this.strokes) {
        context.globalCompositeOperation = mode === "add" ? "source-over" : "destination-out";
        drawLine(context, points, radius);
      }
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.globalCompositeOperation = "source-in";
      context.fillStyle = TINT;
      context.fillRect(0, 0, sheet.width, sheet.height);
      target.globalAlpha = 0.5;
      target.drawImage(sheet, 0, 0);
      target.globalAlpha = 1;
    }
    if (this.cursor) this.#circle(target, this.cursor, ratio);
  }

  /** The brush: white inside black, so that it is seen on everything. @param {CanvasRenderingContext2D} target @param {Point} at @param {number} ratio */
  #circle(target, at, ratio) {
    target.lineWidth = ratio;
    for (const [colour, more] of /** @type {[string, number][]} */ ([["#000a", 1], ["#fff", 0]])) {
      target.strokeStyle = colour;
      target.beginPath();
      target.arc(at.x * ratio, at.y * ratio, (this.app.state.brush / 2 + more) * ratio, 0, 7);
      target.stroke();
    }
  }
}

/** @param {CanvasRenderingContext2D|OffscreenCanvasRenderingContext2D} context @param {Point[]} points @param {number} radius */
function drawLine(context, points, radius) {
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = radius * 2;
  context.strokeStyle = "#fff";
  context.beginPath();
  context.moveTo(points[0].x, points[0].y);
  for (const point of points) context.lineTo(point.x, point.y);
  if (points.length === 1) context.lineTo(points[0].x + 0.01, points[0].y);
  context.stroke();
}
