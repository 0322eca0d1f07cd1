// Channel accounts: how they are asked for and changed.
import { get, put } from "../lib/api.js";
import { accounts, may } from "../lib/store.js";

/** Asks for the accounts as they are now. */
export async function refresh() {
  accounts.value = (await get("/v1/accounts")).items;
  return accounts.value;
}

/** Whether accounts are changed here: by whoever may, where the server can. */
export const mayManage = () => may("accounts.manage");

/** Where a provider is to send what happens. @param {any} account */
export const webhookOf = (account) => account.webhook;

/** How a channel is set up, with the addresses of an account. Markdown. @param {any} channel @param {string} id */
export const guideOf = (channel, id) => channel.set_up.replaceAll("https://YOUR-CONFAB", location.origin).replace(/\bACCOUNT\b/g, () => id);

/** @param {any} account @param {object} changes What takes the place of what there is. */
export const save = (account, changes) => put(`/v1/accounts/${encodeURIComponent(account.id)}`, {
  channel: account.channel, name: account.name, settings: account.settings ?? {},
  ...(account.templates ? { templates: account.templates } : {}), ...changes,
});
