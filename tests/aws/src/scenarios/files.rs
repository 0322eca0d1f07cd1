//! Files that customers send.

use axum::http::header::LOCATION;
use axum::http::{Method, StatusCode};

use crate::deployment::Deployment;
use crate::eventually::eventually;
use crate::http;

/// A picture is fetched from its provider into the bucket, and an agent can download it.
pub(crate) async fn a_picture_can_be_downloaded(deployment: &Deployment) {
    let agent = &deployment.agent;
    for (account, address) in
        [("wa1", "+16505550105"), ("tg1", "3527066"), ("sms1", "+16505550106")]
    {
        let phone = deployment.phone(account, address);
        let picture = format!("not really a picture, by {account}");
        phone.sends_image(Some("Look"), picture.as_bytes()).await;
        let id = agent.conversation_with(&phone).await;
        let path = eventually("the file is there", async || {
            let file = agent.messages(&id).await.remove(0)["content"]["files"][0].take();
            assert_ne!(file["state"], "failed", "{account}: {file}");
            (file["state"] == "ready").then(|| file["url"].as_str().unwrap().to_owned())
        })
        .await;
        let answer = agent.request(Method::GET, &path, None, None).await;
        assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT, "{account}: {}", answer.json());
        let address = answer.headers[LOCATION].to_str().unwrap();
        let file = http::get(address).await.unwrap();
        assert_eq!(file.status, StatusCode::OK, "{account}: {file:?}");
        assert_eq!(file.body, picture.as_bytes(), "{account}");
        let unsigned = address.split('?').next().unwrap();
        let refused = http::get(unsigned).await.unwrap();
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{account}: the bucket is not public");
    }
}
