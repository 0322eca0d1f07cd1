// Every word of the desk, in English. To translate: copy this file, keep the keys, and name it in
// `lib/strings.js`. `{names}` are filled in; an object of `one` and `other` is chosen by number.
// Each part of the desk has its section, in the order of the sections. Settings have their words in
// `settings/en.js`, since they are loaded when they are opened.

const common = {
  again: "Again",
  cancel: "Cancel",
  close: "Close",
  delete: "Delete",
  dismiss: "Dismiss",
  edit: "Edit",
  loading: "Loading…",
  more: "More",
  save: "Save",
  saved: "Saved",
  search: "Search",
  try_again: "Try again",
};

const time = {
  today: "Today",
  yesterday: "Yesterday",
};

const shell = {
  answers: "Answers",
  dashboard: "Dashboard",
  expired: "You were signed out. What you have written is kept.",
  failed: "The desk could not start",
  inbox: "Inbox",
  menu: "Menu",
  offline: "Not connected. Trying again…",
  settings: "Settings",
  sign_in: "Sign in",
  sign_in_again: "Sign in again",
  sign_out: "Sign out",
  skip: "Skip to the content",
  tagline: "Customer conversations that nobody loses, answers twice or sees without the right.",
  theme_auto: "Theme of the system",
  theme_dark: "Dark theme",
  theme_light: "Light theme",
  workspace: "Workspace",
  workspace_hint: "Only needed if your account does not name it.",
};

const inbox = {
  nothing_open: "Choose a conversation",
};

const conversation = {
};

const composer = {
};

const contact = {
};

const dashboard = {
};

// By the `type` of the problem that the API answers; what it said can be filled in.
const problems = {
  offline: "The server cannot be reached. Nothing is lost; try again.",
};

export const en = {
  common, time, shell, inbox, conversation, composer, contact, dashboard, problems,
};
