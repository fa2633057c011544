// @ts-check
/** The frame: eight handles that are real buttons, a grip to move it, its size. */
import { $, make } from "./elements.js";
import { anchorOf, moved, resized, snapped, toMultiple } from "./geometry.js";
import { t } from "./i18n.js";
import { toScreen } from "./view.js";

/** @typedef {import("./geometry.js").Handle} Handle */
/** @type {Handle[]} */
const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];

/** CSS pixels within which an edge is drawn to the picture's. */
const REACH = 6;

/** Put an overlay element over a frame of the plane. @param {HTMLElement} element @param {import("./api.js").Frame} frame @param {import("./view.js").View} view */
export function place(element, frame, view) {
  const corner = toScreen(view, { x: frame.left, y: frame.top });
  element.style.transform = `translate(${Math.round(corner.x)}px, ${Math.round(corner.y)}px)`;
  const width = `${Math.round(frame.width * view.zoom)}px`, height = `${Math.round(frame.height * view.zoom)}px`;
  if (element.style.width !== width) element.style.width = width; // panning needs no layout
  if (element.style.height !== height) element.style.height = height;
}

/** @param {import("./app.js").App} app */
export function frameElement(app) {
  const size = make("button", { className: "size", type: "button" });
  const element = make("div", { id: "frame", role: "group", "aria-label": t("frame") }, size);
  for (const handle of HANDLES) {
    const button = make("button", { type: "button", className: `handle ${handle}`, title: t("handle.hint"), "aria-label": t(`handle.${handle}`) });
    /** @param {import("./api.js").Frame} start @param {number} dx @param {number} dy @param {number} reach pixels of the plane @param {MouseEvent|KeyboardEvent} event */
    const change = (start, dx, dy, reach, event) => {
      const how = { ratio: event.shiftKey && reach > 0, centre: event.altKey };
      const frame = resized(start, handle, dx, dy, how);
      if (event.ctrlKey || event.metaKey) return frame;
      if (app.multiple > 1) {
        const { x, y } = anchorOf(handle, how.centre);
        const wide = how.ratio || /[ew]/.test(handle), tall = how.ratio || /[ns]/.test(handle);
        return toMultiple(frame, app.multiple, { x: wide ? x : null, y: tall ? y : null });
      }
      return how.ratio || how.centre ? frame : snapped(frame, handle, app.state.canvas?.content ?? null, reach);
    };
    drag(button, (start, dx, dy, event) => {
      const zoom = app.state.view.zoom;
      return change(start, dx / zoom, dy / zoom, REACH / zoom, event);
    });
    arrows(button, (frame, dx, dy, event) => {
      const step = event.ctrlKey || event.metaKey ? 1 : Math.max(1, app.multiple / 8);
      return change(frame, dx * step, dy * step, 0, event);
    });
    element.append(button);
  }
  drag(size, (start, dx, dy) => moved(start, Math.round(dx / app.state.view.zoom), Math.round(dy / app.state.view.zoom)));
  arrows(size, (frame, dx, dy) => moved(frame, dx, dy));

  /** @param {HTMLElement} handle @param {(start: import("./api.js").Frame, dx: number, dy: number, event: PointerEvent) => import("./api.js").Frame} change */
  function drag(handle, change) {
    handle.addEventListener("pointerdown", (down) => {
      const start = app.state.frame;
      if (down.button !== 0 || !start) return;
      down.stopPropagation();
      handle.setPointerCapture(down.pointerId);
      const ending = new AbortController();
      const on = (/** @type {string} */ name, /** @type {(event: any) => void} */ see, target = /** @type {EventTarget} */ (handle)) =>
        target.addEventListener(name, see, { signal: ending.signal, capture: target !== handle });
      on("pointermove", (event) => app.store.set({ frame: change(start, event.clientX - down.clientX, event.clientY - down.clientY, event) }));
      on("lostpointercapture", () => ending.abort());
      on("keydown", (event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        app.store.set({ frame: start });
        ending.abort();
      }, window);
    });
  }

  /** @param {HTMLElement} handle @param {(frame: import("./api.js").Frame, dx: number, dy: number, event: KeyboardEvent) => import("./api.js").Frame} change */
  function arrows(handle, change) {
    handle.addEventListener("keydown", (event) => {
      const frame = app.state.frame;
      const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
      if (!frame || !(x || y)) return;
      event.preventDefault();
      event.stopPropagation();
      const far = event.shiftKey ? 64 : 8;
      const now = change(frame, x * far, y * far, event);
      app.store.set({ frame: now });
      app.announce(`${now.width} × ${now.height}`);
    });
  }

  $("overlay").append(element);
  app.store.watch(["view", "frame", "reviewing"], ({ view, frame, reviewing }) => {
    element.hidden = !frame;
    if (!frame) return;
    place(element, frame, view);
    element.classList.toggle("quiet", reviewing !== null);
    element.classList.toggle("small", Math.min(frame.width, frame.height) * view.zoom < 90);
  });
  app.store.watch(["frame", "request", "methods"], ({ frame }) => {
    if (!frame) return;
    const { multiple } = app;
    const fits = frame.width % multiple === 0 && frame.height % multiple === 0;
    size.textContent = `${frame.width} × ${frame.height}${multiple > 1 && fits ? ` · ${multiple}` : ""}`;
    size.title = multiple > 1 ? t("frame.multiple", { multiple }) : "";
    size.setAttribute("aria-label", t("frame.move", { width: frame.width, height: frame.height }));
  });
}
