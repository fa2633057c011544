// @ts-check
/**
 * Where the window looks on the plane: pure arithmetic.
 * screen = (plane - view) * zoom, in CSS pixels.
 */
/** @typedef {{x: number, y: number, zoom: number}} View x, y: the plane's point in the window's top left corner. */
/** @typedef {{x: number, y: number}} Point */
/** @typedef {import("./api.js").Frame} Frame */
/** @typedef {{top: number, right: number, bottom: number, left: number}} Inset What panels cover, in CSS pixels. */

const LEAST = 0.02;
const MOST = 32;

/** @param {number} zoom */
const clampZoom = (zoom) => Math.min(MOST, Math.max(LEAST, zoom));

/** @param {View} view @param {Point} plane @returns {Point} */
export const toScreen = (view, plane) => ({ x: (plane.x - view.x) * view.zoom, y: (plane.y - view.y) * view.zoom });

/** @param {View} view @param {Point} screen @returns {Point} */
export const toPlane = (view, screen) => ({ x: screen.x / view.zoom + view.x, y: screen.y / view.zoom + view.y });

/** @param {View} view @param {number} dx @param {number} dy CSS pixels @returns {View} */
export const panned = (view, dx, dy) => ({ ...view, x: view.x - dx / view.zoom, y: view.y - dy / view.zoom });

/** The point under `at` stays where it is; passing 100 % stops there once. @param {View} view @param {Point} at @param {number} factor @returns {View} */
export function zoomed(view, at, factor) {
  let zoom = clampZoom(view.zoom * factor);
  if ((view.zoom - 1) * (zoom - 1) < 0) zoom = 1;
  const fixed = toPlane(view, at);
  return { x: fixed.x - at.x / zoom, y: fixed.y - at.y / zoom, zoom };
}

/** @typedef {{x: number, y: number}} Origin Whole device pixels. */

/** The plane's point in the window's corner, in whole device pixels: whatever is drawn keeps its place among the rest. @param {View} view @param {number} scale device pixels per pixel of the plane @returns {Origin} */
export const originOf = (view, scale) => ({ x: Math.round(view.x * scale), y: Math.round(view.y * scale) });

/** Where a frame is drawn: neighbours share an edge, so no line of background shows between them. @param {Frame} frame @param {Origin} origin @param {number} scale */
export function placed(frame, origin, scale) {
  const x = Math.round(frame.left * scale) - origin.x, y = Math.round(frame.top * scale) - origin.y;
  const right = Math.round((frame.left + frame.width) * scale) - origin.x, bottom = Math.round((frame.top + frame.height) * scale) - origin.y;
  return { x, y, width: right - x, height: bottom - y };
}

/** The whole frame, centred in what the panels leave free, never enlarged. @param {Frame} frame @param {number} width @param {number} height @param {Inset} inset @returns {View} */
export function fitted(frame, width, height, inset) {
  const free = { x: Math.max(60, width - inset.left - inset.right), y: Math.max(60, height - inset.top - inset.bottom) };
  const zoom = clampZoom(Math.min(free.x / frame.width, free.y / frame.height, 1));
  return {
    x: frame.left + frame.width / 2 - (inset.left + free.x / 2) / zoom,
    y: frame.top + frame.height / 2 - (inset.top + free.y / 2) / zoom,
    zoom,
  };
}

/** The level of the tile pyramid that is just fine enough. @param {number} zoom device pixels per pixel of the plane */
export const levelFor = (zoom) => Math.min(23, Math.max(0, Math.floor(Math.log2(1 / zoom) + 1e-6)));
