// @ts-check
/** What the stage shows: the dots of the plane, the frame's stripes, the picture, a candidate, the mask. */
import { api } from "./api.js";
import { common } from "./geometry.js";
import { $ } from "./elements.js";
import { Frames } from "./frames.js";
import { Sheet } from "./sheet.js";
import { Tiles } from "./tiles.js";
import { originOf, placed } from "./view.js";

/** Milliseconds without movement after which the picture is drawn as fine as the screen is. */
const REST = 150;
/** The level at which four tiles cover the whole plane. */
const TOP = 23;

export class Scene {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this.app = app;
    this.canvas = /** @type {HTMLCanvasElement} */ ($("picture"));
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d", { alpha: false }));
    this.redraw = () => {
      this.drawing ||= requestAnimationFrame(() => this.draw());
    };
    this.drawing = 0;
    this.sheet = new Sheet(this.redraw);
    const fetch = (/** @type {import("./tiles.js").Spot} */ { level, column, row }, /** @type {number} */ revision) => api.tile(level, column, row, revision);
    this.tiles = new Tiles(fetch, (spot) => this.sheet.arrived(spot), this.redraw, TOP);
    this.frames = new Frames();
    /** Drawn between the picture and the frame. @type {{busy?: boolean, draw: (context: CanvasRenderingContext2D, view: import("./view.js").View, ratio: number) => void}[]} */
    this.above = [];
    /** Device pixels per CSS pixel; 1 while a slow machine moves a fine screen. */
    this.ratio = devicePixelRatio;
    this.busy = "";
    this.colours = { plane: "", dot: "", hatch: "", overlap: "" };
    /** @type {CanvasPattern|null} */
    this.stripes = null;
    /** @type {CanvasPattern|null} */
    this.band = null;
    this.colour();
    app.store.watch(["view"], () => this.#moved());
    app.store.watch(["frame", "reviewing", "candidate", "comparing", "request"], this.redraw);
    new ResizeObserver(() => this.#size(devicePixelRatio)).observe(app.stage);
  }

  /** The theme is another one now. */
  colour() {
    const style = getComputedStyle(document.documentElement);
    this.colours = { plane: getComputedStyle(document.body).backgroundColor, dot: style.getPropertyValue("--dot"), hatch: style.getPropertyValue("--hatch"), overlap: style.getPropertyValue("--overlap") };
    this.stripes = this.band = null;
    this.redraw();
  }

  /** @param {import("./api.js").Changes} change @param {import("./api.js").Frame|null} content */
  change(change, content) {
    this.sheet.spoil();
    this.tiles.change(change.tiles, change.revision, content);
  }

  #moved() {
    if (this.ratio > 1 && this.frames.slow) this.#size(1);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      if (this.ratio !== devicePixelRatio) this.#size(devicePixelRatio);
      this.redraw(); // the second time at this zoom, which makes the sheet
    }, REST);
    this.redraw();
  }

  /** @param {number} ratio */
  #size(ratio) {
    const { clientWidth, clientHeight } = this.app.stage;
    const width = Math.round(clientWidth * ratio), height = Math.round(clientHeight * ratio);
    if (ratio !== this.ratio) this.stripes = this.band = null;
    this.ratio = ratio;
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width; // which empties it
      this.canvas.height = height;
    }
    this.draw();
  }

  draw() {
    cancelAnimationFrame(this.drawing);
    this.drawing = 0;
    const { context, ratio, canvas } = this;
    const { view, frame } = this.app.state;
    context.fillStyle = this.colours.plane;
    context.fillRect(0, 0, canvas.width, canvas.height);
    this.#grid(view);
    if (frame && !this.app.queue.review) this.#hatch(frame, view);
    this.sheet.draw(context, this.tiles, view, ratio);
    if (frame && !this.app.queue.review) this.#overlap(frame, view);
    for (const each of this.above) each.draw(context, view, ratio);
    const busy = String(this.tiles.cache.busy || this.sheet.scale !== view.zoom * ratio || this.above.some((each) => each.busy));
    if (busy !== this.busy) canvas.dataset.busy = this.busy = busy;
    this.frames.count();
  }

  /** Dots on the plane, never too dense. @param {import("./view.js").View} view */
  #grid(view) {
    const { context, ratio, canvas } = this;
    let step = 64 * view.zoom;
    while (step < 28) step *= 4;
    while (step > 120) step /= 4;
    const left = -(((view.x * view.zoom) % step) + step) % step, top = -(((view.y * view.zoom) % step) + step) % step;
    const size = Math.round(1.5 * ratio);
    context.beginPath();
    for (let y = top; y < canvas.height / ratio; y += step)
      for (let x = left; x < canvas.width / ratio; x += step) context.rect(Math.round(x * ratio), Math.round(y * ratio), size, size);
    context.fillStyle = this.colours.dot;
    context.fill();
  }

  /** What of the frame is empty will be painted: it shows as stripes under the picture. @param {import("./api.js").Frame} frame @param {import("./view.js").View} view */
  #hatch(frame, view) {
    const { context, ratio, canvas } = this;
    const scale = view.zoom * ratio;
    const box = placed(frame, originOf(view, scale), scale);
    const left = Math.max(0, box.x), right = Math.min(canvas.width, box.x + box.width);
    const top = Math.max(0, box.y), bottom = Math.min(canvas.height, box.y + box.height);
    if (left >= right || top >= bottom) return;
    this.stripes ??= stripes(this.colours.hatch, ratio, 1);
    this.stripes.setTransform(new DOMMatrix([1, 0, 0, 1, box.x, box.y])); // they move with the frame
    context.fillStyle = this.stripes;
    context.fillRect(left, top, right - left, bottom - top);
  }

  /** What of the picture may be repainted: a band along the sides on which the frame goes on, over the picture, in other stripes. @param {import("./api.js").Frame} frame @param {import("./view.js").View} view */
  #overlap(frame, view) {
    const { context, ratio } = this;
    const { request: { overlap }, canvas } = this.app.state;
    const inner = overlap && canvas?.content ? common(frame, canvas.content) : null;
    if (!inner) return;
    const scale = view.zoom * ratio, origin = originOf(view, scale);
    const outer = placed(inner, origin, scale), kept = placed(without(inner, frame, overlap), origin, scale);
    this.band ??= stripes(this.colours.overlap, ratio, -1);
    this.band.setTransform(new DOMMatrix([1, 0, 0, 1, outer.x, outer.y]));
    context.beginPath();
    context.rect(outer.x, outer.y, outer.width, outer.height);
    if (kept.width > 0 && kept.height > 0) context.rect(kept.x, kept.y, kept.width, kept.height);
    context.fillStyle = this.band;
    context.fill("evenodd");
  }
}

