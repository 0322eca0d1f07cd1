// Where the desk begins: who is here, what they may see, then the shell.
import { html, render } from "./lib/html.js";
import { bearer, returned } from "./lib/auth.js";
import { load } from "./lib/store.js";
import * as live from "./lib/live.js";
import { follow } from "./lib/follow.js";
import { arrive, parts } from "./lib/router.js";
import { style } from "./lib/style.js";
import { applyTheme } from "./lib/theme.js";
import { Broken, SignIn } from "./shell/sign-in.js";
import { Shell } from "./shell/shell.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));

async function begin() {
  applyTheme();
  if (await returned()) arrive();
  if (!bearer()) return render(html`<${SignIn} />`, root);
  // The place in the feed comes first: what changes while the rest is loaded is heard of after it.
  await Promise.all([live.mark(), load()]);
  if (parts.value[0] === "print") return print();
  follow();
  render(html`<${Shell} />`, root);
  live.start();
}

async function print() {
  const [{ Print }] = await Promise.all([import("./print/print.js"), style("conversation"), style("print")]);
  render(html`<${Print} />`, root);
}

begin().catch((failed) => {
  if (failed.status === 401) return render(html`<${SignIn} />`, root);
  render(html`<${Broken} failed=${failed} again=${() => location.reload()} />`, root);
});
