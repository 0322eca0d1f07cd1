// The menu of whoever is here: whether they are there, how the desk looks, help, the way out.
import { html } from "../lib/html.js";
import { signOut } from "../lib/auth.js";
import { me, nameOf } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Avatar } from "../ui/avatar.js";
import { Menu } from "../ui/menu.js";
import { PRESENCES, chosen, say } from "./presence.js";
import { show } from "./shell.js";

const MARKS = { online: "circle-check", away: "clock", offline: "circle" };

export function Profile() {
  const user = me.value?.user;
  if (!user) return null;
  const items = [
    ...PRESENCES.map((one) => ({
      label: t(`shell.presence_${one}`), icon: MARKS[one], chosen: chosen.value === one, run: () => say(one),
    })),
    { label: t("shell.preferences"), icon: "sliders-horizontal", run: () => void show("preferences") },
    { label: t("shell.keys_help"), icon: "keyboard", run: () => void show("help") },
    { label: t("shell.sign_out"), icon: "log-out", run: () => (say("offline"), signOut()) },
  ];
  const label = `${user.name}: ${t(`shell.presence_${chosen.value}`)}`;
  return html`<${Menu} class="profile" label=${label} items=${items}
    text=${html`<${Avatar} name=${nameOf(user.id)} presence=${chosen.value} /><span class="sr-only">${label}</span>`} />`;
}
