// Pictures, large: arrow keys for the next, plus and minus to zoom, drag to move.
import { html, useEffect, useRef, useState } from "../lib/html.js";
import { t } from "../lib/strings.js";
import { ask } from "../ui/dialog.js";
import { Icon } from "../ui/icon.js";
import { address, download, nameOf } from "../conversation/media.js";

/** @import { File } from "../conversation/media.js" */

const ZOOMS = [1, 1.5, 2, 3, 5];

/** @param {File[]} files @param {number} first */
export const view = (files, first) => ask((close) => html`<${Viewer} files=${files} first=${first} close=${close} />`);

/** @param {{files: File[], first: number, close: () => void}} props */
function Viewer({ files, first, close }) {
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [at, setAt] = useState(first);
  const [zoom, setZoom] = useState(0);
  const [src, setSrc] = useState("");
  const file = files[at];
  useEffect(() => box.current?.showModal(), []);
  useEffect(() => {
    let here = true;
    setZoom(0);
    setSrc("");
    address(file.url ?? file.preview ?? "").then((found) => here && setSrc(found), () => {});
    return () => void (here = false);
  }, [file]);
  const go = (step) => setAt((at + step + files.length) % files.length);
  const closer = (step) => setZoom(Math.min(ZOOMS.length - 1, Math.max(0, zoom + step)));
  const keys = (event) => {
    const deed = { ArrowRight: () => go(1), ArrowLeft: () => go(-1), "+": () => closer(1), "=": () => closer(1), "-": () => closer(-1), d: () => download(file) }[event.key];
    if (!deed || (zoom > 0 && event.key.startsWith("Arrow"))) return;
    event.preventDefault();
    deed();
  };
  const button = (icon, label, run, disabled = false) =>
    html`<button type="button" class="icon-button" aria-label=${label} title=${label} disabled=${disabled} onClick=${run}><${Icon} name=${icon} /></button>`;
  return html`<dialog class="viewer" ref=${box} aria-label=${nameOf(file)} onKeyDown=${keys} onCancel=${(event) => (event.preventDefault(), close())}>
    <header><bdi class="clip grow">${nameOf(file)}</bdi>
      ${files.length > 1 && html`<span>${at + 1} / ${files.length}</span>`}
      ${button("minus", t("conversation.zoom_out"), () => closer(-1), zoom === 0)}
      ${button("plus", t("conversation.zoom_in"), () => closer(1), zoom === ZOOMS.length - 1)}
      ${button("download", t("conversation.download"), () => download(file))}
      ${button("x", t("common.close"), () => close())}</header>
    <div class="viewer-stage scroll" tabindex="0" onClick=${(event) => event.target === event.currentTarget && close()}>
      ${src && html`<img src=${src} alt=${nameOf(file)} style=${zoom ? { width: `${ZOOMS[zoom] * 100}%`, maxWidth: "none", maxHeight: "none" } : { width: "", maxWidth: "", maxHeight: "" }}
        onClick=${() => setZoom(zoom ? 0 : 2)} />`}</div>
    ${files.length > 1 && html`<span class="viewer-side start">${button("chevron-left", t("conversation.previous"), () => go(-1))}</span>
      <span class="viewer-side end">${button("chevron-right", t("conversation.next"), () => go(1))}</span>`}
  </dialog>`;
}
