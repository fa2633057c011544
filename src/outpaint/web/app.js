// @ts-check
/** What can be done on the page, whoever asks for it: a key, a button, a pointer or another page's event. */
import { api, ApiError } from "./api.js";
import { Camera } from "./camera.js";
import { common, extended, inRatio, toMultiple } from "./geometry.js";
import { t } from "./i18n.js";
import { kept } from "./kept.js";
import { FINAL, Queue } from "./queue.js";
import { Store } from "./store.js";

/** @typedef {import("./api.js").Frame} Frame */
/** @typedef {import("./api.js").Job} Job */
/** @typedef {"frame"|"hand"|"mask"|"eraser"} Tool */
/**
 * @typedef {{
 *   view: import("./view.js").View, tool: Tool, brush: number,
 *   frame: Frame|null, amount: number, unit: "px"|"%",
 *   canvas: import("./api.js").Canvas|null, methods: import("./api.js").Method[], layer: number|null, request: Omit<import("./api.js").Request, "frame">,
 *   jobs: Job[], reviewing: Job["id"]|null, candidate: number, comparing: boolean, wheel: "zoom"|"pan", letters: boolean,
 * }} State
 */

/** What of the frame stays where it is when it becomes larger on a side. @type {Record<import("./geometry.js").Direction, import("./geometry.js").Anchor>} */
const ANCHORS = { left: { x: 1, y: null }, right: { x: 0, y: null }, up: { x: null, y: 1 }, down: { x: null, y: 0 }, all: { x: 0.5, y: 0.5 } };

export class App {
  constructor() {
    /** @type {Store<State>} */
    this.store = new Store(
      /** @type {State} */ ({
        view: { x: -400, y: -300, zoom: 1 }, tool: "frame", brush: 60,
        frame: null, amount: 50, unit: "%",
        canvas: null, methods: [], layer: null, request: { method: "patch", prompt: "", negative: "", seed: 0, count: 3, overlap: 0, settings: {} },
        jobs: [], reviewing: null, candidate: 0, comparing: false,
        wheel: kept("wheel") === "pan" ? "pan" : "zoom", letters: kept("letters") !== "off",
      }),
    );
    /** Set by main.js. */
    this.stage = /** @type {HTMLElement} */ (document.getElementById("stage"));
    this.covered = () => ({ top: 0, right: 0, bottom: 0, left: 0 });
    /** @type {(change: import("./api.js").Changes, canvas: import("./api.js").Canvas) => void} */
    this.changed = () => {};
    /** Until every stroke of the mask has arrived: what is asked for after one comes after it. @type {() => Promise<void>} */
    this.settled = () => Promise.resolve();
    this.refreshing = Promise.resolve();
    /** Photos that are on their way, until the frame is round them. */
    this.importing = 0;
    this.camera = new Camera(this);
    this.queue = new Queue(this);
  }

  get state() {
    return this.store.state;
  }

  // Telling

  /** For screen readers. @param {string} text */
  announce(text) {
    const live = document.getElementById("live");
    if (live && live.textContent !== text) live.textContent = text;
  }

  /** For everybody, for a while. @param {string} text @param {number} [long] milliseconds */
  notify(text, long = 7000) {
    const notice = /** @type {HTMLElement} */ (document.getElementById("notice"));
    notice.textContent = text;
    notice.hidden = false;
    clearTimeout(this.noticed);
    if (long < Infinity) this.noticed = setTimeout(() => this.calm(), long);
  }

  /** There is nothing to tell any more. */
  calm() {
    /** @type {HTMLElement} */ (document.getElementById("notice")).hidden = true;
  }

