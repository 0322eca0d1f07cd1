// The words of the rules, in English: each switch, what it means, and what may be chosen.

export const rules = {
  text: "How conversations live: when they open and close, who may answer, and to whom they go.",
  cards: {
    life: "Opening and statuses",
    life_text: "From a customer's first message to the last.",
    closing: "Closing",
    closing_text: "Who closes, and what they are asked.",
    replying: "Replying",
    replying_text: "Who may answer, and when.",
    routing: "Routing and assignment",
    routing_text:
      "Whom a new conversation goes to. Before this, the contact's own users are asked, then those it had before.",
    seeing: "Seeing and being told",
    seeing_text: "What is shown to whom.",
  },
  preset: {
    label: "Statuses",
    hint: "Changing it shows the conversations there are by the other names; nothing is lost.",
    five: "New, Active, Pending, Inactive, Resolved: they move by themselves",
    three: "New, Pending, Closed: moved by hand",
    open_closed: "Open and Closed",
  },
  open_scope: {
    label: "A contact has at once",
    contact: "One open conversation",
    contact_and_account: "One open conversation on each account",
  },
  reopen_grace: {
    label: "A message after closing",
    hint: "Whether it goes on in the same conversation or begins another.",
    never: "begins a new conversation",
    within: "reopens it for some time, then begins a new one",
    always: "reopens the conversation",
    within_label: "For",
  },
  open_on_welcome: {
    label: "Opening a chat without a message opens a conversation",
    hint: "Some channels say when somebody starts a chat.",
  },
  echo_opens: {
    label: "What you write in the provider's own app opens a conversation",
  },
  inactive_after: {
    label: "Shown as inactive after",
    hint: "Counted from the contact's last message.",
  },
  inactive_listed_for: {
    label: "Inactive conversations are listed for",
  },
  close_idle_after: {
    label: "Closed by itself",
    hint: "After so long without a word, if the customer is who is waited for.",
    never: "never",
  },
  close_policy: {
    label: "Who may close",
    any_member: "Whoever may close conversations",
    assignee_or_admin: "Assignees, and whoever may close those of others",
  },
  closing_category: {
    label: "Category on closing",
    off: "Not asked",
    optional: "Asked, may be left out",
    required: "Required",
  },
  closing_categories: {
    label: "Categories to choose from",
    hint: "One on each line. With none, anything may be written.",
  },
  closing_summary: {
    label: "Summary on closing",
    off: "Not asked",
    optional: "Asked, may be left out",
    required: "Required",
  },
  unassign_on_close: {
    label: "Closing takes away the assignees",
  },
  allow_delete: {
    label: "Conversations can be deleted",
    hint: "By whoever has the permission. What was said and its files are gone then.",
  },
  lock: {
    label: "Who may answer",
    off: "Whoever sees the conversation",
    assignees: "Assignees, and whoever may assign others",
    exclusive_claim: "One at a time: whoever has claimed it",
  },
  claim_for: {
    label: "A claim lasts",
    hint: "Unless it is renewed, as it is while its holder reads or types.",
  },
  hold_outside_hours: {
    label: "Messages wait for opening hours",
    hint: "Those of users and campaigns; answers given by themselves do not.",
  },
  ai_agent: {
    label: "AI agent",
    hint: "New conversations are handled by it until it hands them to people.",
    none: "None",
  },
  routing_strategy: {
    label: "A new conversation goes to",
    queue: "nobody: it waits until somebody takes it",
    round_robin: "whoever was given one longest ago",
    least_open: "whoever has the fewest open",
    sticky: "whoever dealt with the contact last, else whoever has the fewest open",
  },
  routing_last_replier: {
    label: "First to whoever wrote to the contact last",
  },
  routing_unknown_to_admin: {
    label: "A contact nobody has dealt with goes to an admin",
  },
  routing_ignores_presence: {
    label: "Also to users who are not online",
  },
  routing_open_max: {
    label: "Open conversations of one user, at most",
    hint: "Beyond that no more are given to them. Empty: no limit.",
  },
  routing_first_reply_within: {
    label: "Offered to the next user",
    hint: "If whoever it is assigned to has not answered for so long.",
    never: "never",
  },
  assignees_max: {
    label: "Assignees of one conversation, at most",
    hint: "1 to 20.",
  },
  team_hides_assigned: {
    label: "The team's inbox leaves out what is assigned",
  },
  admins_see_restricted: {
    label: "Whoever has the permission sees restricted conversations",
    hint: "Otherwise only those who are named see them.",
  },
  internal_group_chat: {
    label: "More than two users may share an internal chat",
  },
  email_on_inbound: {
    label: "E-mail to assignees for each message of a customer",
    hint: "Unless they have chosen for themselves.",
  },
};
