// Files on their way into a message: chosen, pasted or dropped, checked against what the channel
// carries, and uploaded while the user writes on.
import { html } from "../lib/html.js";
import { post } from "../lib/api.js";
import { inWords } from "../lib/commands.js";
import { size } from "../lib/format.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";

/**
 * @typedef {object} Attachment
 * @property {string} id @property {File} file @property {string} kind @property {string} [preview]
 * @property {number} done From 0 to 1. @property {string} [upload] @property {string} [failed]
 */

/** The largest file that the server keeps, in bytes. */
const BYTES_MAX = 16 * 1024 * 1024;
/** The longest name that it takes, in characters. */
const NAME_CHARS_MAX = 200;
/** Headers that only the browser sets. */
const BROWSERS_OWN = new Set(["content-length", "host"]);

/** What a file is to a channel. @param {File} file */
function kindOf(file) {
  const kind = file.type.split("/")[0];
  const shown = kind === "image" && !/svg|heic|tiff/.test(file.type);
  return shown || kind === "video" || kind === "audio" ? kind : "document";
}

/**
 * A file as it would be attached, and whether the channel carries it.
 * @param {File} file @param {any} capabilities
 * @returns {Attachment}
 */
export function attachment(file, capabilities) {
  const kind = kindOf(file);
  /** @type {Attachment} */
  const made = { id: crypto.randomUUID(), file, kind, done: 0 };
  if (kind === "image") made.preview = URL.createObjectURL(file);
  const limits = capabilities?.file_bytes_max;
  if (!file.size) made.failed = t("composer.empty_file");
  if (file.size > BYTES_MAX) made.failed = t("composer.too_large", { max: size(BYTES_MAX), size: size(file.size) });
  if (!limits || made.failed) return made;
  if (!limits[kind] && limits.document && kind !== "document") made.kind = "document";
  const max = limits[made.kind]?.value;
  if (max === undefined) made.failed = t("composer.kind_not_carried", { kind: t(`conversation.kinds.${kind}`) });
  else if (file.size > max) made.failed = t("composer.too_large", { max: size(max), size: size(file.size) });
  return made;
}

/**
 * Uploads a file; `tell` hears how far it is.
 * @param {Attachment} one @param {(change: Partial<Attachment>) => void} tell
 */
export async function upload(one, tell) {
  const mime = one.file.type || "application/octet-stream";
  try {
    const slot = await post("/v1/uploads", { name: one.file.name.slice(0, NAME_CHARS_MAX) || one.kind, mime, bytes: one.file.size });
    await transfer(slot, one.file, (done) => tell({ done }));
    tell({ done: 1, upload: slot.upload });
  } catch (failed) {
    tell({ failed: failed.status === 404 ? t("composer.no_uploads") : inWords(failed) });
  }
}

/** `fetch` does not say how far it is. @param {any} slot @param {File} file @param {(done: number) => void} tell @returns {Promise<void>} */
function transfer(slot, file, tell) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(slot.method ?? "PUT", slot.url);
    for (const [name, value] of Object.entries(slot.headers ?? {})) if (!BROWSERS_OWN.has(name.toLowerCase())) request.setRequestHeader(name, String(value));
    request.upload.onprogress = (event) => event.lengthComputable && tell(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(t("composer.upload_failed"))));
    request.onerror = () => reject(new Error(t("composer.upload_failed")));
    request.send(file);
  });
}

/** As the API is told of it. @param {Attachment} one */
export const body = ({ kind, upload, file }) => ({ kind, upload, name: file.name.slice(0, NAME_CHARS_MAX) || null });

/** As the log shows it meanwhile. @param {Attachment} one */
export const shown = ({ kind, file, preview }) => ({ kind, name: file.name, bytes: file.size, mime: file.type, preview });

/** @param {{files: Attachment[], drop: (id: string) => void}} props */
export function Attachments({ files, drop }) {
  if (!files.length) return null;
  return html`<ul class="attachments" aria-label=${t("composer.attachments")}>${files.map((one) => html`<li key=${one.id} class=${`attachment ${one.failed ? "failed" : ""}`}>
    ${one.preview ? html`<img src=${one.preview} alt="" />` : html`<${Icon} name=${one.kind === "document" ? "file-text" : one.kind === "video" ? "film" : "music"} />`}
    <span class="file-words"><bdi class="file-name">${one.file.name}</bdi>
      <small class=${one.failed ? "error-text" : ""} role=${one.failed ? "alert" : undefined}>${one.failed ?? size(one.file.size)}</small>
      ${!one.failed && !one.upload && html`<progress max="1" value=${one.done} aria-label=${t("composer.uploading")} />`}</span>
    <button type="button" class="icon-button" aria-label=${t("composer.remove_file", { name: one.file.name })} onClick=${() => drop(one.id)}><${Icon} name="x" class="small" /></button>
  </li>`)}</ul>`;
}
