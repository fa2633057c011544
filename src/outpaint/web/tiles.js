// @ts-check
/** A picture from the server's tile pyramid; what is not there yet is drawn from a coarser tile. */
import { TileCache } from "./cache.js";
import { levelFor, placed } from "./view.js";

/** @typedef {import("./api.js").Frame} Frame */
/** @typedef {{level: number, column: number, row: number}} Spot */

export const SIDE = 256;
/** Of 256 kB each. */
const KEPT = 600;
const COARSER = 6;

export class Tiles {
  /** @param {(spot: Spot, revision: number) => Promise<ImageBitmap|null>} fetch @param {(spot: Spot) => void} arrived @param {() => void} redraw @param {number} top the coarsest level that there is */
  constructor(fetch, arrived, redraw, top) {
    this.redraw = redraw;
    this.top = top;
    this.cache = new TileCache((name) => fetch(spotOf(name), this.revision), KEPT, (name) => arrived(spotOf(name)), redraw);
    this.revision = 0;
    /** @type {Frame|null} */
    this.content = null;
  }

  /** These tiles of level 0, and all above them, look different from `revision` on. @param {[number, number][]|"all"} changed @param {number} revision @param {Frame|null} content */
  change(changed, revision, content) {
    this.revision = revision;
    this.content = content;
    const spots = changed === "all" ? null : new Set(changed.map(([column, row]) => `${column}/${row}`));
    this.cache.spoil((name) => {
      if (changed === "all" || !spots) return true;
      const { level, column, row } = spotOf(name);
      return level === 0 ? spots.has(`${column}/${row}`) : changed.some(([x, y]) => x >> level === column && y >> level === row);
    });
    this.redraw();
  }

  /** The tiles that show a part of the plane. @param {Frame} seen @param {number} scale device pixels per pixel of the plane @returns {Spot[]} */
  over(seen, scale) {
    if (!this.content) return [];
    const level = Math.min(this.top, levelFor(scale));
    const side = SIDE * 2 ** level;
    const { content } = this;
    const left = Math.max(seen.left, content.left), right = Math.min(seen.left + seen.width, content.left + content.width);
    const top = Math.max(seen.top, content.top), bottom = Math.min(seen.top + seen.height, content.top + content.height);
    const spots = [];
    for (let row = Math.floor(top / side); row * side < bottom; row++)
      for (let column = Math.floor(left / side); column * side < right; column++) spots.push({ level, column, row });
    return spots;
  }

  /** Have it, or fetch it. @param {Spot} spot */
  want(spot) {
    this.cache.look(nameOf(spot));
  }

  /** @param {CanvasRenderingContext2D} context @param {Spot} spot @param {import("./view.js").Origin} origin @param {number} scale */
  drawTile(context, spot, origin, scale) {
    const side = SIDE * 2 ** spot.level;
    const { x, y, width, height } = placed({ left: spot.column * side, top: spot.row * side, width: side, height: side }, origin, scale);
    const tile = this.cache.look(nameOf(spot));
    if (tile) {
      if (tile.bitmap) context.drawImage(tile.bitmap, x, y, width, height);
      return;
    }
    for (let up = 1; up <= COARSER && spot.level + up <= this.top; up++) {
      const above = this.cache.peek(nameOf({ level: spot.level + up, column: spot.column >> up, row: spot.row >> up }));
      if (!above) continue;
      const part = SIDE / 2 ** up, mask = 2 ** up - 1;
      if (above.bitmap) context.drawImage(above.bitmap, (spot.column & mask) * part, (spot.row & mask) * part, part, part, x, y, width, height);
      return;
    }
  }
}

/** @param {Spot} spot */
export const nameOf = (spot) => `${spot.level}/${spot.column}/${spot.row}`;

/** @param {string} name @returns {Spot} */
export function spotOf(name) {
  const [level, column, row] = name.split("/").map(Number);
  return { level, column, row };
}
