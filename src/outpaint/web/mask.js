// @ts-check
/** The mask: the server's tiles, tinted, and the brush, whose strokes are sent as grey pictures. */
import { api, ApiError, pause } from "./api.js";
import { t } from "./i18n.js";
import { common } from "./geometry.js";
import { SIDE, spotOf, Tiles } from "./tiles.js";
import { originOf, toPlane } from "./view.js";

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{points: Point[], mode: "add"|"erase", radius: number}} Stroke radius: in pixels of the plane */

const TINT = "#f0386b";
/** The coarsest tiles that the server makes of a mask. */
const TOP = 6;
/** Seconds until a stroke that the server could not take is sent again. */
const AGAIN = 1;
/** Pixels of one stroke's picture: what a browser's canvas and the server take. */
const LONGEST = 16_384;
const LARGEST = 64_000_000;

export class Mask {
  /** @param {import("./app.js").App} app @param {() => void} redraw */
  constructor(app, redraw) {
    this.app = app;
    this.redraw = redraw;
    this.tiles = new Tiles(({ level, column, row }) => api.maskTile(level, column, row), redraw, redraw, TOP);
    /** On their way to the server. @type {Stroke[]} */
    this.strokes = [];
    /** They go one after the other: what was masked and erased again is not masked. */
    this.sending = Promise.resolve();
    /** @type {Point|null} */
    this.cursor = null;
    this.sheet = document.createElement("canvas");
  }

  /** @param {import("./api.js").Changes} change @param {import("./api.js").Frame|null} masked the frame around it */
  change(change, masked) {
    this.tiles.change(change.mask, change.revision, masked);
  }

  /** True while something is shown otherwise than it is. */
  get busy() {
    return this.tiles.cache.busy || this.strokes.length > 0;
  }

  /** Where the brush hangs over the stage. @param {Point|null} point */
  hover(point) {
    if (!point && !this.cursor) return;
    this.cursor = point;
    this.redraw();
  }

  /** Why nothing can be masked now, or null. */
  refused() {
    const layer = this.app.state.canvas?.layers.find((each) => each.kind === "mask");
    return layer?.locked ? t("mask.locked") : layer && !layer.visible ? t("mask.hidden") : null;
  }

  /** A gesture. @param {Point} start of the plane @param {"add"|"erase"} mode */
  stroke(start, mode) {
    const refused = this.refused();
    if (refused) {
      this.app.notify(refused);
      return null;
    }
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
      end: () => (this.sending = this.sending.catch(() => {}).then(() => this.#take(stroke)).finally(drop)),
      cancel: drop,
    };
  }

  /** Until the server has it and the page shows it; a server that is away or has too much to do is waited for. @param {Stroke} stroke */
  async #take(stroke) {
    for (;;) {
      const later = await this.app.attempt(() => this.#send(stroke).catch((error) => {
        if (error instanceof ApiError && error.passes) return true;
        throw error;
      }));
      if (!later) break;
      await pause(AGAIN);
    }
    await this.app.refresh();
    await this.#shown(stroke);
  }

  /** @param {Stroke} stroke @returns {Promise<boolean|void>} */
  async #send(stroke) {
    const { left, top, width, height } = boxOf(stroke);
    if (Math.max(width, height) > LONGEST || width * height > LARGEST) throw new ApiError(413, t("mask.large"));
    const picture = new OffscreenCanvas(width, height);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (picture.getContext("2d"));
    context.fillRect(0, 0, width, height);
    context.translate(-left, -top);
    drawLine(context, stroke.points, stroke.radius);
    await api.mask(await picture.convertToBlob({ type: "image/png" }), left, top, stroke.mode);
  }

  /** Until the tiles under a stroke have come, or a moment is over: the stroke stands in for them. @param {Stroke} stroke */
  async #shown(stroke) {
    const box = boxOf(stroke);
    const under = (/** @type {string} */ name) => {
      const { level, column, row } = spotOf(name), side = SIDE * 2 ** level;
      return common(box, { left: column * side, top: row * side, width: side, height: side }) !== null;
    };
    for (let tries = 0; tries < 40; tries++) {
      await pause(0.025);
      if (![...this.tiles.cache.loading.keys(), ...this.tiles.cache.wanted].some(under)) return;
    }
  }

  /** Nothing is masked any more. */
  async clear() {
    const refused = this.refused();
    if (refused) return this.app.notify(refused);
    await this.app.settled(); // the last stroke is part of it
    const { masked } = this.app.state.canvas ?? {};
    if (!masked) return;
    if (await this.app.command({ kind: "SetMask", frame: masked, mode: "subtract" })) this.app.announce(t("mask.cleared"));
  }

  /** What of the picture in the frame was masked is not any more, and the rest of it is. */
  async invert() {
    const refused = this.refused();
    if (refused) return this.app.notify(refused);
    const box = this.app.base();
    if (!box) return;
    if (await this.app.command({ kind: "SetMask", frame: box, mode: "invert" })) this.app.announce(t("mask.inverted"));
  }

  /** @param {CanvasRenderingContext2D} target @param {import("./view.js").View} view @param {number} ratio */
  draw(target, view, ratio) {
    if (this.tiles.content || this.strokes.length) this.#tint(target, view, ratio);
    if (this.cursor) this.#circle(target, this.cursor, ratio);
  }

  /** @param {CanvasRenderingContext2D} target @param {import("./view.js").View} view @param {number} ratio */
  #tint(target, view, ratio) {
    const { width, height } = target.canvas;
    const scale = view.zoom * ratio, origin = originOf(view, scale);
    const visible = this.app.state.canvas?.layers.find((each) => each.kind === "mask")?.visible ?? true;
    const { sheet, tiles } = this;
    tiles.cache.begin();
    if (!visible) return;
    if (sheet.width !== width || sheet.height !== height) {
      sheet.width = width;
      sheet.height = height;
    }
    const context = /** @type {CanvasRenderingContext2D} */ (sheet.getContext("2d"));
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalCompositeOperation = "source-over";
    context.clearRect(0, 0, width, height);
    context.imageSmoothingEnabled = scale < 2;
    const seen = { left: origin.x / scale, top: origin.y / scale, width: width / scale, height: height / scale };
    for (const spot of tiles.over(seen, scale)) tiles.drawTile(context, spot, origin, scale);
    tiles.cache.end();
    context.setTransform(scale, 0, 0, scale, -origin.x, -origin.y);
    for (const { points, mode, radius } of this.strokes) {
      context.globalCompositeOperation = mode === "add" ? "source-over" : "destination-out";
      drawLine(context, points, radius);
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalCompositeOperation = "source-in";
    context.fillStyle = TINT;
    context.fillRect(0, 0, width, height);
    target.globalAlpha = 0.5;
    target.drawImage(sheet, 0, 0);
    target.globalAlpha = 1;
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

/** @param {Stroke} stroke @returns {import("./api.js").Frame} */
function boxOf({ points, radius }) {
  let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
  for (const { x, y } of points) {
    left = Math.min(left, x), top = Math.min(top, y);
    right = Math.max(right, x), bottom = Math.max(bottom, y);
  }
  left = Math.floor(left - radius), top = Math.floor(top - radius);
  return { left, top, width: Math.ceil(right + radius) - left, height: Math.ceil(bottom + radius) - top };
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
