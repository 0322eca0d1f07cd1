//! The methods a bot calls, and their answers.
//!
//! <https://core.telegram.org/bots/api#available-methods>

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::Simulator;
use crate::account::{Account, Channel};
use crate::chat::{Bubble, Progress, Receipts};
use crate::sends::{Call, Reply, Unwell, Verdict, answer, form_value, send};
use crate::world::World;

use super::content::{Bad, bubble, field, number, words};
use super::entities::{self, bot};
use super::{BASE_PATH, media, next_number};

/// "The status is set for 5 seconds or less."
const TYPING: SignedDuration = SignedDuration::from_secs(5);
/// <https://core.telegram.org/bots/api#sendmediagroup>.
const ALBUM: std::ops::RangeInclusive<usize> = 2..=10;

pub(super) async fn method(
    State(simulator): State<Simulator>,
    OriginalUri(uri): OriginalUri,
    Path((bot, method)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let now = simulator.now();
    let world = &mut *simulator.world();
    // Names of methods are not case-sensitive.
    let name = method.to_ascii_lowercase();
    let body = read(&headers, uri.query(), &body);
    let owner = owner(world, &bot);
    let call = Call {
        account: owner.as_ref().ok().map(|account| account.id.clone()),
        path: format!("{BASE_PATH}/bot…/{method}"),
        body: body.clone(),
        at: now,
    };
    let account = match owner {
        Ok(account) => account,
        Err(refused) => return answer(world, call, refused),
    };
    if sends(&name) {
        let unwell = unwell(world.gremlin.chaos.retry_after_seconds);
        return send(world, call, unwell, |world| sent(world, &account, &name, &body, now));
    }
    let reply = quiet(world, &account, &name, &body, now);
    // Questions are not written down among what is sent.
    if name.starts_with("get") { reply.into_response() } else { answer(world, call, reply) }
}

fn sends(method: &str) -> bool {
    method.starts_with("send") && method != "sendchataction"
}

/// JSON, a form, or a query; numbers and objects in the latter two are text.
fn read(headers: &HeaderMap, query: Option<&str>, body: &[u8]) -> Value {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/json") {
        return serde_json::from_slice(body).unwrap_or_default();
    }
    let mut fields = form_value(query.unwrap_or_default().as_bytes());
    if let (Some(fields), Value::Object(more)) = (fields.as_object_mut(), form_value(body)) {
        fields.extend(more);
    }
    fields
}

/// The account whose token the path holds.
pub(super) fn owner(world: &World, bot: &str) -> Result<Arc<Account>, Reply> {
    let token = bot.strip_prefix("bot").filter(|token| token.contains(':'));
    let token = token.ok_or_else(not_found)?;
    let found = world.account_where(|account, channel| {
        channel == Channel::Telegram && account.is_secret("bot_token", token)
    });
    found.map(|(account, _)| account).ok_or_else(|| refusal(401, "Unauthorized"))
}

fn not_found() -> Reply {
    refusal(404, "Not Found")
}

fn refusal(code: u16, description: &str) -> Reply {
    Reply::new(code, json!({ "ok": false, "error_code": code, "description": description }))
}

fn bad(why: Bad) -> Reply {
    refusal(400, &format!("Bad Request: {why}"))
}

fn done(result: Value) -> Reply {
    Reply::new(200, json!({ "ok": true, "result": result }))
}

fn unwell(retry_after_seconds: u32) -> Unwell {
    let description = format!("Too Many Requests: retry after {retry_after_seconds}");
    let mut flood = refusal(429, &description);
    flood.body["parameters"] = json!({ "retry_after": retry_after_seconds });
    flood.retry_after_seconds = Some(retry_after_seconds);
    Unwell { too_many_requests: flood, error: refusal(500, "Internal Server Error") }
}

/// A method that puts a message on the phone.
fn sent(
    world: &mut World,
    account: &Arc<Account>,
    method: &str,
    body: &Value,
    now: Timestamp,
) -> Verdict {
    let judged = if method == "sendmediagroup" {
        album(world, account, body, now)
    } else {
        match bubble(method, body, now) {
            None => Err(refusal(404, "Not Found: method not found")),
            Some(Err(why)) => Err(bad(why)),
            Some(Ok(bubble)) => show(world, account, body, bubble)
                .map(|message| (message["message_id"].to_string(), message)),
        }
    };
    match judged {
        Ok((id, result)) => Verdict::Accepted { id, reply: done(result) },
        Err(reply) => Verdict::Refused(reply),
    }
}

fn album(
    world: &mut World,
    account: &Arc<Account>,
    body: &Value,
    now: Timestamp,
) -> Result<(String, Value), Reply> {
    let listed = field(body, "media").unwrap_or_default();
    let listed = listed.as_array().map_or(&[][..], Vec::as_slice);
    if !ALBUM.contains(&listed.len()) {
        return Err(bad("there must be 2 to 10 items in a media group"));
    }
    let mut messages = Vec::with_capacity(listed.len());
    for item in listed {
        let kind = item.get("type").and_then(Value::as_str).unwrap_or_default();
        let mut call = item.clone();
        call[kind] = item.get("media").cloned().unwrap_or_default();
        let one = bubble(&format!("send{kind}"), &call, now);
        let one = one.ok_or_else(|| bad("unknown type of media"))?.map_err(bad)?;
        messages.push(show(world, account, body, one)?);
    }
    Ok((messages[0]["message_id"].to_string(), Value::Array(messages)))
}

