// Where the desk begins: who is here, what they may see, then the shell.
import { html, render } from "./lib/html.js";
import { bearer, returned } from "./lib/auth.js";
import { load } from "./lib/store.js";
import * as live from "./lib/live.js";
import { follow } from "./lib/follow.js";
import { here, parts } from "./lib/router.js";
import { applyTheme } from "./lib/theme.js";
import { Broken, SignIn } from "./shell/sign-in.js";
import { Shell } from "./shell/shell.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));

async function begin() {
  applyTheme();
  if (await returned()) here.value = location.pathname + location.search;
  if (!bearer()) return render(html`<${SignIn} />`, root);
  // The place in the feed comes first: what changes while the rest is loaded is heard of after it.
  await Promise.all([live.mark(), load()]);
  if (parts.value[0] === "print") return render(html`<${(await import("./print/print.js")).Print} />`, root);
  follow();
  render(html`<${Shell} />`, root);
  live.start();
}

begin().catch((failed) => {
  if (failed.status === 401) return render(html`<${SignIn} />`, root);
  render(html`<${Broken} failed=${failed} again=${() => location.reload()} />`, root);
});
