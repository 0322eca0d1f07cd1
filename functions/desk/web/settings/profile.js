// Whoever is here: their name, whether they are there, how they want to be told.
import { html, useState } from "../lib/html.js";
import { get, put } from "../lib/api.js";
import { single } from "../lib/keys.js";
import { pref } from "../lib/prefs.js";
import { accounts, me } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { choose, theme } from "../lib/theme.js";
import { wants } from "../shell/notice.js";
import { PRESENCES, chosen, say } from "../shell/presence.js";
import { Avatar } from "../ui/avatar.js";
import { ChannelIcon } from "../ui/channel.js";
import { confirmed } from "../ui/dialog.js";
import { Choice, Count, Form, Segmented, Several, Switch, useForm } from "./form.js";
import { Asked, Card, Page as Frame, useAsked } from "./parts.js";

export function Page() {
  const user = me.value?.user;
  const asked = useAsked(() => get("/v1/me/notifications"));
  if (!user) return null;
  return html`<${Frame} title=${t("settings.sections.profile")} text=${t("settings.profile.text")}>
    <${Card}>
      <div class="row"><${Avatar} name=${user.name} />
        <span class="grow"><b dir="auto">${user.name}</b><br /><small>${user.email || user.id}</small></span>
        <span class="badge">${me.value?.role?.name}</span></div>
      <${Presence} />
    <//>
    <${Here} />
    ${user.licensed
      ? html`<${Asked} asked=${asked}>${(said) => html`<${Mail} said=${said} />`}<//>`
      : html`<p class="lead">${t("settings.profile.unlicensed")}</p>`}
  <//>`;
}

function Presence() {
  const options = PRESENCES.map((value) => ({ value, label: t(`settings.profile.${value}`) }));
  return html`<div class="column tight"><span class="label" aria-hidden="true">${t("settings.profile.presence")}</span>
    <${Segmented} label=${t("settings.profile.presence")} value=${chosen.value} options=${options} change=${say} />
    <small>${t("settings.profile.presence_hint")}</small></div>`;
}

const { badge, desktop, sound } = wants;
const enterSends = pref("enter_sends", true);

/** What holds in this browser alone. */
function Here() {
  const [denied, setDenied] = useState("Notification" in window && Notification.permission === "denied");
  const ask = async (on) => {
    if (on && (await Notification.requestPermission()) !== "granted") return setDenied(true);
    desktop.value = on;
  };
  const themes = ["auto", "light", "dark"].map((value) => ({ value, label: t(`settings.profile.theme_${value}`) }));
  return html`<${Card} title=${t("settings.profile.here")} text=${t("settings.profile.here_text")}>
    <div class="column tight"><span class="label" aria-hidden="true">${t("settings.profile.theme")}</span>
      <${Segmented} label=${t("settings.profile.theme")} value=${theme.value} options=${themes} change=${choose} /></div>
    <${Switch} label=${t("settings.profile.enter")} hint=${t("settings.profile.enter_hint")} checked=${enterSends.value}
        change=${(on) => (enterSends.value = on)} />
    <${Switch} label=${t("settings.profile.keys")} hint=${t("settings.profile.keys_hint")} checked=${single.value}
        change=${(on) => (single.value = on)} />
    ${"Notification" in window && html`<${Switch} label=${t("settings.profile.desktop")} checked=${desktop.value && !denied}
        change=${ask}
      hint=${t("settings.profile.desktop_hint")} error=${denied ? t("settings.profile.desktop_denied") : null} />`}
    <${Switch} label=${t("settings.profile.sound")} checked=${sound.value} change=${(on) => (sound.value = on)} />
    <${Switch} label=${t("settings.profile.badge")} hint=${t("settings.profile.badge_hint")} checked=${badge.value}
        change=${(on) => (badge.value = on)} />
  <//>`;
}

/** R175: for which accounts e-mail is sent; taking some away is confirmed. @param {{said: any}} props */
function Mail({ said }) {
  const all = accounts.value.map((account) => account.id);
  const form = useForm(said, async (_, values) => {
    const only = values.accounts?.only;
    if (only && values.email !== "off" && !(await agreed(all, only))) return false;
    return put("/v1/me/notifications", values);
  });
  const { values, set } = form;
  const emails = ["default", "on", "off"].map((value) => ({ value, label: t(`settings.profile.email_${value}`) }));
  const chosen = values.accounts === "all" ? all : (values.accounts?.only ?? []);
  return html`<${Form} form=${form}><${Card} title=${t("settings.profile.told")} text=${t("settings.profile.told_text")}>
    <${Choice} form=${form} name="email" label=${t("settings.profile.email")} options=${emails} />
    ${values.email !== "off" && html`
      <${Count} form=${form} name="digest_minutes" label=${t("settings.profile.digest")} hint=${t("settings.profile.digest_hint")}
          min="1" max="1440" />
      <${Switch} label=${t("settings.profile.all_accounts")} checked=${values.accounts === "all"}
        change=${(on) => set("accounts", on ? "all" : { only: all })} />
      ${values.accounts !== "all" && html`<${Several} legend=${t("settings.profile.accounts")} chosen=${chosen}
        change=${(only) => set("accounts", { only })}
        options=${accounts.value.map((account) => ({ value: account.id, label: html`<${ChannelIcon} channel=${account.channel} /> ${account.name}` }))} />`}`}
    <${Switch} label=${t("settings.profile.list")} hint=${t("settings.profile.list_hint")} checked=${values.desktop}
        change=${(on) => set("desktop", on)} />
  <//><//>`;
}

/** @param {string[]} ids */
const namesOf = (ids) => accounts.value.filter((one) => ids.includes(one.id)).map((one) => one.name).join(", ");

/** @param {string[]} all @param {string[]} only */
const agreed = (all, only) => only.length === all.length || confirmed({
  title: t("settings.profile.confirm"),
  text: t("settings.profile.confirm_text", { n: only.length, names: namesOf(only) || t("settings.profile.none") }),
  yes: t("common.save"),
});
