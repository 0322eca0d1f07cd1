// The frame around every screen: navigation, what is wrong, dialogs and words at the edge.
import { html, useEffect, useState } from "../lib/html.js";
import { expired } from "../lib/api.js";
import { lastWorkspace, signIn } from "../lib/auth.js";
import { attempt } from "../lib/commands.js";
import { awaited, useKeys } from "../lib/keys.js";
import { onReturn, state } from "../lib/live.js";
import { look, renewed } from "../lib/parts.js";
import { go, parts } from "../lib/router.js";
import { may } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { style } from "../lib/style.js";
import { Dialogs, ask } from "../ui/dialog.js";
import { Icon } from "../ui/icon.js";
import { Later } from "../ui/later.js";
import { Loading } from "../ui/states.js";
import { Toasts } from "../ui/toast.js";
import { Inbox } from "../inbox/inbox.js";
import { count } from "../inbox/counts.js";
import { last } from "../inbox/layout.js";
import { addressOf } from "../inbox/views.js";
import { begin } from "./begin.js";
import { Bell } from "./bell.js";
import { Logo } from "./logo.js";
import { notice } from "./notice.js";
import { Profile } from "./profile.js";
import { beThere } from "./presence.js";

const dashboard = async () => (await Promise.all([import("../dashboard/dashboard.js"), style("dashboard")]))[0].Dashboard;
const settings = async () => (await Promise.all([import("../settings/settings.js"), style("settings")]))[0].Settings;

/** @type {Record<string, {icon: string, path: string, needs: string | null, screen?: any, load?: () => Promise<any>}>} */
const SCREENS = {
  inbox: { icon: "inbox", path: "/inbox/all", needs: "conversation.read", screen: Inbox },
  dashboard: { icon: "layout-dashboard", path: "/dashboard", needs: "conversation.read", load: dashboard },
  settings: { icon: "settings", path: "/settings", needs: null, load: settings },
};

/** The screens that the user may reach (R162). */
const allowed = () => Object.entries(SCREENS).filter(([, { needs }]) => !needs || may(needs));

export function Shell() {
  const name = parts.value[0];
  const found = allowed().find(([known]) => known === name)?.[1];
  useEffect(() => {
    if (!found) go(allowed()[0][0] === "inbox" ? addressOf(last.peek()) : allowed()[0][1].path, { replace: true });
  }, [name]);
  useEffect(() => {
    void count();
    // A live connection lasts two hours: so often, at least, it is looked which desk there is.
    const stop = [beThere(), notice(), onReturn(() => void look())];
    return () => stop.forEach((one) => one());
  }, []);
  useKeys("shell.keys", keys());
  return html`<div class="shell">
    <a class="skip" href="#content" data-outside>${t("shell.skip")}</a>
    <${Rail} at=${name} />
    <main id="content" class="screen" tabindex="-1">
      <${Notices} />
      ${found?.screen && html`<${found.screen} />`}
      ${found?.load && html`<${Later} key=${name} load=${found.load} meanwhile=${html`<${Loading} />`} />`}
    </main>
    <${Dialogs} /><${Toasts} />
  </div>`;
}

const writes = () => may("conversation.reply") || may("internal.chat");

/** @returns {import("../lib/keys.js").Key[]} */
const keys = () => [
  { on: "Ctrl+k", does: "shell.key_palette", typing: true, run: () => void show("palette") },
  { on: "?", does: "shell.key_help", run: () => void show("help") },
  { on: "c", does: "shell.begin", run: () => writes() && void begin() },
  { on: "g i", does: "shell.key_inbox", run: () => go(addressOf(last.peek())) },
  { on: "g m", does: "shell.key_my_inbox", run: () => go("/inbox/my_inbox") },
  { on: "g d", does: "shell.key_dashboard", run: () => go("/dashboard") },
  { on: "g s", does: "shell.key_settings", run: () => go("/settings") },
];

/** Shows one of the dialogs of the shell. @param {"palette" | "help" | "preferences"} what */
export async function show(what) {
  const loaded = await attempt(() => awaited(() => import(`../dialogs/${what}.js`)));
  if (loaded) await ask((close) => html`<${loaded.View} close=${close} />`);
}

/** @param {{at: string}} props */
function Rail({ at }) {
  return html`<nav class="rail" aria-label=${t("shell.menu")}>
    <a class="rail-logo" href="/" aria-label="Confab"><${Logo} small /></a>
    ${allowed().map(([name, { icon, path }]) => html`
      <a key=${name} href=${name === "inbox" ? addressOf(last.value) : path} class=${`rail-link ${name === at ? "here" : ""}`} aria-current=${name === at ? "page" : undefined}>
        <${Icon} name=${icon} /><span>${t(`shell.${name}`)}</span></a>`)}
    <span class="grow" />
    ${may("conversation.read") && html`<${Bell} />`}
    <${Profile} />
  </nav>`;
}

/** A connection that is lost for a moment is nobody's concern. */
const QUIET = 5_000;

function Notices() {
  const [lost, setLost] = useState(false);
  const offline = state.value === "offline";
  useEffect(() => {
    if (!offline) return setLost(false);
    const timer = setTimeout(() => setLost(true), QUIET);
    return () => clearTimeout(timer);
  }, [offline]);
  if (expired.value) {
    return html`<div class="notice warning" role="alert"><${Icon} name="log-in" /><span>${t("shell.expired")}</span>
      <button class="primary" onClick=${() => signIn(lastWorkspace())}>${t("shell.sign_in_again")}</button></div>`;
  }
  if (offline && lost) return html`<div class="notice" role="status"><${Icon} name="wifi-off" /><span>${t("shell.offline")}</span></div>`;
  return renewed.value && html`<div class="notice" role="status"><${Icon} name="refresh-cw" /><span>${t("shell.renewed")}</span>
    <button type="button" class="primary" onClick=${() => location.reload()}>${t("common.load_again")}</button>
    <button type="button" class="icon-button" aria-label=${t("common.dismiss")} onClick=${() => (renewed.value = false)}><${Icon} name="x" /></button></div>`;
}
