// What developers begin with: where the API is, how to call it, what is told of changes.
import { html } from "../lib/html.js";
import { may, me } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { Card, Copied, Page as Frame } from "./parts.js";

export function Page() {
  const origin = location.origin;
  const call = `curl ${origin}/v1/conversations -H "authorization: Bearer $CONFAB_KEY"`;
  return html`<${Frame} title=${t("settings.sections.developers")} text=${t("settings.developers.text")}>
    <${Card} title=${t("settings.developers.api")} text=${t("settings.developers.api_text")}
        actions=${html`<a class="button" href="/v1/openapi.json" target="_blank" rel="noopener">
          <${Icon} name="external-link" class="small" />openapi.json</a>`}>
      <${Copied} label=${t("settings.developers.base")} text=${`${origin}/v1`} />
      <${Copied} label=${t("settings.developers.workspace")} text=${me.value?.workspace.id ?? ""} />
      <${Copied} label=${t("settings.developers.call")} text=${call} />
      ${may("keys.manage") && html`<p><a href="/settings/keys">${t("settings.developers.key")}</a></p>`}
    <//>
    <${Card} title=${t("settings.developers.events")} text=${t("settings.developers.events_text")}>
      <${Copied} label=${t("settings.developers.feed")}
          text=${`curl "${origin}/v1/events?after=$NEXT" -H "authorization: Bearer $CONFAB_KEY"`}
          hint=${t("settings.developers.feed_hint")} />
    <//>
    ${may("accounts.read") && html`<${Card} title=${t("settings.developers.web")} text=${t("settings.developers.web_text")}><p>
      <a href="/settings/accounts">${t("settings.sections.accounts")}</a></p><//>`}
  <//>`;
}
