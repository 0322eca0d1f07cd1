// Putting the web chat on a page: what to paste where, and a page to try it.
import { html, useState } from "../lib/html.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { Card, Copied } from "./parts.js";

const PLATFORMS = ["html", "wordpress", "shopify", "wix", "squarespace", "joomla"];

/** Where Confab answers. @param {any} account */
const originOf = (account) => new URL(account.webhook).origin;

/** @param {{account: any}} props */
export function Install({ account }) {
  const [platform, setPlatform] = useState("html");
  const origin = originOf(account);
  const snippet = `<script src="${origin}/widget.js" data-account="${account.id}" async></script>`;
  const policy = `script-src ${origin}; connect-src ${origin}`;
  return html`<${Card} title=${t("settings.webchat.install")} text=${t("settings.webchat.install_text")}
      actions=${html`<a class="button" href=${`${origin}/widget/try/${encodeURIComponent(account.id)}`} target="_blank" rel="noopener">
        <${Icon} name="external-link" class="small" />${t("settings.webchat.try")}</a>`}>
    <${Copied} label=${t("settings.webchat.snippet")} text=${snippet} />
    <div class="field"><label for="platform">${t("settings.webchat.platform")}</label>
      <select id="platform" class="short" value=${platform} onChange=${(event) => setPlatform(event.currentTarget.value)}>
        ${PLATFORMS.map((one) => html`<option key=${one} value=${one}>${t(`settings.webchat.platforms.${one}`)}</option>`)}</select>
      <p>${t(`settings.webchat.where.${platform}`)}</p></div>
    <details><summary>${t("settings.webchat.csp")}</summary><${Copied} label=${t("settings.webchat.csp_label")}
        text=${policy} hint=${t("settings.webchat.csp_hint")} /></details>
  <//>`;
}

const COLOUR = /^#[0-9a-f]{6}$/i;
const USUAL = "#3b5bdb";

/** Black or white, whichever is read better on a colour (relative luminance, WCAG 2.2). @param {string} colour */
function readable(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
}

/** What a visitor will see, roughly. @param {{values: Record<string, any>}} props */
export function Preview({ values }) {
  const colour = COLOUR.test(values["settings.colour"]) ? values["settings.colour"] : USUAL;
  const style = { background: colour, color: readable(colour) };
  const side = values["settings.position"] === "left" ? "preview left" : "preview";
  return html`<${Card} title=${t("settings.webchat.preview")}><div class=${side} aria-hidden="true">
    <div class="preview-panel"><b class="clip" dir="auto" style=${style}>${values["settings.title"] || values.name}</b>
      <p dir="auto">${values["settings.greeting"] || t("settings.webchat.greeting")}</p></div>
    <span class="preview-button" style=${style}><${Icon} name="message-circle" /></span></div><//>`;
}
