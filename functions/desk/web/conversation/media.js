// Files of a message: pictures, sound, film, documents, each with what downloads it (R072).
import { html, useEffect, useState } from "../lib/html.js";
import { whereTo } from "../lib/api.js";
import { attempt, loaded } from "../lib/commands.js";
import { size } from "../lib/format.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";

/**
 * @typedef {object} File
 * @property {"image" | "video" | "audio" | "voice" | "document" | "sticker"} kind
 * @property {string | null} [mime] @property {string | null} [name] @property {number | null} [bytes]
 * @property {string} [url] @property {"pending" | "ready" | "failed"} [state] @property {string} [problem]
 * @property {string} [preview] Of a file that is not sent yet.
 */

/** Addresses work for five minutes; they are asked for again before. */
const KNOWN_FOR = 4 * 60_000;
/** @type {Map<string, {at: number, address: Promise<string>}>} */
const addresses = new Map();

/** Where a file can be had for the next minutes. @param {string} url @returns {Promise<string>} */
export function address(url) {
  const known = addresses.get(url);
  if (known && Date.now() - known.at < KNOWN_FOR) return known.address;
  const asked = url.startsWith("/v1/") ? whereTo(url) : Promise.resolve(url);
  addresses.set(url, { at: Date.now(), address: asked });
  asked.catch(() => addresses.delete(url));
  return asked;
}

/** Saves a file under its name. @param {File} file */
export const download = (file) => attempt(async () => {
  const found = await fetch(await address(file.url ?? ""));
  if (!found.ok) throw new Error(t("conversation.file_gone"));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await found.blob());
  link.download = nameOf(file).replace(/[\\/:*?"<>|\u0000-\u001f\u202a-\u202e\u2066-\u2069]/g, "_");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
});

/** @param {File} file */
export const nameOf = (file) => file.name || t(`conversation.kinds.${file.kind}`);

/** @param {{files: File[]}} props */
export function Files({ files }) {
  const pictures = files.filter((file) => file.kind === "image" && (file.url || file.preview));
  return html`<div class="files">${files.map((file, at) => html`<${One} key=${at} file=${file} pictures=${pictures} />`)}</div>`;
}

/** @param {{file: File, pictures: File[]}} props */
function One({ file, pictures }) {
  if (file.state === "pending") return html`<${Plain} file=${file} says=${t("conversation.file_pending")} icon="clock" />`;
  if (file.state === "failed") return html`<${Plain} file=${file} says=${t("conversation.file_failed")} detail=${file.problem} icon="triangle-alert" />`;
  if (!file.url && !file.preview) return html`<${Plain} file=${file} says="" icon="file" />`;
  if (file.kind === "image" || file.kind === "sticker") return html`<${Picture} file=${file} pictures=${pictures} />`;
  if (file.kind === "video" || file.kind === "audio" || file.kind === "voice") return html`<${Player} file=${file} />`;
  return html`<${Plain} file=${file} says="" icon="file-text" />`;
}

/** @param {{file: File}} props */
const Download = ({ file }) => file.url && html`<button type="button" class="icon-button" title=${t("conversation.download")}
  aria-label=${t("conversation.download_of", { name: nameOf(file) })} onClick=${() => download(file)}><${Icon} name="download" /></button>`;

/** @param {{file: File, says: string, detail?: string, icon: string}} props */
function Plain({ file, says, detail, icon }) {
  return html`<div class=${`file ${file.state ?? ""}`}><${Icon} name=${icon} />
    <span class="file-words"><bdi class="file-name" title=${nameOf(file)}>${nameOf(file)}</bdi>
      <small>${[says, file.bytes ? size(file.bytes) : "", file.mime].filter(Boolean).join(" · ")}</small>
      ${detail && html`<small dir="auto">${detail}</small>`}</span>
    ${file.state !== "pending" && file.state !== "failed" && html`<${Download} file=${file} />`}</div>`;
}

/** The address of a file once it is known; null while it is asked for, and what failed. @param {File} file */
function useAddress(file) {
  const [found, setFound] = useState(/** @type {{src: string | null, failed?: boolean}} */ ({ src: file.preview ?? null }));
  useEffect(() => {
    if (!file.url) return;
    let here = true;
    address(file.url).then((src) => here && setFound({ src }), () => here && setFound({ src: null, failed: true }));
    return () => void (here = false);
  }, [file.url]);
  return found;
}

/** @param {{file: File, pictures: File[]}} props */
function Picture({ file, pictures }) {
  const { src, failed } = useAddress(file);
  const [broken, setBroken] = useState(false);
  if (failed || broken) return html`<${Plain} file=${file} says=${t("conversation.file_gone")} icon="image" />`;
  const show = async () => {
    const viewer = await loaded(() => import("../dialogs/viewer.js"));
    viewer?.view(pictures.length ? pictures : [file], Math.max(0, pictures.indexOf(file)));
  };
  const label = t("conversation.open_picture", { name: nameOf(file) });
  return html`<div class=${`picture ${file.kind}`}>
    <button type="button" aria-label=${label} onClick=${show} disabled=${!src}>
      ${src && html`<img src=${src} alt=${file.name ?? ""} loading="lazy" decoding="async" onError=${() => setBroken(true)} />`}</button>
    <${Download} file=${file} /></div>`;
}

/** @param {{file: File}} props */
function Player({ file }) {
  const [src, setSrc] = useState(file.preview ?? "");
  const play = () => attempt(async () => setSrc(await address(file.url ?? "")));
  if (!src) {
    return html`<div class="file"><button type="button" class="icon-button" aria-label=${t("conversation.play_of", { name: nameOf(file) })} onClick=${play}>
        <${Icon} name=${file.kind === "video" ? "film" : "play"} /></button>
      <span class="file-words"><bdi class="file-name">${nameOf(file)}</bdi><small>${[t("conversation.play"), file.bytes ? size(file.bytes) : ""].filter(Boolean).join(" · ")}</small></span>
      <${Download} file=${file} /></div>`;
  }
  const tag = file.kind === "video" ? "video" : "audio";
  return html`<div class="player">${tag === "video" ? html`<video src=${src} controls autoplay playsinline />` : html`<audio src=${src} controls autoplay />`}
    <${Download} file=${file} /></div>`;
}
