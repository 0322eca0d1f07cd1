// The words of channels and their accounts, in English.

export const accounts = {
  channels: { whatsapp: "WhatsApp", telegram: "Telegram", twilio_sms: "SMS by Twilio", twilio_whatsapp: "WhatsApp by Twilio", webchat: "Web chat" },
  accounts: {
    text: "The numbers, bots and pages on which customers write to you.",
    connect: "Connect a channel", disabled: "Off", id: "Known as", id_hint: "Letters, digits, - _ . It stands in the webhook's address and cannot be changed later.", missing: "There is no account {id}.", name: "Name", name_hint: "What your team calls it.",
    no_notices: "The provider has said nothing beside messages.", none: "No channel yet", none_text: "Connect a phone number, a bot or your web page. It takes a few minutes.", notices: "Provider notices", notices_text: "What the provider said about the account itself: quality, limits, templates, bans.",
    read_only: "Accounts are changed by whoever may manage channel accounts.", set_up: "How it is set up", settings: "Settings", webhook: "Webhook", webhook_hint: "The provider calls it with what customers write. It checks who calls by the account's secrets.", webhook_label: "Address to paste at the provider",
  },
  needs: {
    phone_number_id: "Phone number ID", business_account_id: "Business account ID", app_secret: "App secret", verify_token: "Verify token", access_token: "Access token", bot_token: "Bot token", secret_token: "Secret token", account_sid: "Account SID", from: "Number (from)",
    messaging_service_sid: "Messaging service SID", auth_token: "Auth token", secondary_auth_token: "Secondary auth token", allowed_origins: "Pages that may show it", identity_secret: "Identity secret", title: "Title", greeting: "Greeting", colour: "Colour", position: "Corner",
    ask_name: "Ask for a name first", ask_email: "Ask for an e-mail first", offline: "Said outside opening hours",
  },
  needs_hints: {
    verify_token: "Any word of your own; the provider repeats it.", secret_token: "1 to 256 letters, digits, _ or - of your own.", allowed_origins: "Origins such as https://shop.example, separated by spaces; * for any.",
    identity_secret: "At least 32 characters. Your server signs with it who a visitor is; keep it to yourself.", from: "With the country code, such as +12028831111.", greeting: "The first thing a visitor reads.", title: "On top of the chat.",
  },
  needs_one_of: "One of these is needed: {keys}.",
  position: { default: "As usual (right)", left: "Left", right: "Right" },
  secret_hint: "Encrypted before it is stored, and never shown again.",
  secret_kept: "Leave it empty to keep what is stored.",
  connect: {
    title: "Connect a channel", text: "Choose a channel, give it what it needs, and send the first message.",
    done: "Done", heard_message: "The first message is here. It works.", heard_notice: "The provider has called. It works.", open: "Open it", paste: "Tell the provider where to call", paste_text: "Paste this address where the set-up page says, and save it there.", save: "Connect",
    step_1: "Channel", step_2: "Keys", step_3: "First message", try: "Try it", try_text: "Write to it as a customer would, from a phone or the web page.", waiting: "Waiting for the first webhook…",
  },
  templates: {
    title: "Templates", text: "What may be sent when a window is closed, as the provider has approved it.",
    add: "Add a template", approval: "Approval", approved: "Approved", authentication: "Authentication", body: "Text", body_hint: "With {{1}}, {{2}}… for what is filled in. It is shown before sending; the provider sends its own.", category: "Category", language: "Language", marketing: "Marketing",
    name: "Name", new: "New template", none: "None yet.", parameters: "Placeholders", paused: "Paused", pending: "Pending", rejected: "Rejected", unknown: "Confab was not told of any, so the provider decides. List them here to offer them as forms.", utility: "Utility",
  },
  webchat: {
    install: "Put it on your page", install_text: "One line, once. It loads after your page and takes nothing from it.", snippet: "The line to paste", try: "Try it", platform: "Your page is made with", csp: "Your page has a content security policy?", csp_label: "Add to it",
    platforms: { html: "HTML", wordpress: "WordPress", shopify: "Shopify", wix: "Wix", squarespace: "Squarespace", joomla: "Joomla" },
    where: {
      html: "Before </body> on every page that is to have the chat.", wordpress: "In the theme's footer.php before </body>, or with a plugin for header and footer code. Clear the cache after it.", shopify: "Online Store, Themes, Edit code, layout/theme.liquid, before </body>.",
      wix: "Settings, Custom code, Add, Body – end, on all pages. It needs a connected domain.", squarespace: "Settings, Advanced, Code injection, Footer.", joomla: "Extensions, Templates, index.php of the template, before </body>; or a Custom HTML module with text filters off.",
    },
  },
  links: {
    text: "A tap or a scan, and a customer writes to you: for signatures, posters, packages.",
    download: "Download as SVG", kind: "Kind", link: "Link", messenger: "Messenger", qr: "QR code of {link}", sms: "SMS", telegram: "Telegram", whatsapp: "WhatsApp", words: "What is written already (optional)", words_hint: "The customer can change it before sending.",
    to_messenger: "Page name", to_messenger_hint: "As in m.me/name.", to_sms: "Phone number", to_sms_hint: "With the country code.", to_telegram: "Bot or user name", to_telegram_hint: "Without @.", to_whatsapp: "Phone number", to_whatsapp_hint: "With the country code.",
  },
};
