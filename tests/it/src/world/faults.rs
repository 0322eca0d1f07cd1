//! Faults at the edge of the process: under the SDK's HTTP client, and in front of the providers.
//!
//! An *effect* is a call that leaves the process. At one of them the process can die, before or
//! after the call was carried out, or go on without ever hearing the answer.

use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use local::aws::{Answer, Call, Lost, Tap};
use tokio::sync::Notify;

/// What goes wrong at an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The process dies before the call is carried out.
    CrashBefore,
    /// The process dies after the call was carried out.
    CrashAfter,
    /// The call is carried out, and the answer is lost.
    AnswerLost,
}

pub(crate) const FAULTS: [Fault; 3] = [Fault::CrashBefore, Fault::CrashAfter, Fault::AnswerLost];

/// Counts effects, and makes one of them go wrong.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    state: Mutex<State>,
    died: Notify,
}

#[derive(Debug, Default)]
struct State {
    counting: bool,
    /// How many times over the test itself looks at something.
    paused: usize,
    effects: Vec<String>,
    armed: Option<(usize, Fault)>,
    /// An answer of the service instead of carrying out each call of an operation, so many times.
    refused: Option<(String, Answer, usize)>,
    interleaved: bool,
}

impl Faults {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to count effects.
    pub(crate) fn count(&self) {
        self.state().counting = true;
    }

    /// Ends counting; nothing goes wrong any more. Returns the effects there were.
    pub(crate) fn end(&self) -> Vec<String> {
        let mut state = self.state();
        (state.counting, state.armed) = (false, None);
        std::mem::take(&mut state.effects)
    }

    /// How many effects there were since counting began.
    pub(crate) fn seen(&self) -> usize {
        self.state().effects.len()
    }

    /// Makes the effect with this number (from 0) go wrong.
    pub(crate) fn arm(&self, effect: usize, fault: Fault) {
        self.state().armed = Some((effect, fault));
    }

    /// Whether something goes wrong, or will.
    pub(crate) fn armed(&self) -> bool {
        self.state().armed.is_some()
    }

    /// No effects are counted, and nothing goes wrong, until the guard is dropped.
    pub(crate) fn pause(&self) -> Paused<'_> {
        self.state().paused += 1;
        Paused(self)
    }

    /// Has an operation answered with `answer` instead of being carried out, `times` times.
    pub(crate) fn refuse(&self, operation: &str, answer: Answer, times: usize) {
        self.state().refused = Some((operation.to_owned(), answer, times));
    }

    /// Whether everything that goes on at the same time takes turns, a call to AWS at a time.
    pub(crate) fn interleave(&self, on: bool) {
        self.state().interleaved = on;
    }

    /// Resolves when the process dies.
    pub(crate) fn died(&self) -> impl Future<Output = ()> {
        self.died.notified()
    }

    fn next(&self, name: String) -> Option<Fault> {
        let mut state = self.state();
        if !state.counting || state.paused > 0 {
            return None;
        }
        let number = state.effects.len();
        state.effects.push(name);
        state.armed.filter(|(effect, _)| *effect == number).map(|(_, fault)| fault)
    }

    fn refusal(&self, operation: &str) -> Option<Answer> {
        let mut state = self.state();
        let (refused, answer, times) = state.refused.as_mut()?;
        if refused != operation || *times == 0 {
            return None;
        }
        *times -= 1;
        Some(answer.clone())
    }

    /// The process is gone: whatever runs in it never goes on.
    async fn die<T>(&self) -> T {
        self.died.notify_waiters();
        pending().await
    }

    /// In front of the providers: a call to one of them is an effect too.
    pub(crate) async fn provider(&self, request: Request, next: Next) -> Response {
        let name = format!("provider {} {}", request.method(), request.uri().path());
        match self.next(name) {
            None => next.run(request).await,
            Some(Fault::CrashBefore) => self.die().await,
            Some(Fault::CrashAfter) => {
                next.run(request).await;
                self.die().await
            }
            Some(Fault::AnswerLost) => {
                next.run(request).await;
                StatusCode::BAD_GATEWAY.into_response()
            }
        }
    }

    /// Around a function that answers HTTP: when it dies, the gateway says so.
    pub(crate) async fn gateway(&self, request: Request, next: Next) -> Response {
        let died = self.died();
        tokio::select! {
            answer = next.run(request) => answer,
            () = died => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

pub(crate) struct Paused<'a>(&'a Faults);

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        self.0.state().paused -= 1;
    }
}

impl Tap for Faults {
    fn call<'a>(
        &'a self,
        call: Call,
        service: &'a (dyn Fn(Call) -> Answer + Send + Sync),
    ) -> Pin<Box<dyn Future<Output = Result<Answer, Lost>> + Send + 'a>> {
        Box::pin(async move {
            if self.state().interleaved {
                tokio::task::yield_now().await;
            }
            if let Some(answer) = self.refusal(&call.operation) {
                return Ok(answer);
            }
            match self.next(format!("{} {}", call.service, call.operation)) {
                None => Ok(service(call)),
                Some(Fault::CrashBefore) => self.die().await,
                Some(Fault::CrashAfter) => {
                    service(call);
                    self.die().await
                }
                Some(Fault::AnswerLost) => {
                    service(call);
                    Err(Lost)
                }
            }
        })
    }
}
