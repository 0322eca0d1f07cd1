// What the API answers, as far as the desk reads it (docs/openapi.json has all of it).

export interface Window { state: "open" | "closed" | "never_opened" | "unlimited"; closes_at?: string; closed_at?: string }
export interface AddressOf { account: string; channel: string | null; address: string; window: Window | null; opted_out_at: string | null }
export interface ContactOf { id: string; name: string | null; addresses: AddressOf[] }
export interface LastMessage { seq: number; at: string; direction: "inbound" | "outbound" | "internal"; kind: string; text: string | null; delivery: string | null; actor: Actor }
export interface Actor { kind: "contact" | "user" | "ai" | "bot" | "responder" | "business" | "system"; id?: string }
export interface Claim { by: string; since: string; until: string }
export interface Conversation {
  id: string; status: string; base: string; waiting_on: string; handler: any;
  unreplied: number; unread: boolean; waiting_since: string | null;
  assignees: string[]; group: string | null; visibility: string[] | null; claim: Claim | null; epoch: number;
  snoozed_until: string | null; labels: string[]; campaign: { id: string; name: string; label?: string } | null;
  unpaid_invoices: string[]; blocked: boolean; internal: boolean; contact: ContactOf;
  seq: number; episode: number; inbound_count: number; opened_at: string; closed_at: string | null;
  activity_expires_at: string; window: Window | null;
  last_message?: LastMessage | null; last_activity_at?: string;
}
export interface Delivery { status: string | null; at: string | null; attempts: number; failure: { kind: string; provider_code?: string; detail?: string; remedy?: string } | null; release_at: string | null }
export interface Event { seq: number; at: string; type: string; actor: Actor; rule: string; id?: string; direction?: "inbound" | "outbound"; content?: any; delivery?: Delivery | null; [more: string]: any }
export interface User { id: string; name: string; email: string; role: string; active: boolean; licensed: boolean; [more: string]: any }
export interface Me { user: User; role: any; permissions: string[]; groups: any[]; workspace: Workspace }
export interface Account { id: string; channel: string; name: string; settings: any; templates: any[] }
export interface Channel { name: string; needs: { key: string; kind: string; presence: string }[]; capabilities: any; set_up: string }
export interface Workspace { id: string; name: string; time_zone: string; rules: any; hours: any; [more: string]: any }
export interface SavedView { id: string; owner: string; shared: boolean; name: string; filter: any }
export interface Change { conversation: string; seq: number | null; kind: string; status?: string | null }
