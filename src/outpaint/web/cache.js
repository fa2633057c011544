// @ts-check
/** Pictures of tiles by name: what is wanted is fetched, what failed is tried again later, what was not seen for long goes. */

/** @typedef {{bitmap: ImageBitmap|null, stale: boolean, used: number}} Tile bitmap: null where there is nothing */

const AT_ONCE = 6;
/** Milliseconds until a tile that failed is asked for again; twice as many after every failure. */
const PATIENCE = 1000;
const LONGEST = 16_000;

export class TileCache {
  /** @param {(name: string) => Promise<ImageBitmap|null>} fetch @param {number} kept pictures at most @param {(name: string) => void} arrived @param {() => void} redraw when something failed shall be asked for again */
  constructor(fetch, kept, arrived, redraw) {
    this.fetch = fetch;
    this.kept = kept;
    this.arrived = arrived;
    this.redraw = redraw;
    /** @type {Map<string, Tile>} */
    this.tiles = new Map();
    /** Whether it changed again since it was asked for. @type {Map<string, boolean>} */
    this.loading = new Map();
    /** @type {Map<string, {until: number, tries: number}>} */
    this.failed = new Map();
    /** @type {Set<string>} */
    this.wanted = new Set();
    this.clock = 0;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
  }

  /** True while a tile that should be seen is still on its way. */
  get busy() {
    return this.loading.size > 0 || this.wanted.size > 0;
  }

  /** A new look: nothing is wanted yet. */
  begin() {
    this.clock++;
    this.wanted.clear();
  }

  /** The tile, wanted if it is not here or not fresh. @param {string} name */
  look(name) {
    const tile = this.peek(name);
    if (!tile || tile.stale) this.wanted.add(name);
    return tile;
  }

  /** The tile if it is here. @param {string} name */
  peek(name) {
    const tile = this.tiles.get(name);
    if (tile) tile.used = this.clock;
    return tile;
  }

  /** Those are different now. @param {(name: string) => boolean} changed */
  spoil(changed) {
    for (const [name, tile] of this.tiles) if (changed(name)) tile.stale = true;
    for (const name of this.loading.keys()) if (changed(name)) this.loading.set(name, true);
    this.retry();
  }

  /** Ask again for what failed, now. */
  retry() {
    this.failed.clear();
  }

  /** Fetch what is wanted, a few at a time, and forget what was not seen for longest. */
  end() {
    const now = performance.now();
    let next = Infinity;
    for (const name of this.wanted) {
      const failed = this.failed.get(name);
      if (failed && failed.until > now) {
        next = Math.min(next, failed.until);
        continue;
      }
      if (this.loading.size >= AT_ONCE) break;
      if (!this.loading.has(name)) this.#load(name);
    }
    if (next < Infinity) {
      clearTimeout(this.timer);
      this.timer = setTimeout(this.redraw, next - now + 1);
    }
    if (this.tiles.size > this.kept) {
      const unseen = [...this.tiles].filter(([, tile]) => tile.used < this.clock).sort((a, b) => a[1].used - b[1].used);
      for (const [name] of unseen.slice(0, this.tiles.size - this.kept)) this.#forget(name);
    }
  }

  /** @param {string} name */
  async #load(name) {
    this.loading.set(name, false);
    try {
      const bitmap = await this.fetch(name);
      this.#forget(name);
      this.tiles.set(name, { bitmap, stale: this.loading.get(name) ?? false, used: this.clock });
      this.failed.delete(name);
      this.wanted.delete(name);
    } catch {
      // What was there before stays; the page says when the server is away.
      const tries = (this.failed.get(name)?.tries ?? 0) + 1;
      this.failed.set(name, { until: performance.now() + Math.min(LONGEST, PATIENCE * 2 ** (tries - 1)), tries });
    }
    this.loading.delete(name);
    this.arrived(name);
  }

  /** @param {string} name */
  #forget(name) {
    this.tiles.get(name)?.bitmap?.close();
    this.tiles.delete(name);
  }
}
