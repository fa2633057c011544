// @ts-check
/** How many pictures a second the stage really draws while something moves; shown if somebody asked for it. */
import { $ } from "./elements.js";
import { keep, kept } from "./kept.js";

/** A pause longer than this, in milliseconds, is rest. */
const REST = 250;
/** Frames that the figure is made of. */
const LAST = 120;
const SLOW = 24;

export class Frames {
  constructor() {
    /** Milliseconds from one frame to the next. @type {number[]} */
    this.gaps = [];
    this.last = 0;
    this.told = 0;
    this.show(kept("frames") === "on");
  }

  /** @param {boolean} on */
  show(on) {
    keep("frames", on ? "on" : "off");
    $("frames").hidden = !on;
    this.shown = on;
  }

  /** One was drawn. */
  count(now = performance.now()) {
    const gap = now - this.last;
    this.last = now;
    if (gap > REST) return;
    this.gaps.push(gap);
    if (this.gaps.length > LAST) this.gaps.shift();
    if (!this.shown || now - this.told < 500) return;
    this.told = now;
    const { mean, slowest } = this.figures();
    $("frames").textContent = `${Math.round(mean)} fps · ${Math.round(slowest)} ms`;
    $("frames").dataset.fps = mean.toFixed(1);
  }

  /** Of the last frames: how many a second, and the longest wait for one but for the worst twentieth. */
  figures() {
    const gaps = [...this.gaps].sort((a, b) => a - b);
    const sum = gaps.reduce((all, gap) => all + gap, 0);
    return { mean: sum ? (1000 * gaps.length) / sum : 0, slowest: gaps[Math.floor(gaps.length * 0.95)] ?? 0 };
  }

  /** Whether the last few came too slowly for a smooth movement. */
  get slow() {
    const few = this.gaps.slice(-8);
    return few.length === 8 && few.reduce((all, gap) => all + gap, 0) / 8 > SLOW;
  }
}