/// Puts a message on the phone, if the customer lets the bot.
fn show(
    world: &mut World,
    account: &Account,
    body: &Value,
    mut bubble: Bubble,
) -> Result<Value, Reply> {
    let address = match body.get("chat_id") {
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(text)) if !text.is_empty() => text.clone(),
        Some(_) | None => return Err(bad("chat_id is empty")),
    };
    let chat = world.chats.get_mut(&(account.id.clone(), address));
    let chat = chat.ok_or_else(|| bad("chat not found"))?;
    if chat.blocked {
        return Err(refusal(403, "Forbidden: bot was blocked by the user"));
    }
    if !chat.reachable {
        return Err(refusal(403, "Forbidden: user is deactivated"));
    }
    if chat.wrote_at.is_none() {
        return Err(refusal(403, "Forbidden: bot can't initiate conversation with a user"));
    }
    let quoting = field(body, "reply_parameters").unwrap_or_default();
    if let Some(target) = number(&quoting, "message_id").map(|number| number.to_string()) {
        let anyway = quoting.get("allow_sending_without_reply") == Some(&Value::Bool(true));
        if chat.find(&target).is_some() {
            bubble.quoted = Some(target);
        } else if !anyway {
            return Err(bad("message to be replied not found"));
        }
    }
    chat.last_number = next_number(chat.last_number, bubble.at);
    bubble.id = chat.last_number.to_string();
    if chat.receipts == Receipts::Automatic {
        bubble.progress = Progress::Read;
    }
    let message = entities::message(account, chat, &bubble);
    chat.show(bubble);
    Ok(message)
}

/// A method that sends no message.
fn quiet(
    world: &mut World,
    account: &Account,
    method: &str,
    body: &Value,
    now: Timestamp,
) -> Reply {
    match method {
        "getme" => done(bot(account)),
        "getfile" => media::get_file(world, account, body),
        "getwebhookinfo" => webhook_info(world, account),
        "answercallbackquery" => answer_press(world, account, body),
        "sendchataction" => {
            let Some(chat) = named_chat(world, account, body) else { return bad("chat not found") };
            chat.typing_until = now.checked_add(TYPING).ok();
            chat.touch();
            done(Value::Bool(true))
        }
        "setmessagereaction" => {
            let Some(chat) = named_chat(world, account, body) else { return bad("chat not found") };
            let emoji = field(body, "reaction").and_then(|all| words(all.get(0)?, "emoji"));
            let target = number(body, "message_id").map(|number| number.to_string());
            let known = target
                .is_some_and(|target| chat.change(&target, |bubble| bubble.desk_reaction = emoji));
            if known { done(Value::Bool(true)) } else { bad("message to react not found") }
        }
        _ => refusal(404, "Not Found: method not found"),
    }
}

fn named_chat<'w>(
    world: &'w mut World,
    account: &Account,
    body: &Value,
) -> Option<&'w mut crate::chat::Chat> {
    let address = number(body, "chat_id")?.to_string();
    world.chats.get_mut(&(account.id.clone(), address))
}

fn answer_press(world: &mut World, account: &Account, body: &Value) -> Reply {
    let id = words(body, "callback_query_id").unwrap_or_default();
    let press =
        world.presses.iter_mut().find(|press| press.account == account.id && press.id == id);
    let Some(press) = press else {
        return bad("query is too old and response timeout expired or query ID is invalid");
    };
    press.answered = true;
    let address = press.address.clone();
    // The button stops spinning.
    world.chat(&account.id, &address).touch();
    done(Value::Bool(true))
}

fn webhook_info(world: &World, account: &Account) -> Reply {
    let failed = world.postings.iter().rev().find(|posting| {
        posting.account == account.id && posting.then != crate::outbox::Then::Taken
    });
    let mut info = json!({
        "url": account.called_url(),
        "has_custom_certificate": false,
        "pending_update_count": world.outbox.pending_of(&account.id),
    });
    if let Some(failed) = failed {
        info["last_error_message"] = json!(failed.answer.outline());
    }
    done(info)
}

/// "If you'd like to make a method call while answering a webhook, put it into the answer"
/// (<https://core.telegram.org/bots/api#making-requests-when-getting-updates>): the method is
/// carried out, and nobody hears what came of it.
pub(crate) fn answered_webhook(
    world: &mut World,
    account: &Arc<Account>,
    body: &[u8],
    now: Timestamp,
) {
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return };
    let Some(method) = words(&body, "method") else { return };
    let name = method.to_ascii_lowercase();
    let call = Call {
        account: Some(account.id.clone()),
        path: format!("{BASE_PATH}/bot…/{method} (in the answer to a webhook)"),
        body: body.clone(),
        at: now,
    };
    let reply = if sends(&name) {
        match sent(world, account, &name, &body, now) {
            Verdict::Accepted { reply, .. } | Verdict::Refused(reply) => reply,
        }
    } else {
        quiet(world, account, &name, &body, now)
    };
    let _unheard = answer(world, call, reply);
}
