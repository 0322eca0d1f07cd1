// Putting the web chat on a page: what to paste where, and a page to try it.
import { html, useState } from "../lib/html.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { Card, Copied } from "./parts.js";

const PLATFORMS = ["html", "wordpress", "shopify", "wix", "squarespace", "joomla"];

/** Where Confab answers. @param {any} account */
function originOf(account) {
  const webhook = account.webhook ?? account.webhook_url;
  return webhook ? new URL(webhook).origin : location.origin;
}

/** @param {{account: any}} props */
export function Install({ account }) {
  const [platform, setPlatform] = useState("html");
  const origin = originOf(account);
  const snippet = `<script src="${origin}/widget.js" data-account="${account.id}" async></script>`;
  const policy = `script-src ${origin}; connect-src ${origin} ${origin.replace(/^http/, "ws")}; img-src ${origin} blob:`;
  return html`<${Card} title=${t("settings.webchat.install")} text=${t("settings.webchat.install_text")}
      actions=${html`<a class="button" href=${`${origin}/widget/try/${encodeURIComponent(account.id)}`} target="_blank" rel="noopener"><${Icon} name="external-link" class="small" />${t("settings.webchat.try")}</a>`}>
    <${Copied} label=${t("settings.webchat.snippet")} text=${snippet} />
    <div class="field"><label for="platform">${t("settings.webchat.platform")}</label>
      <select id="platform" class="short" value=${platform} onChange=${(event) => setPlatform(event.currentTarget.value)}>
        ${PLATFORMS.map((one) => html`<option key=${one} value=${one}>${t(`settings.webchat.platforms.${one}`)}</option>`)}</select>
      <p>${t(`settings.webchat.where.${platform}`)}</p></div>
    <details><summary>${t("settings.webchat.csp")}</summary><${Copied} label=${t("settings.webchat.csp_label")} text=${policy} /></details>
  <//>`;
}
