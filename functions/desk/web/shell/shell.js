// The frame around every screen: navigation, what is wrong, dialogs and words at the edge.
import { html, useEffect } from "../lib/html.js";
import { expired } from "../lib/api.js";
import { lastWorkspace, signIn, signOut } from "../lib/auth.js";
import { state } from "../lib/live.js";
import { go, parts } from "../lib/router.js";
import { may, me, nameOf } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { choose, theme } from "../lib/theme.js";
import { Avatar } from "../ui/avatar.js";
import { Dialogs } from "../ui/dialog.js";
import { Icon } from "../ui/icon.js";
import { Menu } from "../ui/menu.js";
import { Toasts } from "../ui/toast.js";
import { Dashboard } from "../dashboard/dashboard.js";
import { Inbox } from "../inbox/inbox.js";
import { Settings } from "../settings/settings.js";
import { Logo } from "./logo.js";

const SCREENS = {
  inbox: { icon: "inbox", path: "/inbox/all", needs: "conversation.read", screen: Inbox },
  dashboard: { icon: "layout-dashboard", path: "/dashboard", needs: "conversation.read", screen: Dashboard },
  settings: { icon: "settings", path: "/settings", needs: null, screen: Settings },
};

/** The screens that the user may reach (R162). */
const allowed = () => Object.entries(SCREENS).filter(([, { needs }]) => !needs || may(needs));

export function Shell() {
  const name = parts.value[0];
  const found = allowed().find(([known]) => known === name);
  useEffect(() => {
    if (!found) go(allowed()[0][1].path, { replace: true });
  }, [name]);
  return html`<div class="shell">
    <a class="skip" href="#content">${t("shell.skip")}</a>
    <${Rail} at=${name} />
    <main id="content" class="screen" tabindex="-1">
      <${Notices} />
      ${found && html`<${found[1].screen} />`}
    </main>
    <${Dialogs} /><${Toasts} />
  </div>`;
}

/** @param {{at: string}} props */
function Rail({ at }) {
  return html`<nav class="rail" aria-label=${t("shell.menu")}>
    <a class="rail-logo" href="/" aria-label="Confab"><${Logo} small /></a>
    ${allowed().map(([name, { icon, path }]) => html`
      <a key=${name} href=${path} class=${`rail-link ${name === at ? "here" : ""}`} aria-current=${name === at ? "page" : undefined}>
        <${Icon} name=${icon} /><span>${t(`shell.${name}`)}</span></a>`)}
    <span class="grow" />
    <${Profile} />
  </nav>`;
}

function Profile() {
  const user = me.value?.user;
  if (!user) return null;
  const themes = ["auto", "light", "dark"].map((one) => ({
    label: t(`shell.theme_${one}`), chosen: theme.value === one, run: () => choose(one),
  }));
  const items = [...themes, { label: t("shell.sign_out"), icon: "log-out", run: signOut }];
  return html`<${Menu} class="profile" label=${user.name} items=${items}
    text=${html`<${Avatar} name=${nameOf(user.id)} id=${user.id} />`} />`;
}

function Notices() {
  if (expired.value) {
    return html`<div class="notice warning" role="alert"><span>${t("shell.expired")}</span>
      <button class="primary" onClick=${() => signIn(lastWorkspace())}>${t("shell.sign_in_again")}</button></div>`;
  }
  return state.value === "offline" && html`<div class="notice quiet" role="status">${t("shell.offline")}</div>`;
}
