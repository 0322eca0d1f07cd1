// The mark of a channel.
import { html } from "../lib/html.js";
import { known, t } from "../lib/strings.js";
import { Icon } from "./icon.js";

const MARKS = {
  whatsapp: "whatsapp", twilio_whatsapp: "whatsapp", telegram: "telegram", twilio_sms: "sms", sms: "sms",
  web: "web", webchat: "web", widget: "web", internal: "internal",
};

/** What a channel is called. @param {string | null | undefined} channel */
export const channelName = (channel) => (known(`channel.${channel}`) ? t(`channel.${channel}`) : channel ?? "");

/** @param {{channel: string | null | undefined, title?: string}} props `title`: which account of it */
export function ChannelIcon({ channel, title }) {
  const mark = MARKS[channel ?? ""] ?? "web";
  const name = channelName(channel);
  return html`<span class=${`channel-mark ${mark}`} title=${title && title !== name ? `${title} · ${name}` : name}>
    <${Icon} name=${`channel-${mark}`} label=${name} /></span>`;
}
