// @ts-check
/** Where the stage looks, and moving there smoothly. */
import { fitted, zoomed } from "./view.js";

/** Milliseconds. */
const GLIDE = 200;

export class Camera {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this.app = app;
    /** @type {object|null} */
    this.gliding = null;
  }

  /** Show the frame, or all that is painted. @param {import("./api.js").Frame|null} [what] something else */
  fit(what) {
    const { app } = this;
    const box = what ?? app.state.frame ?? app.state.canvas?.content;
    if (box) this.glide(fitted(box, app.stage.clientWidth, app.stage.clientHeight, app.covered()));
  }

  /** @param {number} factor */
  zoom(factor) {
    const { clientWidth: width, clientHeight: height } = this.app.stage;
    this.halt();
    this.app.store.set({ view: zoomed(this.app.state.view, { x: width / 2, y: height / 2 }, factor) });
  }

  /** Move there, or be there at once for those who want less motion. @param {import("./view.js").View} to */
  glide(to) {
    const { app } = this;
    const from = app.state.view;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return app.store.set({ view: to });
    const start = performance.now();
    const gliding = (this.gliding = {});
    const frame = (/** @type {number} */ now) => {
      if (this.gliding !== gliding) return;
      const part = Math.min(1, Math.max(0, now - start) / GLIDE);
      const ease = 1 - (1 - part) ** 3;
      const zoom = from.zoom * (to.zoom / from.zoom) ** ease;
      // The centre travels straight on the screen's plane while the zoom changes.
      const { clientWidth: w, clientHeight: h } = app.stage;
      const centre = (/** @type {import("./view.js").View} */ v) => ({ x: v.x + w / 2 / v.zoom, y: v.y + h / 2 / v.zoom });
      const a = centre(from), b = centre(to);
      const view = { x: a.x + (b.x - a.x) * ease - w / 2 / zoom, y: a.y + (b.y - a.y) * ease - h / 2 / zoom, zoom };
      app.store.set({ view: part < 1 ? view : to });
      if (part < 1) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  /** A gesture took over. */
  halt() {
    this.gliding = null;
  }
}
