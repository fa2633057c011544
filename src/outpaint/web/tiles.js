// @ts-check
/** Draws the canvas from the server's tile pyramid; what is not there yet is drawn from a coarser tile. */
import { api } from "./api.js";
import { levelFor, toPlane } from "./view.js";

/** @typedef {import("./api.js").Frame} Frame */
/** @typedef {{level: number, column: number, row: number}} Spot */
/** @typedef {{bitmap: ImageBitmap|null, revision: number, stale: boolean, used: number}} Tile */

export const SIDE = 256;
const KEPT = 600;
const AT_ONCE = 6;

export class Tiles {
  /** @param {() => void} redraw called when a tile has come */
  constructor(redraw) {
    this.redraw = redraw;
    /** @type {Map<string, Tile>} */
    this.tiles = new Map();
    this.loading = new Set();
    /** @type {Spot[]} */
    this.wanted = [];
    this.clock = 0;
    this.revision = 0;
    /** @type {Frame|null} */
    this.content = null;
  }

  /** True while a tile that should be seen is still on its way. */
  get busy() {
    return this.loading.size > 0 || this.wanted.length > 0;
  }

  /** These tiles of level 0, and all above them, look different from `revision` on. @param {[number, number][]|"all"} changed @param {number} revision @param {Frame|null} content */
  change(changed, revision, content) {
    this.revision = revision;
    this.content = content;
    if (changed === "all") for (const tile of this.tiles.values()) tile.stale = true;
    else {
      const spots = new Set(changed.map(([column, row]) => `${column}/${row}`));
      for (const [key, tile] of this.tiles) {
        if (tile.stale) continue;
        const [level, column, row] = key.split("/").map(Number);
        if (level === 0) tile.stale = spots.has(`${column}/${row}`);
        else tile.stale = changed.some(([x, y]) => x >> level === column && y >> level === row);
      }
    }
    this.redraw();
  }

  /** @param {CanvasRenderingContext2D} context in device pixels @param {import("./view.js").View} view @param {number} ratio device pixels per CSS pixel */
  draw(context, view, ratio) {
    this.clock++;
    this.wanted = [];
    if (!this.content) return;
    const { width, height } = context.canvas;
    const scale = view.zoom * ratio;
    const level = levelFor(scale);
    const side = SIDE * 2 ** level;
    const end = toPlane(view, { x: width / ratio, y: height / ratio });
    const left = Math.max(view.x, this.content.left), right = Math.min(end.x, this.content.left + this.content.width);
    const top = Math.max(view.y, this.content.top), bottom = Math.min(end.y, this.content.top + this.content.height);
    context.imageSmoothingEnabled = scale < 2;
    context.imageSmoothingQuality = "medium";
    for (let row = Math.floor(top / side); row * side < bottom; row++)
      for (let column = Math.floor(left / side); column * side < right; column++)
        this.#drawTile(context, { level, column, row }, view, scale);
    this.#load();
    this.#trim();
  }

  /** @param {CanvasRenderingContext2D} context @param {Spot} spot @param {import("./view.js").View} view @param {number} scale */
  #drawTile(context, spot, view, scale) {
    const tile = this.tiles.get(key(spot));
    if (tile) tile.used = this.clock;
    if (!tile || tile.stale) this.wanted.push(spot);
    const side = SIDE * 2 ** spot.level;
    // Whole device pixels: neighbours share an edge, so no line of background shows between them.
    const x = Math.round((spot.column * side - view.x) * scale), y = Math.round((spot.row * side - view.y) * scale);
    const right = Math.round(((spot.column + 1) * side - view.x) * scale), bottom = Math.round(((spot.row + 1) * side - view.y) * scale);
    if (tile) {
      if (tile.bitmap) context.drawImage(tile.bitmap, x, y, right - x, bottom - y);
      return;
    }
    for (let up = 1; up <= 6 && spot.level + up <= 23; up++) {
      const above = this.tiles.get(`${spot.level + up}/${spot.column >> up}/${spot.row >> up}`);
      if (!above) continue;
      above.used = this.clock;
      const part = SIDE / 2 ** up;
      const mask = 2 ** up - 1;
      if (above.bitmap) context.drawImage(above.bitmap, (spot.column & mask) * part, (spot.row & mask) * part, part, part, x, y, right - x, bottom - y);
      return;
    }
  }

  #load() {
    while (this.loading.size < AT_ONCE && this.wanted.length) {
      const spot = /** @type {Spot} */ (this.wanted.shift());
      const name = key(spot);
      if (this.loading.has(name)) continue;
      this.loading.add(name);
      const revision = this.revision;
      api
        .tile(spot.level, spot.column, spot.row, revision)
        .then((bitmap) => {
          this.tiles.get(name)?.bitmap?.close();
          this.tiles.set(name, { bitmap, revision, stale: revision !== this.revision, used: this.clock });
        })
        .catch(() => {
          // Shown as empty until the canvas changes or the page asks again; the page says when the server is away.
          if (!this.tiles.has(name)) this.tiles.set(name, { bitmap: null, revision, stale: false, used: this.clock });
        })
        .finally(() => {
          this.loading.delete(name);
          this.redraw();
        });
    }
  }

  #trim() {
    if (this.tiles.size <= KEPT) return;
    const oldest = [...this.tiles].filter(([, tile]) => tile.used < this.clock).sort((a, b) => a[1].used - b[1].used);
    for (const [name, tile] of oldest.slice(0, this.tiles.size - KEPT)) {
      tile.bitmap?.close();
      this.tiles.delete(name);
    }
  }
}

/** @param {Spot} spot */
const key = (spot) => `${spot.level}/${spot.column}/${spot.row}`;
