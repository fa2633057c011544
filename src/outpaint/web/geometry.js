// @ts-check
/** Frames on the plane: pure arithmetic. */
/** @typedef {import("./api.js").Frame} Frame */
/** @typedef {"n"|"ne"|"e"|"se"|"s"|"sw"|"w"|"nw"} Handle */
/** @typedef {"left"|"right"|"up"|"down"|"all"} Direction */

const LEAST_SIDE = 8;

/** @param {number} left @param {number} top @param {number} right @param {number} bottom @returns {Frame} */
const between = (left, top, right, bottom) => ({ left, top, width: right - left, height: bottom - top });

/** @param {Frame} frame @param {number} dx @param {number} dy @returns {Frame} */
export const moved = (frame, dx, dy) => ({ ...frame, left: frame.left + dx, top: frame.top + dy });

/** @param {Frame} a @param {Frame} b */
export const same = (a, b) => a.left === b.left && a.top === b.top && a.width === b.width && a.height === b.height;

/** @param {Frame} frame @param {{x: number, y: number}} point */
export const holds = (frame, { x, y }) =>
  x >= frame.left && y >= frame.top && x < frame.left + frame.width && y < frame.top + frame.height;

/** What both cover, or null. @param {Frame} a @param {Frame} b @returns {Frame|null} */
export function common(a, b) {
  const left = Math.max(a.left, b.left), top = Math.max(a.top, b.top);
  const right = Math.min(a.left + a.width, b.left + b.width), bottom = Math.min(a.top + a.height, b.top + b.height);
  return right > left && bottom > top ? between(left, top, right, bottom) : null;
}

/** Larger on one side or on all. @param {Frame} frame @param {Direction} direction @param {number} amount @param {"px"|"%"} unit @returns {Frame} */
export function extended(frame, direction, amount, unit) {
  const x = Math.round(unit === "%" ? (frame.width * amount) / 100 : amount);
  const y = Math.round(unit === "%" ? (frame.height * amount) / 100 : amount);
  const on = (/** @type {Direction} */ side) => direction === side || direction === "all";
  return between(
    frame.left - (on("left") ? x : 0),
    frame.top - (on("up") ? y : 0),
    frame.left + frame.width + (on("right") ? x : 0),
    frame.top + frame.height + (on("down") ? y : 0),
  );
}

/** The smallest frame of this ratio that has all of the given one in its middle. @param {Frame} frame @param {number} ratio width / height @returns {Frame} */
export function inRatio(frame, ratio) {
  const width = Math.max(frame.width, Math.round(frame.height * ratio));
  const height = Math.max(frame.height, Math.round(frame.width / ratio));
  const left = frame.left - Math.floor((width - frame.width) / 2);
  const top = frame.top - Math.floor((height - frame.height) / 2);
  return { left, top, width, height };
}

/**
 * The nearest frame whose sides are multiples; `anchor` is what of it stays.
 * @typedef {{x: number|null, y: number|null}} Anchor 0 is left or top, 1 right or bottom; null leaves that side as it is
 * @param {Frame} frame @param {number} multiple @param {Anchor} anchor @param {(steps: number) => number} [round] @returns {Frame}
 */
export function toMultiple(frame, multiple, anchor, round = Math.round) {
  if (multiple <= 1) return frame;
  const side = (/** @type {number} */ length, /** @type {number|null} */ at) => (at === null ? length : Math.max(1, round(length / multiple)) * multiple);
  const width = side(frame.width, anchor.x), height = side(frame.height, anchor.y);
  return { left: frame.left + Math.round((frame.width - width) * (anchor.x ?? 0)), top: frame.top + Math.round((frame.height - height) * (anchor.y ?? 0)), width, height };
}

/** What of a frame stays where it is while a handle is dragged. @param {Handle} handle @param {boolean} centre */
export function anchorOf(handle, centre) {
  const x = centre || !/[ew]/.test(handle) ? 0.5 : handle.includes("w") ? 1 : 0;
  const y = centre || !/[ns]/.test(handle) ? 0.5 : handle.includes("n") ? 1 : 0;
  return { x, y };
}

/**
 * A handle dragged by (dx, dy). `ratio` keeps the frame's proportions, `centre` moves the other side as far.
 * @param {Frame} frame @param {Handle} handle @param {number} dx @param {number} dy @param {{ratio?: boolean, centre?: boolean}} [how] @returns {Frame}
 */
export function resized(frame, handle, dx, dy, { ratio = false, centre = false } = {}) {
  const west = handle.includes("w"), east = handle.includes("e");
  const north = handle.includes("n"), south = handle.includes("s");
  const twice = centre ? 2 : 1;
  let width = Math.max(LEAST_SIDE, frame.width + (east ? dx : west ? -dx : 0) * twice);
  let height = Math.max(LEAST_SIDE, frame.height + (south ? dy : north ? -dy : 0) * twice);
  if (ratio) {
    const wide = east || west, tall = north || south;
    const scale = wide && tall ? Math.max(width / frame.width, height / frame.height) : wide ? width / frame.width : height / frame.height;
    width = Math.max(LEAST_SIDE, frame.width * scale);
    height = Math.max(LEAST_SIDE, frame.height * scale);
  }
  width = Math.round(width);
  height = Math.round(height);
  const { x, y } = anchorOf(handle, centre);
  return {
    left: Math.round(frame.left + (frame.width - width) * x),
    top: Math.round(frame.top + (frame.height - height) * y),
    width,
    height,
  };
}

/** The edges of `frame` that `handle` moves, drawn to those of `target` if they are nearer than `reach`. @param {Frame} frame @param {Handle} handle @param {Frame|null} target @param {number} reach @returns {Frame} */
export function snapped(frame, handle, target, reach) {
  if (!target) return frame;
  let { left, top } = frame, right = left + frame.width, bottom = top + frame.height;
  const xs = [target.left, target.left + target.width], ys = [target.top, target.top + target.height];
  const near = (/** @type {number} */ value, /** @type {number[]} */ lines) => lines.find((line) => Math.abs(line - value) <= reach) ?? value;
  if (handle.includes("w")) left = near(left, xs);
  if (handle.includes("e")) right = near(right, xs);
  if (handle.includes("n")) top = near(top, ys);
  if (handle.includes("s")) bottom = near(bottom, ys);
  return right - left >= LEAST_SIDE && bottom - top >= LEAST_SIDE ? between(left, top, right, bottom) : frame;
}