  /** Run it; say what went wrong. @template R @param {() => Promise<R>} work @returns {Promise<R|undefined>} */
  async attempt(work) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const away = document.documentElement.dataset.connected === "false"; // which is said until it is over
      this.notify(error.message || t("offline"), away ? Infinity : undefined);
    }
  }

  // What the server has

  /** Look at what changed since the last time; calls wait for each other. @param {boolean} [whole] as if nothing were known: another server may have answered before */
  refresh(whole = false) {
    const look = async () => {
      const before = whole ? null : this.state.canvas;
      const canvas = await api.canvas();
      if (before && before.revision === canvas.revision) return;
      const change = await api.changes(before?.revision ?? 0);
      this.store.set({ canvas });
      this.changed(whole ? { ...change, tiles: "all", mask: "all" } : change, canvas);
      if (!this.state.frame && canvas.content && !this.importing) {
        this.store.set({ frame: canvas.content });
        this.camera.fit();
      }
    };
    const after = this.refreshing.catch(() => {}); // whoever asked then was told
    return (this.refreshing = after.then(() => this.attempt(look)));
  }

  /** Everything that the server knows, at the start and after it was away. */
  async reload() {
    await this.refresh(true);
    await this.attempt(async () => this.store.set({ methods: await api.methods() }));
    await this.attempt(async () => {
      const jobs = await api.jobs();
      const known = new Map(jobs.map((job) => [job.id, job]));
      this.store.set({ jobs: this.state.jobs.filter((job) => known.has(job.id)) });
      if (this.queue.review === null && this.state.reviewing !== null) this.store.set({ reviewing: null, candidate: 0, comparing: false });
      const shown = new Set(this.state.jobs.map((job) => job.id));
      for (const job of jobs) if (shown.has(job.id) || !FINAL.includes(job.state)) this.queue.receive(job);
    });
  }

  // Photos

  /** @param {File|Blob} file @param {{x: number, y: number}} [at] a point of the plane; beside the content without one */
  async importPhoto(file, at) {
    this.announce(t("importing"));
    /** @type {{left: number, top: number}|undefined} */
    let corner;
    if (at && this.state.canvas?.content) {
      const picture = await createImageBitmap(file).catch(() => null); // a kind that only the server can open
      const { width = 0, height = 0 } = picture ?? {};
      picture?.close();
      corner = { left: Math.round(at.x - width / 2), top: Math.round(at.y - height / 2) };
    }
    this.importing++; // the events may tell of it before the answer comes, and the frame is set once
    try {
      const done = await this.attempt(() => api.importPhoto(file, corner));
      if (!done) return;
      await this.refresh();
      this.store.set({ frame: done.frame });
      this.camera.fit();
      this.announce(t("imported", { width: done.frame.width, height: done.frame.height }));
      this.stage.focus();
    } finally {
      this.importing--;
    }
  }

  // The frame

  /** What a direction or a ratio starts from: the part of the frame that has content. */
  base() {
    const { frame, canvas } = this.state;
    if (!frame) return canvas?.content ?? null;
    return (canvas?.content && common(frame, canvas.content)) ?? frame;
  }

  /** What the server told of a method. @param {string} [name] the one that is chosen */
  method(name = this.state.request.method) {
    return this.state.methods.find((each) => each.name === name);
  }

  /** What the sides of a frame are multiples of, for the method that is chosen. */
  get multiple() {
    return this.method()?.multiple ?? 1;
  }

  /** @param {import("./geometry.js").Direction} direction */
  async extend(direction) {
    const base = this.base();
    if (!base) return this.notify(t("empty"));
    const before = base, was = this.state.frame;
    const frame = extended(base, direction, this.state.amount, this.state.unit);
    this.store.set({ frame: toMultiple(frame, this.multiple, ANCHORS[direction], Math.ceil) });
    this.camera.fit();
    if (await this.queue.outpaint(before)) return;
    this.store.set({ frame: was });
    this.camera.fit();
  }

  /** @param {number} ratio */
  shape(ratio) {
    const base = this.base();
    if (!base) return this.notify(t("empty"));
    this.store.set({ frame: toMultiple(inRatio(base, ratio), this.multiple, ANCHORS.all, Math.ceil) });
    this.camera.fit();
  }

  /** @param {number} dx @param {number} dy */
  nudge(dx, dy) {
    const { frame } = this.state;
    if (frame) this.store.set({ frame: { ...frame, left: frame.left + dx, top: frame.top + dy } });
  }

  // Steps

  /** @param {"undo"|"redo"} which */
  async step(which, count = 1) {
    await this.settled();
    if (!(await this.attempt(() => api[which](count)))) return;
    await this.refresh();
    this.announce(t(which === "undo" ? "undone" : "redone"));
  }

  /** Whether the server did it. @param {Record<string, any>} command */
  async command(command) {
    await this.settled();
    const done = await this.attempt(() => api.command(command));
    await this.refresh();
    return Boolean(done);
  }
}
