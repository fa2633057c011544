// @ts-check
/** What the frame shows, to the system's clipboard as a PNG. It comes back as any picture does: by the browser's paste event. */
import { api } from "./api.js";
import { t } from "./i18n.js";

/** Whether it lies in the clipboard now. @param {import("./app.js").App} app */
export async function copy(app) {
  const { frame } = app.state;
  if (!frame) return false;
  if (!navigator.clipboard?.write) { // an address that the browser does not call secure
    app.notify(t("clipboard.none"));
    return false;
  }
  const picture = api.file(api.exportUrl("frame", "png", frame, null)).then(({ blob }) => blob);
  try {
    // Safari wants to be asked within the key's event, so it is given the promise.
    await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
  } catch (error) {
    const there = await app.attempt(() => picture); // which says what the server had against it
    if (there) app.notify(t("clipboard.refused"));
    return false;
  }
  app.announce(t("clipboard.copied", { width: frame.width, height: frame.height }));
  return true;
}

/** The same, and nothing stays there of any layer that is seen and not locked. @param {import("./app.js").App} app */
export async function cut(app) {
  const { frame } = app.state;
  if (!frame || !(await copy(app))) return;
  if (await app.command({ kind: "Erase", layer: null, frame })) app.announce(t("clipboard.cut"));
}
