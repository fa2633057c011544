// @ts-check
/** The stage in the hand: wheel, drag, pinch, drop and paste. */
import { FIELD } from "./actions.js";
import { common, holds, moved } from "./geometry.js";
import { panned, toPlane, zoomed } from "./view.js";

/** CSS pixels that a click may move. */
const STILL = 4;

/** @param {import("./app.js").App} app @param {import("./mask.js").Mask} mask */
export function bindPointer(app, mask) {
  const { stage, store } = app;
  /** @type {Map<number, {x: number, y: number}>} */
  const down = new Map();
  /** @type {null | {move: (at: {x: number, y: number}, event: PointerEvent) => void, end?: () => void, cancel?: () => void}} */
  let gesture = null;
  let space = false;
  /** Where the pointer is over the stage, for what is pasted. @type {{x: number, y: number}|null} */
  let last = null;
  const at = (/** @type {MouseEvent} */ event) => {
    const box = stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    app.camera.halt();
    const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    const dx = event.deltaX * lines, dy = event.deltaY * lines;
    // A pinch on a trackpad arrives as Ctrl and small steps.
    const zooms = event.ctrlKey || event.metaKey || app.state.wheel === "zoom";
    if (!zooms) return store.set({ view: panned(app.state.view, event.shiftKey ? -dy : -dx, event.shiftKey ? 0 : -dy) });
    const step = Math.max(-120, Math.min(120, dy));
    store.set({ view: zoomed(app.state.view, at(event), Math.exp(-step * (event.ctrlKey && Math.abs(dy) < 40 ? 0.01 : 0.0018))) });
  }, { passive: false });

  stage.addEventListener("pointerdown", (event) => {
    if (event.button > 1) return;
    const target = /** @type {Element} */ (event.target);
    if (target.closest("button, input")) return;
    if (document.activeElement !== stage) stage.focus({ preventScroll: true });
    event.preventDefault();
    app.camera.halt();
    stage.setPointerCapture(event.pointerId);
    down.set(event.pointerId, at(event));
    if (down.size === 2) {
      gesture?.cancel?.();
      gesture = pinch();
    } else if (down.size === 1) gesture = begin(event);
    stage.classList.toggle("dragging", gesture !== null);
  });

  stage.addEventListener("pointermove", (event) => {
    const point = at(event);
    last = point;
    mask.hover(app.state.tool === "mask" || app.state.tool === "eraser" ? point : null);
    stage.classList.toggle("inside", app.state.tool === "frame" && !!app.state.frame && holds(app.state.frame, toPlane(app.state.view, point)));
    if (!down.has(event.pointerId)) return;
    down.set(event.pointerId, point);
    gesture?.move(point, event);
  });

  const up = (/** @type {PointerEvent} */ event) => {
    if (!down.delete(event.pointerId)) return;
    if (event.type === "pointercancel") gesture?.cancel?.();
    else gesture?.end?.();
    gesture = down.size === 1 ? pan([...down.values()][0]) : null;
    stage.classList.toggle("dragging", gesture !== null);
  };
  stage.addEventListener("pointerup", up);
  stage.addEventListener("pointercancel", up);
  stage.addEventListener("pointerleave", () => {
    last = null;
    mask.hover(null);
  });
  stage.addEventListener("dblclick", (event) => {
    const { frame, tool, view } = app.state;
    const point = toPlane(view, at(event));
    if (tool !== "frame" || !frame || holds(frame, point)) return;
    store.set({ frame: around(frame, point) });
  });

  /** @param {PointerEvent} event */
  function begin(event) {
    const start = at(event);
    const { tool, frame, view } = app.state;
    const plane = toPlane(view, start);
    if (event.button === 1 || space || tool === "hand") return pan(start);
    if (tool === "mask" || tool === "eraser") return mask.stroke(plane, tool === "mask" ? "add" : "erase");
    if (!frame || app.queue.review) return pan(start);
    if (!holds(frame, plane)) return { ...pan(start), end: () => reach(start, plane) };
    return {
      move(/** @type {{x: number, y: number}} */ point) {
        const zoom = app.state.view.zoom;
        store.set({ frame: moved(frame, Math.round((point.x - start.x) / zoom), Math.round((point.y - start.y) / zoom)) });
      },
      cancel: () => store.set({ frame }),
    };
  }

  /** A click on the empty plane, so near that the frame would hold something of the picture, moves it there. @param {{x: number, y: number}} start @param {{x: number, y: number}} plane */
  function reach(start, plane) {
    const { frame, canvas } = app.state;
    if (!last || Math.hypot(last.x - start.x, last.y - start.y) > STILL || !frame || !canvas?.content) return;
    const there = around(frame, plane);
    if (!holds(canvas.content, plane) && common(there, canvas.content)) store.set({ frame: there });
  }

  /** @param {{x: number, y: number}} from */
  function pan(from) {
    return {
      move(/** @type {{x: number, y: number}} */ point) {
        store.set({ view: panned(app.state.view, point.x - from.x, point.y - from.y) });
        from = point;
      },
    };
  }

  function pinch() {
    const look = () => {
      const [a, b] = [...down.values()];
      return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.max(10, Math.hypot(a.x - b.x, a.y - b.y)) };
    };
    let before = look();
    return {
      move() {
        if (down.size < 2) return;
        const now = look();
        store.set({ view: zoomed(panned(app.state.view, now.x - before.x, now.y - before.y), now, now.apart / before.apart) });
        before = now;
      },
    };
  }

  addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (event.key === " " && !target.closest("button, input, textarea, select, dialog, [role=tab]")) {
      event.preventDefault();
      space = true;
      stage.classList.add("space");
    }
    if (event.key === "Escape" && gesture?.cancel) {
      event.preventDefault();
      gesture.cancel();
      gesture = null;
    }
  }, { capture: true });
  addEventListener("keyup", (event) => {
    if (event.key !== " ") return;
    space = false;
    stage.classList.remove("space");
  });

  const drop = /** @type {HTMLElement} */ (document.getElementById("drop"));
  const inField = (/** @type {Event} */ event) => event.target instanceof Element && event.target.closest(FIELD);
  const files = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!files(event) && inField(event)) return;
    event.preventDefault();
    drop.hidden = !files(event);
  });
  addEventListener("dragleave", (event) => event.relatedTarget || (drop.hidden = true));
  addEventListener("drop", async (event) => {
    if (!files(event) && inField(event)) return;
    event.preventDefault();
    drop.hidden = true;
    const point = toPlane(app.state.view, at(event));
    const [first, ...others] = event.dataTransfer?.files ?? [];
    if (first) await app.importPhoto(first, point);
    for (const file of others) await app.importPhoto(file); // beside it
  });
  addEventListener("paste", async (event) => {
    if (inField(event) && event.clipboardData?.types.includes("text/plain")) return; // which may have a picture beside its words
    const { width, height } = stage.getBoundingClientRect(), inset = app.covered();
    const free = { x: (inset.left + width - inset.right) / 2, y: (inset.top + height - inset.bottom) / 2 };
    const point = toPlane(app.state.view, last ?? free);
    const [first, ...others] = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (first) await app.importPhoto(first, point);
    for (const file of others) await app.importPhoto(file);
  });
}

/** @param {import("./api.js").Frame} frame @param {{x: number, y: number}} point @returns {import("./api.js").Frame} as large, with the point in its middle */
const around = (frame, { x, y }) => ({ ...frame, left: Math.round(x - frame.width / 2), top: Math.round(y - frame.height / 2) });
