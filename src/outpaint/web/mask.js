// @ts-check
/** The mask: the server's tiles, tinted, and the brush, whose strokes are sent as grey pictures. */
import { api, ApiError } from "./api.js";
import { TileCache } from "./cache.js";
import { t } from "./i18n.js";
import { SIDE } from "./tiles.js";
import { originOf, placed, toPlane } from "./view.js";

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{points: Point[], mode: "add"|"erase", radius: number}} Stroke radius: in pixels of the plane */

const TINT = "#f0386b";
const KEPT = 600;
/** Pixels of one stroke's picture: what a browser's canvas and the server take. */
const LONGEST = 16_384;
const LARGEST = 64_000_000;

export class Mask {
  /** @param {import("./app.js").App} app @param {() => void} redraw */
  constructor(app, redraw) {
    this.app = app;
    this.redraw = redraw;
    const fetch = (/** @type {string} */ name) => {
      const [column, row] = name.split("/").map(Number);
      return api.maskTile(column, row);
    };
    this.cache = new TileCache(fetch, KEPT, redraw, redraw);
    /** Where there may be something, by "column/row". @type {Set<string>} */
    this.known = new Set();
    /** So much is masked that nobody listed it: there may be something everywhere. */
    this.everywhere = false;
    /** On their way to the server. @type {Stroke[]} */
    this.strokes = [];
    /** @type {Point|null} */
    this.cursor = null;
    this.sheet = document.createElement("canvas");
  }

  /** These tiles are different now. @param {[number, number][]|"all"} changed */
  change(changed) {
    if (changed === "all") this.everywhere = true;
    const names = changed === "all" ? null : new Set(changed.map((spot) => spot.join("/")));
    for (const name of names ?? []) this.known.add(name);
    this.cache.spoil((name) => !names || names.has(name));
    this.redraw();
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
      end: async () => {
        try {
          await this.app.attempt(() => this.#send(stroke));
          await this.app.refresh();
          await this.#shown(stroke);
        } finally {
          drop();
        }
      },
      cancel: drop,
    };
  }

  /** @param {Stroke} stroke */
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
      const [column, row] = name.split("/").map((each) => Number(each) * SIDE);
      return column < box.left + box.width && row < box.top + box.height && column + SIDE > box.left && row + SIDE > box.top;
    };
    for (let tries = 0; tries < 40; tries++) {
      await new Promise((done) => setTimeout(done, 25));
      if (![...this.cache.loading.keys(), ...this.cache.wanted].some(under)) return;
    }
  }

  /** Nothing is masked any more. */
  async clear() {
    const refused = this.refused();
    if (refused) return this.app.notify(refused);
    const { content } = this.app.state.canvas ?? {};
    const spots = [...this.known].map((name) => name.split("/").map(Number));
    if (this.everywhere && content) {
      spots.push([Math.floor(content.left / SIDE), Math.floor(content.top / SIDE)]);
      spots.push([Math.floor((content.left + content.width - 1) / SIDE), Math.floor((content.top + content.height - 1) / SIDE)]);
    }
    if (!spots.length) return;
    let [left, top] = spots[0], [right, bottom] = spots[0];
    for (const [x, y] of spots) {
      left = Math.min(left, x), top = Math.min(top, y);
      right = Math.max(right, x), bottom = Math.max(bottom, y);
    }
    const frame = [left, top, right + 1 - left, bottom + 1 - top].map((each) => each * SIDE);
    if (await this.app.command({ kind: "SetMask", frame, mode: "subtract" })) this.app.announce(t("mask.cleared"));
  }

  /** The masked tiles that can be seen, at most as many as are kept. @param {import("./view.js").View} view @param {number} width @param {number} height CSS pixels */
  #seen(view, width, height) {
    const end = toPlane(view, { x: width, y: height });
    const left = Math.floor(view.x / SIDE), right = Math.floor(end.x / SIDE), top = Math.floor(view.y / SIDE), bottom = Math.floor(end.y / SIDE);
    const all = (right - left + 1) * (bottom - top + 1);
    const seen = [];
    if (all <= KEPT && (this.everywhere || all < this.known.size)) {
      for (let row = top; row <= bottom; row++)
        for (let column = left; column <= right; column++) if (this.everywhere || this.known.has(`${column}/${row}`)) seen.push(`${column}/${row}`);
      return seen;
    }
    for (const name of this.known) {
      const [column, row] = name.split("/").map(Number);
      if (column >= left && column <= right && row >= top && row <= bottom && seen.push(name) >= KEPT) break;
    }
    return seen;
  }

  /** @param {CanvasRenderingContext2D} target @param {import("./view.js").View} view @param {number} ratio */
  draw(target, view, ratio) {
    if (this.known.size || this.everywhere || this.strokes.length) this.#tint(target, view, ratio);
    if (this.cursor) this.#circle(target, this.cursor, ratio);
  }

  /** @param {CanvasRenderingContext2D} target @param {import("./view.js").View} view @param {number} ratio */
  #tint(target, view, ratio) {
    const { width, height } = target.canvas;
    const scale = view.zoom * ratio, origin = originOf(view, scale);
    this.cache.begin();
    /** @type {[string, ImageBitmap][]} */
    const tiles = [];
    for (const name of this.#seen(view, width / ratio, height / ratio)) {
      const { bitmap } = this.cache.look(name) ?? {};
      if (bitmap) tiles.push([name, bitmap]);
    }
    this.cache.end();
    const visible = this.app.state.canvas?.layers.find((each) => each.kind === "mask")?.visible ?? true;
    if (!visible || (!tiles.length && !this.strokes.length)) return;
    const { sheet } = this;
    if (sheet.width !== width || sheet.height !== height) {
      sheet.width = width;
      sheet.height = height;
    }
    const context = /** @type {CanvasRenderingContext2D} */ (sheet.getContext("2d"));
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalCompositeOperation = "source-over";
    context.clearRect(0, 0, width, height);
    context.imageSmoothingEnabled = scale < 2;
    for (const [name, bitmap] of tiles) {
      const [column, row] = name.split("/").map((each) => Number(each) * SIDE);
      const box = placed({ left: column, top: row, width: SIDE, height: SIDE }, origin, scale);
      context.drawImage(bitmap, box.x, box.y, box.width, box.height);
    }
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
