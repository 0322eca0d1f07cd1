// The frame of the settings: what there is on one side, a page of it on the other.
import { html, useEffect, useState } from "../lib/html.js";
import { useKeys } from "../lib/keys.js";
import { part } from "../lib/parts.js";
import { parts } from "../lib/router.js";
import { may } from "../lib/store.js";
import { add, t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { Empty, Failure, Loading } from "../ui/states.js";
import { problems, settings } from "./en.js";
import { Search, finds } from "./parts.js";

add("settings", settings);
add("problems", problems);

/**
 * What there is, in groups, with the permission that each needs. A page exports `Page`, which is
 * given what the address says beyond its section.
 * @type {Record<string, Record<string, {icon: string, needs?: string, load: () => Promise<any>}>>}
 */
const SECTIONS = {
  you: {
    profile: { icon: "user", load: () => import("./profile.js") },
  },
  workspace: {
    workspace: { icon: "building-2", needs: "settings.manage", load: () => import("./workspace.js") },
    rules: { icon: "sliders-horizontal", needs: "settings.manage", load: () => import("./rules.js") },
    accounts: { icon: "plug", needs: "accounts.read", load: () => import("./accounts.js") },
    fields: { icon: "contact", needs: "settings.manage", load: () => import("./fields.js") },
    links: { icon: "qr-code", needs: "accounts.read", load: () => import("./links.js") },
  },
  people: {
    users: { icon: "user", needs: "users.manage", load: () => import("./users.js") },
    groups: { icon: "users", needs: "groups.manage", load: () => import("./groups.js") },
    roles: { icon: "shield", needs: "roles.manage", load: () => import("./roles.js") },
  },
  answers: {
    responders: { icon: "bot", needs: "faq.manage", load: () => import("./responders.js") },
    faqs: { icon: "book-open", needs: "faq.manage", load: () => import("./faqs.js") },
    test: { icon: "flask-conical", needs: "faq.manage", load: () => import("./test.js") },
    report: { icon: "clipboard-list", needs: "faq.manage", load: () => import("./report.js") },
    snippets: { icon: "zap", needs: "conversation.read", load: () => import("./snippets.js") },
  },
  developers: {
    keys: { icon: "key-round", needs: "keys.manage", load: () => import("./keys.js") },
    audit: { icon: "history", needs: "audit.read", load: () => import("./audit.js") },
    developers: { icon: "link", load: () => import("./developers.js") },
  },
};

const allowed = () => Object.entries(SECTIONS).map(([group, sections]) => ({
  group,
  sections: Object.entries(sections).filter(([, { needs }]) => !needs || may(needs)),
})).filter(({ sections }) => sections.length);

export function Root() {
  const [, named, ...rest] = parts.value;
  const all = allowed().flatMap(({ sections }) => sections);
  const found = all.find(([name]) => name === (named ?? "profile"));
  return html`<div class=${named ? "settings in-page" : "settings"}>
    <${Sections} at=${named ?? "profile"} />
    <div class="settings-page scroll">
      <a class="settings-up" href="/settings"><${Icon} name="arrow-left" />${t("settings.title")}</a>
      ${found
        ? html`<${Section} key=${found[0]} load=${found[1].load} rest=${rest} />`
        : html`<${Empty} icon="lock" title=${t("settings.not_here")} />`}
    </div>
  </div>`;
}

/** @param {{at: string}} props */
function Sections({ at }) {
  const [q, setQ] = useState("");
  const wanted = finds(q);
  const search = () => /** @type {HTMLElement | null} */ (document.querySelector(".settings-nav input"))?.focus();
  useKeys("settings.title", [{ on: "/", does: "settings.search", run: search }]);
  const shown = allowed().map(({ group, sections }) => ({
    group,
    sections: sections.filter(([name]) => wanted(t(`settings.sections.${name}`), t(`settings.found_by.${name}`), t(`settings.groups_of.${group}`))),
  })).filter(({ sections }) => sections.length);
  return html`<nav class="settings-nav scroll" aria-label=${t("settings.title")}>
    <h2>${t("settings.title")}</h2>
    <${Search} label=${t("settings.search")} value=${q} change=${setQ} />
    ${shown.map(({ group, sections }) => html`<div key=${group}><h3>${t(`settings.groups_of.${group}`)}</h3>
      <ul>${sections.map(([name, { icon }]) => html`<li key=${name}>
        <a href=${`/settings/${name}`} class=${name === at ? "here" : ""} aria-current=${name === at ? "page" : undefined}>
          <${Icon} name=${icon} /><span>${t(`settings.sections.${name}`)}</span>
            <${Icon} name="chevron-right" class="small on-phone" /></a></li>`)}</ul></div>`)}
    ${!shown.length && html`<p class="lead">${t("settings.nothing_found")}</p>`}
  </nav>`;
}

/** @param {{load: () => Promise<any>, rest: string[]}} props */
function Section({ load, rest }) {
  const [{ page, failed }, setLoaded] = useState(/** @type {{page?: any, failed?: unknown}} */ ({}));
  const begin = () => part(load).then((page) => setLoaded({ page: page.Page }), (failed) => setLoaded({ failed }));
  useEffect(() => void begin(), []);
  if (failed) return html`<${Failure} failed=${failed} again=${begin} />`;
  return page ? html`<${page} at=${rest} />` : html`<${Loading} />`;
}
