// @ts-check
/** The mask brush: strokes are shown at once and sent as grey pictures when the pointer is lifted. */
import { api } from "./api.js";
import { toPlane } from "./view.js";

/** @typedef {{x: number, y: number}} Point */
/** One change of the mask and the history's step that it is, so that undo hides it again.
 * @typedef {{step: number|null, done: boolean, mode: "add"|"erase", left: number, top: number, picture: OffscreenCanvas}} Stroke */

const TINT = "#f0386b";

export class Mask {
  /** @param {import("./app.js").App} app @param {() => void} redraw */
  constructor(app, redraw) {
    this.app = app;
    this.redraw = redraw;
    /** @type {Stroke[]} */
    this.strokes = [];
    /** @type {{points: Point[], mode: "add"|"erase", radius: number}|null} */
    this.current = null;
    /** @type {Point|null} */
    this.cursor = null;
    this.sheet = document.createElement("canvas");
  }

  get empty() {
    return !this.strokes.some((stroke) => stroke.done);
  }

  /** Where the brush hangs over the stage. @param {Point|null} point */
  hover(point) {
    if (point || this.cursor) {
      this.cursor = point;
      this.redraw();
    }
  }

  /** A gesture. @param {Point} start of the plane @param {"add"|"erase"} mode */
  stroke(start, mode) {
    const current = { points: [start], mode, radius: this.app.state.brush / 2 / this.app.state.view.zoom };
    this.current = current;
    this.redraw();
    return {
      move: (/** @type {Point} */ point) => {
        current.points.push(toPlane(this.app.state.view, point));
        this.cursor = point;
        this.redraw();
      },
      end: () => this.#send(current),
      cancel: () => {
        this.current = null;
        this.redraw();
      },
    };
  }

  /** @param {{points: Point[], mode: "add"|"erase", radius: number}} current */
  async #send(current) {
    const { points, radius, mode } = current;
    const xs = points.map((each) => each.x), ys = points.map((each) => each.y);
    const left = Math.floor(Math.min(...xs) - radius), top = Math.floor(Math.min(...ys) - radius);
    const picture = new OffscreenCanvas(Math.ceil(Math.max(...xs) + radius) - left, Math.ceil(Math.max(...ys) + radius) - top);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (picture.getContext("2d"));
    context.translate(-left, -top);
    drawLine(context, points, radius, "#fff");
    const stroke = { step: null, done: true, mode, left, top, picture };
    this.strokes.push(stroke);
    this.current = null;
    this.redraw();
    const sent = await this.app.attempt(async () => api.mask(await picture.convertToBlob({ type: "image/png" }), left, top, mode));
    if (!sent) this.strokes = this.strokes.filter((each) => each !== stroke);
    await this.app.refresh();
    await this.follow(stroke);
  }

  /** Nothing is masked any more. */
  async clear() {
    const { frame, canvas } = this.app.state;
    const boxes = [frame, canvas?.content, ...this.strokes.map((s) => ({ left: s.left, top: s.top, width: s.picture.width, height: s.picture.height }))].filter((box) => box != null);
    if (!boxes.length) return;
    const left = Math.min(...boxes.map((box) => box.left)), top = Math.min(...boxes.map((box) => box.top));
    const width = Math.max(...boxes.map((box) => box.left + box.width)) - left, height = Math.max(...boxes.map((box) => box.top + box.height)) - top;
    await this.app.command({ command: "SetMask", frame: [left, top, width, height], mode: "subtract" });
    await this.erased({ left, top, width, height });
  }

  /** The newest step took the mask away here. @param {import("./api.js").Frame} frame */
  async erased(frame) {
    if (this.empty) return;
    const picture = new OffscreenCanvas(1, 1);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (picture.getContext("2d"));
    picture.width = frame.width;
    picture.height = frame.height;
    context.fillRect(0, 0, frame.width, frame.height);
    /** @type {Stroke} */
    const stroke = { step: null, done: true, mode: "erase", left: frame.left, top: frame.top, picture };
    this.strokes.push(stroke);
    await this.follow(stroke);
  }

  /** Ask the history which strokes are done. @param {Stroke} [newest] the one that the last done step is */
  async follow(newest) {
    if (!this.strokes.length) return;
    const steps = await this.app.attempt(() => api.history(500));
    if (!steps) return;
    const states = new Map(steps.map((step) => [step.number, step.done]));
    if (newest) newest.step = Math.max(0, ...steps.filter((step) => step.done).map((step) => step.number));
    for (const stroke of this.strokes) if (stroke.step !== null) stroke.done = states.get(stroke.step) ?? false;
    this.redraw();
  }

  /** @param {CanvasRenderingContext2D} target @param {import("./view.js").View} view @param {number} ratio */
  draw(target, view, ratio) {
    if (!this.empty || this.current) {
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
      context.setTransform(scale, 0, 0, scale, -view.x * scale, -view.y * scale);
      for (const { done, mode, picture, left, top } of this.strokes) {
        if (!done) continue;
        context.globalCompositeOperation = mode === "add" ? "source-over" : "destination-out";
        context.drawImage(picture, left, top);
      }
      if (this.current) {
        context.globalCompositeOperation = this.current.mode === "add" ? "source-over" : "destination-out";
        drawLine(context, this.current.points, this.current.radius, "#fff");
      }
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.globalCompositeOperation = "source-in";
      context.fillStyle = TINT;
      context.fillRect(0, 0, sheet.width, sheet.height);
      target.globalAlpha = 0.5;
      target.drawImage(sheet, 0, 0);
      target.globalAlpha = 1;
    }
    if (this.cursor) {
      target.lineWidth = ratio;
      for (const [colour, more] of /** @type {[string, number][]} */ ([["#000a", 1], ["#fff", 0]])) {
        target.strokeStyle = colour;
        target.beginPath();
        target.arc(this.cursor.x * ratio, this.cursor.y * ratio, (this.app.state.brush / 2 + more) * ratio, 0, 7);
        target.stroke();
      }
    }
  }
}

/** @param {CanvasRenderingContext2D|OffscreenCanvasRenderingContext2D} context @param {Point[]} points @param {number} radius @param {string} colour */
function drawLine(context, points, radius, colour) {
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = radius * 2;
  context.strokeStyle = colour;
  context.beginPath();
  context.moveTo(points[0].x, points[0].y);
  for (const point of points) context.lineTo(point.x, point.y);
  if (points.length === 1) context.lineTo(points[0].x + 0.01, points[0].y);
  context.stroke();
}