/** The picture without its overlap. @param {import("./api.js").Frame} inner of the picture, in the frame @param {import("./api.js").Frame} frame @param {number} overlap @returns {import("./api.js").Frame} */
function without(inner, frame, overlap) {
  const left = inner.left > frame.left ? overlap : 0, top = inner.top > frame.top ? overlap : 0;
  const right = inner.left + inner.width < frame.left + frame.width ? overlap : 0;
  const bottom = inner.top + inner.height < frame.top + frame.height ? overlap : 0;
  return { left: inner.left + left, top: inner.top + top, width: inner.width - left - right, height: inner.height - top - bottom };
}

/** @param {string} colour @param {number} ratio @param {1|-1} lean to the right or to the left */
function stripes(colour, ratio, lean) {
  const gap = Math.round(14 * ratio);
  const tile = new OffscreenCanvas(gap, gap);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (tile.getContext("2d"));
  context.fillStyle = context.strokeStyle = colour;
  context.fillRect(0, 0, gap, gap);
  context.lineWidth = 4 * ratio;
  context.beginPath();
  for (let at = -gap; at <= 2 * gap; at += gap) {
    context.moveTo(at - gap, lean > 0 ? 2 * gap : -gap);
    context.lineTo(at + 2 * gap, lean > 0 ? -gap : 2 * gap);
  }
  context.stroke();
  return /** @type {CanvasPattern} */ (context.createPattern(tile, "repeat"));
}
