// The words of what answers by itself, in English.

export const answers = {
  insert: "Insert: {what}",
  variables: { contact_first_name: "first name", contact_name: "name", workspace_name: "our name" },
  chain: {
    down: "{what}: later", hint: "Drag, or focus a handle and press the arrow keys.", move: "Move {what}, now at {place}", moved: "{what} is now {place} of {of}.", out: "{what}: do not ask", up: "{what}: sooner",
  },
  responders: {
    text: "What answers when nobody has. One of them answers each message, and a person who takes the conversation silences them all.",
    add_order: "Another order for", add_reply: "Add", away: "Away message", away_begins: "Thank you for writing. We are not here right now and will answer as soon as we are back.", away_hint: "Once in each closed period, outside opening hours.", away_on: "Say it outside opening hours",
    balanced: "Balanced", balanced_hint: "Answers what is most probably meant.", closed: "When closed", custom: "In hours of its own", during: "When it is said", during_closed: "When closed", during_custom: "Own hours", during_open: "When open", eager: "Eager", eager_hint: "Answers more, and wrongly more often.",
    edit_faqs: "Edit FAQs", faq: "FAQs", faq_hint: "Answer what they are sure to understand.", faqs_on: "FAQs answer", no_hours: "The workspace is always open, so this is never said. Set opening hours.", no_replies: "None yet.", none_published: "No FAQs are published yet, so none answers.",
    offer: "Said above the questions", offer_begins: "Did you mean one of these?", offers: "Offer the nearest questions where none is sure", offers_hint: "As buttons or a list, on channels that have them.", order: "Who is asked first", order_text: "The first that has something to say answers. Whoever is not in the list is not asked.",
    own_orders: "Orders of single accounts", quick_replies_text: "The first one that holds is said, once in each of its periods.", quick_reply: "Quick replies", quick_reply_hint: "A text at a time of day.", remove_reply: "Remove quick reply {number}", reply: "Quick reply {number}", same_order: "Same as the others",
    says: "Text", sensitivity: "How sure a match must be", serving: "Version {number} answers.", strict: "Strict", strict_hint: "Answers less, and hardly ever wrongly.", welcome: "Welcome message", welcome_begins: "Hello {{contact.first_name|there}}! Thanks for writing to us. Somebody will answer you shortly.", welcome_hint: "To a contact's very first message.", welcome_on: "Say it",
  },
  faqs: {
    text: "Questions that mean the same, with one answer. What you change is in use once it is published.",
    add: "New FAQ", add_question: "Another way to ask", advice: "Advice", all_kinds: "All kinds", answer: "Answer", answer_text: "Text", archive: "Archive", archived: "Archived", by_ending: "By its ending", changed: "Changed by {who}, {when}", done_archive: "Archived. It answers until you publish again.", done_restore: "Restored. It answers once you publish.",
    edit_text: "The more ways of asking, the more is found. Add abbreviations and slang as questions of their own.", export: "Export as CSV", first: "Question", first_placeholder: "How do I send something back?", import: "Import a CSV file", is_archived: "This FAQ is archived: it is in no version that is published from now on.", kind: "Kind", kind_hint: "General questions ask for facts; the others are small talk and may be short.",
    kinds: { general: "General", greeting: "Greeting", closing: "Closing", filler: "Filler" },
    media: "Send a file with it", media_hint: "A public https address that the provider can fetch.", media_kind: "Kind of file", media_kinds: { image: "Image", video: "Video", audio: "Audio", voice: "Voice", document: "Document", sticker: "Sticker" }, media_name: "File name", media_url: "Address of the file",
    more_questions: "+{n}", none: "No FAQs yet", none_text: "Write what customers ask most, or bring a file.", publish: "Publish", questions: "Questions", questions_text: "The first is what it is called by. Paste several lines to add them all.", related: "Question {number}", related_placeholder: "The same in other words", remove: "Remove question {number}", restore: "Restore", sample: "Sample CSV", search: "Search FAQs", versions: "Versions",
  },
  import: {
    title: "Import FAQs", text: "First you see what would happen. FAQs of the file take the place of those with the same id; others stay.",
    added: "new", applied: "Imported", apply: "Import", changed: "changed", choose: "The file", done: "To the FAQs", drop: "Choose a CSV file or drop it here", each: { one: "One FAQ", other: "All {n} FAQs" }, errors: "errors", field: "Field", nothing: "Nothing to import", reading: "Reading…", row: "Row", unchanged: "unchanged", what: "What", would: "This would happen", wrong: "Something is wrong with the file", wrong_text: "Nothing is imported until it is right. Rows are counted as a spreadsheet does.",
  },
  versions: {
    text: "Each publication is kept. Any that is ready can answer again.",
    asked: "Published", begun: "Publishing. It answers as soon as it is ready.", content: "Content", failed: "Failed", failed_text: "The last publication failed: {reason}", faqs: { one: "1 FAQ", other: "{n} FAQs" }, lexical: "by letters", none: "Nothing was published yet", none_serving: "Nothing is published, so no FAQ answers.", none_text: "Publish your FAQs to have them answer.", number: "Version",
    preparing: "Preparing", preparing_text: "A new version is being prepared…", publish_hint: "Changes are in use once they are published.", questions: { one: "1 question", other: "{n} questions" }, ready: "Ready", semantic: "by meaning", serve: "Let version {number} answer?", serve_text: "It answers within a minute in place of the one that does now. The FAQs you edit stay as they are.", serve_yes: "Let it answer", serving: "Answers", serving_text: "Version {number} answers.", state: "State", use: "Go to this one",
  },
  advice: {
    text: "What makes FAQs hard to find. Nothing is refused for it.", none: "Nothing to improve",
    conflict: "Too close", few_questions: "Few questions", keywords: "Keywords", language: "Language", no_context: "No context", same_question: "Twice", short: "Short",
  },
  test: {
    text: "What would be answered, by whom and why. Nothing is sent or counted.",
    account: "Written to", any_account: "Any account", ask: { one: "Ask", other: "Ask all {n}" }, at: "At", at_hint: "Now, if it is empty.", candidate: "Nearest question", facts: "Verdict: {verdict}, margin {margin}, understood {engine}, {sensitivity}, version {version}", first: "It is the contact's very first message", how: "Where, when and by which version", likeness: "Likeness", matched: "View matched FAQ", nobody: "Nobody answers", score: "Score", serving: "The one that answers", texts: "What a customer writes", texts_hint: "Enter asks. Shift and Enter begin another line: each line is asked for itself, up to 100.", version: "Version", why: "Why",
  },
  report: {
    text: "What came of answers given by themselves, and what nobody had an answer to.",
    add: "Add to an FAQ", added: "Added. It is in use once you publish.", answered: "answered", by_day: "By day", by_faq: "By FAQ", by_faq_text: "Since there are any; right and wrong as your team has marked answers.", choose: "Which FAQ answers it?", day: "Day", days: "Time", forget: "Needs no answer", handed_over: "taken by people", last: "Last {n} days", look: "Look at it", new: "New FAQ", none_open: "No open questions", open: "Open questions", open_text: "Asked in vain, the most frequent first.", right: "marked right", times: { one: "asked once", other: "asked {n} times" }, times_word: "times", unanswered: "without an answer", wrong: "marked wrong",
  },
};
