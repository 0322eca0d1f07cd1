// The words of the settings, in English: a section of `strings/en.js` that is loaded with them.
import { rules } from "./en-rules.js";
import { accounts } from "./en-accounts.js";
import { answers } from "./en-answers.js";

const frame = {
  title: "Settings",
  actions: "Actions",
  back: "Back",
  changed_meanwhile: "Somebody changed this meanwhile. Load what they made of it; what you changed here is lost then.",
  choose: "Choose…",
  copied: "Copied",
  copy: "Copy",
  deleted: "Deleted",
  discard: "Discard",
  load_theirs: "Load theirs",
  not_here: "There is no such page, or your role does not show it",
  nothing_found: "Nothing found",
  optional: "{label} (optional)",
  search: "Search settings",
  unsaved: "Not saved yet",
  unsaved_leave: "Leave",
  unsaved_text: "What you have changed here is not saved.",
  unsaved_title: "Leave without saving?",
  zone: "Time zone",
  zone_hint: "Type a city, such as Berlin.",
  zone_now: "It is {time} there now.",
  groups_of: { you: "You", workspace: "Workspace", people: "People", answers: "Answers", developers: "Developers" },
  sections: {
    profile: "Profile and notifications", workspace: "Name and hours", rules: "Rules", accounts: "Channel accounts", links: "Links and QR codes",
    users: "Users", groups: "Groups", roles: "Roles", responders: "Autoresponders", faqs: "FAQs", test: "Test console", report: "Report",
    snippets: "Snippets", keys: "API keys", audit: "Audit", developers: "For developers",
  },
  /** Further words that a section is found by. */
  found_by: {
    profile: "theme dark light sound desktop e-mail email presence online away enter",
    workspace: "time zone business opening hours holidays calendar closed open",
    rules: "status preset claim lock reopen inactive close category summary assign routing round robin queue AI agent delete",
    accounts: "whatsapp telegram sms twilio web chat widget webhook templates connect sender id",
    links: "click to chat qr code wa.me", users: "invite people colleagues licence deactivate", groups: "teams members",
    roles: "permissions rights admin agent", responders: "welcome away quick reply order sensitivity automatic", faqs: "questions answers import csv publish versions advice",
    test: "try console score", report: "unanswered open questions statistics", snippets: "canned replies shortcut", keys: "token scopes", audit: "log history who", developers: "openapi events",
  },
  hours: {
    title: "Opening hours", text: "They decide when away messages are said, when quick replies hold, and when messages wait.",
    add: "Another span", add_date: "Add a date that is different", add_date_hint: "A holiday, or a day with other hours.", add_this: "Add", add_to: "Add a span to {day}",
    always: "Always open", bad: "{span} ends before it begins. Hours past midnight are a second span on the next day.", closed: "Closed", exceptions: "Holidays and other exceptions",
    from: "{day}, from", midnight: "midnight", own: "Set hours", remove: "Remove {span} of {day}", remove_date: "Remove {date}", to: "{day}, until",
    to_all: "Copy to all open days", to_all_of: "Copy the hours of {day} to all open days",
  },
  duration: { after: "after", days: "days", hours: "hours", minutes: "minutes", seconds: "seconds", unit: "{of}: unit" },
  profile: {
    text: "Who you are here, and how you want to be told of what happens.",
    accounts: "Accounts", all_accounts: "For all channel accounts", away: "Away", confirm: "Send e-mail for these accounts only?",
    confirm_text: { one: "You will be told by e-mail of one account: {names}.", other: "You will be told by e-mail of {n} accounts: {names}." },
    desktop: "Show messages on the desktop", desktop_denied: "The browser does not allow it: allow notifications for this page in the browser's settings.",
    desktop_hint: "While the desk is open in another tab or window.", digest: "Collect e-mail (minutes)", digest_hint: "Leave it empty to get each at once.",
    email: "E-mail", email_default: "As the workspace has it", email_off: "Off", email_on: "On", enter: "Enter sends",
    enter_hint: "Shift and Enter begin a new line. Without it, Ctrl or ⌘ and Enter send.", here: "In this browser", here_text: "Kept on this machine, and in use at once.",
    keys: "Keys without Ctrl", keys_hint: "Such as j and k to move, e to close. Press ? to see them all.", list: "Show what happens while the desk is open", list_hint: "The list under the bell has it all the same.", none: "none", offline: "Offline", online: "Online", presence: "Presence",
    presence_hint: "Online: new conversations may be given to you. Away: you are here and want no new ones.", sound: "Play a sound", theme: "Theme",
    theme_auto: "As the system", theme_dark: "Dark", theme_light: "Light", told: "Notifications", unlicensed: "Notifications are for whoever has a licence for the desk.", told_text: "Of what concerns you: messages in your conversations, assignments, mentions.",
  },
  workspace: { text: "What customers see as your name, and when you are there for them.", name: "Name", name_hint: "Answers may say it: {{workspace.name}}." },
  users: {
    text: "Whoever works here. People come in by signing in with their e-mail.",
    active: "May come in", active_hint: "Whoever may not is shut out within a minute. What they did stays.", called: "Known as {id}", deactivate: "Shut {name} out?",
    deactivate_text: "They are signed out within a minute and get no new conversations. Those they have stay assigned to them.", deactivate_yes: "Shut out",
    email: "E-mail", email_hint: "What they sign in with.", groups: "Groups", groups_hint: "Their conversations are shown to whoever sees those of the team.", id: "Known as", id_hint: "Letters, digits, - _ . For addresses and logs.",
    inactive: "Shut out", invite: "Invite", invite_text: "They can sign in at once; nothing is sent to them.", kind: "Kind", kind_ai: "AI agent", kind_bot: "Bot", kind_hint: "An AI agent's answers count as answers. A bot's leave a message unreplied.", kind_person: "Person",
    licensed: "Has a licence", licensed_hint: "Whoever has none is not told by e-mail and is given no work.", name: "Name", own_hint: "This is you.", rights: "Role and rights", role: "Role", role_hint: "What they may do and see.",
    search: "Search users", unlicensed: "No licence",
  },
  groups: {
    text: "Teams: which accounts' conversations come to them, who is in them, and when they are there.",
    accounts: "Accounts", accounts_hint: "New conversations on them come to this group.", add: "New group", also: "also comes to {group}", delete: "Delete {name}?", delete_text: "Its conversations come to no group. A group with members cannot be deleted.",
    edit_text: "Its accounts, members and hours.", hours_text: "Outside them this group's customers hear the away message.", members: "Members", members_of: { one: "1 member", other: "{n} members" }, name: "Name",
    none: "No groups yet", none_text: "Everybody is one team. Make groups when conversations are to come to some people and not to others.", own_hours: "Own hours", same_hours: "As the workspace",
  },
  roles: {
    text: "A role says what its users may do and which conversations they see.",
    add: "New role", delete: "Delete {name}?", delete_text: "This cannot be taken back.", edit_text: "In use within a minute.", held: "Users: {names}", may: { one: "1 permission", other: "{n} permissions" }, name: "Name",
    permissions: "Permissions", permissions_text: "You give only what you have yourself.", sees: "Conversations shown", sees_all: "All conversations", sees_hint: "Beside those in which they are named.",
    sees_nothing: "No conversations", sees_own: "Their own", sees_team: "Those of their groups, and of no group", users: { one: "1 user", other: "{n} users" },
    groups: { conversations: "Conversations", team: "Working together", contacts: "Contacts", answers: "Answers", workspace: "Workspace", more: "Others" },
  },
  permissions: {
    conversation_read: "Read and search conversations", conversation_reply: "Reply, write first, claim", conversation_status: "Set status, snooze, label", conversation_close: "Close and reopen",
    conversation_close_any: "Close and reopen those of others", conversation_delete: "Delete conversations", conversation_visibility: "Restrict who sees a conversation", conversation_see_restricted: "See restricted conversations",
    conversation_steal: "Take a claim from its holder", transcript_export: "Download transcripts", assign_self: "Assign themselves", assign_others: "Assign others", note_write: "Write private notes", internal_chat: "Write to colleagues",
    internal_delete: "Delete internal chats", inbox_others: "Look into others' inboxes", read_override: "Change what others have read", view_share: "Share saved views", contact_edit: "Edit contacts", contact_block: "Block contacts",
    contact_merge: "Merge contacts", consent_upload: "Upload consents", campaign_send: "Send campaigns", invoice_manage: "Manage invoices", snippet_manage: "Share snippets", faq_manage: "Write FAQs and autoresponders",
    settings_manage: "Change settings", accounts_read: "See channel accounts", accounts_manage: "Connect and change channel accounts", users_manage: "Manage users", groups_manage: "Manage groups", roles_manage: "Manage roles", keys_manage: "Manage API keys", audit_read: "Read the audit",
  },
  snippets: {
    text: "Texts for answers: type / and the shortcut while you write.",
    add: "New snippet", by: "Shared by {who}.", delete: "Delete /{shortcut}?", delete_text: "Nobody finds it while writing any more.", edit_text: "Put into an answer by its shortcut.", language: "Language", language_hint: "Such as en or de-CH.",
    none: "No snippets yet", none_text: "Write what you answer often once, and put it in by typing / and a few letters.", own_mark: "Mine", search: "Search snippets", shared: "Shared with everybody", shared_hint: "Otherwise only you have it.", shared_mark: "Shared",
    shortcut: "Shortcut", shortcut_hint: "Without spaces, such as thanks.", words: "Text",
  },
  keys: {
    text: "For programs that call the API. A key acts as a user, with all or some of that user's rights.",
    all_rights: "all rights", days: "After {n} days", done: "I have kept it", expired: "Expired", expires: "Until {when}", expiry: "Expires", limit: "Only some rights", limit_hint: "Otherwise all that the user has.", made: "The key is made", make: "Make a key",
    mine: "Me", name: "Name", name_hint: "What it is for, so that you know later.", never: "Never", none: "No keys yet", none_text: "Make one for each program that calls the API.", of: "Acts as {who}, {scopes}", once: "Copy it now: it is not shown again, and nobody can find it out later.",
    revoke: "Revoke {name}?", revoke_text: "Programs that use it are refused within a minute.", revoke_yes: "Revoke", revoked: "Revoked", some: { one: "1 right", other: "{n} rights" }, token: "Token", unused: "Never used", used: "Last used {when}",
    user: "Acts as", user_hint: "Add an AI agent or bot under Users to give a program its own rights.",
  },
  audit: {
    text: "Every privileged action. Each entry seals the one before it, so that nothing can be taken out unseen.",
    action: "Action", anybody: "Anybody", anything: "Anything", erased: "erased", export: "Download all", hash: "Hash", none: "Nothing yet", older: "Older entries", to: "To what", what: "What", when: "When", who: "Who",
    actions: {
      account_put: "changed a channel account", account_change: "changed a channel account", consent_upload: "uploaded consents", contact_block: "blocked a contact", contact_unblock: "let a contact in again", contact_merge: "merged contacts", faq_archive: "archived an FAQ", faq_ask: "added a question",
      faq_change: "changed an FAQ", faq_create: "wrote an FAQ", faq_import: "imported FAQs", faq_publish: "published FAQs", faq_restore: "restored an FAQ", faq_serve: "chose a version of the FAQs", group_delete: "deleted a group", group_put: "changed a group",
      key_make: "made an API key", key_revoke: "revoked an API key", responders_change: "changed the autoresponders", role_delete: "deleted a role", role_put: "changed a role", snippet_shared_put: "changed a shared snippet", snippet_shared_delete: "deleted a shared snippet",
      user_change: "changed a user", user_invite: "invited a user", view_shared_put: "changed a shared view", view_shared_delete: "deleted a shared view", workspace_change: "changed the settings",
    },
  },
  developers: {
    text: "All that the desk does, it does by the API. So can your programs.",
    api: "The API", api_text: "HTTP and JSON, described by OpenAPI. Problems are RFC 9457.", base: "Address", call: "A first call", events: "Changes", events_text: "On AWS each change is an event on the bus of the stack, for rules of your own. Everywhere the same changes can be asked for in order, and none is missed.",
    feed: "The feed", feed_hint: "Begin without `after`; each answer says where to go on.", key: "Make an API key", web: "Web chat", web_text: "What to paste into a web page stands with each web chat account.", workspace: "Workspace",
  },
};

/** Problems of settings, by type. */
export const problems = {
  "being-imported": "FAQs are being imported at this moment. Try again in a few seconds.",
  "email-taken": "Somebody else signs in with this e-mail.",
  "equal-question": "Another FAQ has the same question.",
  exists: "There is one of this name already.",
  forbidden: "Your role does not allow that.",
  "in-use": "It still has users. Move them first.",
  "last-admin": "Nobody would be left who manages users. Give somebody else that right first.",
  "nothing-to-publish": "There are no FAQs to publish.",
  "too-many": "There are as many as there may be.",
};

export const settings = { ...frame, ...accounts, ...answers, rules };
