//! Files of the Bot API: an id gives a path, the path gives the bytes.
//!
//! <https://core.telegram.org/bots/api#getfile>

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response};
use serde_json::{Value, json};

use crate::Simulator;
use crate::account::Account;
use crate::sends::Reply;
use crate::world::World;

use super::content::words;
use super::methods::owner;

/// "For the moment, bots can download files of up to 20 MB."
const BYTES_MAX: usize = 20 * 1024 * 1024;

pub(super) fn get_file(world: &World, account: &Account, body: &Value) -> Reply {
    let refused = |why: &str| {
        let description = format!("Bad Request: {why}");
        Reply::new(400, json!({ "ok": false, "error_code": 400, "description": description }))
    };
    let id = words(body, "file_id").unwrap_or_default();
    let file = world.files.find(&id).filter(|file| file.account == account.id);
    let Some(file) = file else { return refused("invalid file_id") };
    if file.bytes.len() > BYTES_MAX {
        return refused("file is too big");
    }
    let result = json!({
        "file_id": id,
        "file_unique_id": super::entities::unique(&id),
        "file_size": file.bytes.len(),
        "file_path": format!("files/{id}"),
    });
    Reply::new(200, json!({ "ok": true, "result": result }))
}

/// "Name and type are not preserved": whoever downloads knows them from the message.
pub(super) async fn download(
    State(simulator): State<Simulator>,
    Path((bot, path)): Path<(String, String)>,
) -> Response<Body> {
    let world = &mut *simulator.world();
    let account = match owner(world, &bot) {
        Ok(account) => account,
        Err(reply) => return reply.into_response(),
    };
    let id = path.strip_prefix("files/").unwrap_or_default();
    let own = world.files.find(id).is_some_and(|file| file.account == account.id);
    match world.files.fetch(id).filter(|_| own) {
        Some(file) => {
            let mut response = Response::new(Body::from(file.bytes.clone()));
            let plain = HeaderValue::from_static("application/octet-stream");
            response.headers_mut().insert(CONTENT_TYPE, plain);
            response
        }
        None => {
            let missing = json!({ "ok": false, "error_code": 404, "description": "Not Found" });
            Reply::new(404, missing).into_response()
        }
    }
}
