// @ts-check
/**
 * The picture at the zoom of the moment, a good deal larger than the window: panning copies from it and draws nothing.
 * While the zoom changes, the tiles are drawn straight into the window.
 */
import { nameOf, SIDE } from "./tiles.js";
import { levelFor, originOf, placed } from "./view.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./tiles.js").Spot} Spot */

/** Device pixels around the window. */
const MARGIN = 256;

export class Sheet {
  /** @param {() => void} redraw */
  constructor(redraw) {
    this.redraw = redraw;
    this.canvas = document.createElement("canvas");
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    /** Of the plane, at the sheet's corner, in device pixels. */
    this.origin = { x: 0, y: 0 };
    this.scale = 0;
    this.asked = 0;
    /** Tiles that came since the sheet was drawn. @type {Map<string, Spot>} */
    this.came = new Map();
  }

  /** @param {Spot} spot */
  arrived(spot) {
    this.came.set(nameOf(spot), spot);
    this.redraw();
  }

  /** Nothing of what is on the sheet holds any more. */
  spoil() {
    this.scale = 0;
  }

  /** @param {CanvasRenderingContext2D} target in device pixels @param {import("./tiles.js").Tiles} tiles @param {View} view @param {number} ratio device pixels per CSS pixel */
  draw(target, tiles, view, ratio) {
    const { width, height } = target.canvas;
    const scale = view.zoom * ratio, origin = originOf(view, scale);
    const still = scale === this.asked;
    this.asked = scale;
    target.imageSmoothingEnabled = scale < 2;
    target.imageSmoothingQuality = "low"; // a tile is never drawn at less than half its size
    const spots = tiles.over({ left: origin.x / scale, top: origin.y / scale, width: width / scale, height: height / scale }, scale);
    tiles.cache.begin();
    if (!still) for (const spot of spots) tiles.drawTile(target, spot, origin, scale);
    else {
      if (!this.#covers(origin, width, height, scale)) this.#paint(tiles, origin, width, height, scale);
      else this.#patch(tiles, scale);
      for (const spot of spots) tiles.want(spot);
      target.drawImage(this.canvas, origin.x - this.origin.x, origin.y - this.origin.y, width, height, 0, 0, width, height);
    }
    tiles.cache.end();
  }

  /** @param {import("./view.js").Origin} origin @param {number} width @param {number} height @param {number} scale */
  #covers(origin, width, height, scale) {
    const x = origin.x - this.origin.x, y = origin.y - this.origin.y;
    return scale === this.scale && x >= 0 && y >= 0 && x + width <= this.canvas.width && y + height <= this.canvas.height;
  }

  /** @param {import("./tiles.js").Tiles} tiles @param {import("./view.js").Origin} origin @param {number} width @param {number} height @param {number} scale */
  #paint(tiles, origin, width, height, scale) {
    const wide = width + 2 * MARGIN, tall = height + 2 * MARGIN;
    if (this.canvas.width !== wide || this.canvas.height !== tall) {
      this.canvas.width = wide;
      this.canvas.height = tall;
    } else this.context.clearRect(0, 0, wide, tall);
    this.origin = { x: origin.x - MARGIN, y: origin.y - MARGIN };
    this.scale = scale;
    this.came.clear();
    this.context.imageSmoothingEnabled = scale < 2;
    this.context.imageSmoothingQuality = "low";
    const seen = { left: this.origin.x / scale, top: this.origin.y / scale, width: wide / scale, height: tall / scale };
    for (const spot of tiles.over(seen, scale)) tiles.drawTile(this.context, spot, this.origin, scale);
    tiles.cache.wanted.clear(); // what can be seen comes first; the margin comes when it is near
  }

  /** Put in what came, finer or coarser: a coarser tile stands in for those below it. @param {import("./tiles.js").Tiles} tiles @param {number} scale */
  #patch(tiles, scale) {
    const level = levelFor(scale);
    for (const spot of this.came.values()) {
      if (spot.level !== level) continue;
      const side = SIDE * 2 ** level;
      const box = placed({ left: spot.column * side, top: spot.row * side, width: side, height: side }, this.origin, scale);
      this.context.clearRect(box.x, box.y, box.width, box.height);
      tiles.drawTile(this.context, spot, this.origin, scale);
    }
    this.came.clear();
  }
}
