//! Answers a jKQL statement.

use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tnt4_model::Timestamp;
use tnt4_query::{Context, Plan};

use super::error::Failure;
use super::parameters::Parameters;
use super::received::Received;
use super::result_set::ResultSet;
use super::router::{Shared, State, token};
use super::zone;
use crate::ingest::UNAUTHORIZED;
use crate::shutdown;
use crate::store::{Answer, Patience, SHUTTING_DOWN, StoreError};

/// Rows of a reply where `jk_maxrows` does not say, and at the most.
const ROWS: u64 = 100;
const MOST_ROWS: u64 = 100_000;

/// How long a query may run where `jk_timeout` does not say, and at the most.
const TIMEOUT: Duration = Duration::from_secs(60);
const LONGEST_TIMEOUT: Duration = Duration::from_secs(600);

/// `GET` with parameters in the address, `POST` with a form; the address counts with both.
pub(super) async fn answer(
    axum::extract::State(state): Shared,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    Received(body): Received,
) -> Response {
    match method {
        Method::OPTIONS => return StatusCode::NO_CONTENT.into_response(),
        Method::GET | Method::POST | Method::HEAD => {}
        _ => {
            return (
                StatusCode::METHOD_NOT_ALLOWED,
                "queries are sent by GET or POST\n",
            )
                .into_response();
        }
    }
    let begun = Instant::now();
    let parameters = Parameters::read(uri.query().unwrap_or_default(), &body);
    match run(&state, &parameters, &headers, begun).await {
        Ok(json) => {
            let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
            (kind, json).into_response()
        }
        Err((status, message)) => {
            let subscription = parameters.get("jk_subid").map(str::to_owned);
            Failure {
                status,
                message,
                subscription,
                elapsed: begun.elapsed(),
            }
            .into_response()
        }
    }
}

type Refused = (StatusCode, String);

async fn run(
    state: &State,
    parameters: &Parameters,
    headers: &HeaderMap,
    begun: Instant,
) -> Result<String, Refused> {
    if !state
        .access
        .allows(token(headers).or_else(|| parameters.get("jk_token")))
    {
        return Err((StatusCode::UNAUTHORIZED, UNAUTHORIZED.to_owned()));
    }
    let zone = zone::find(parameters.get("jk_tz")).map_err(bad)?;
    let now = Timestamp::now();
    let plan = plan(parameters, now, &zone)?;
    let most = parameters
        .number("jk_maxrows")
        .map_err(bad)?
        .unwrap_or(ROWS)
        .clamp(1, MOST_ROWS);
    let timeout = parameters
        .number("jk_timeout")
        .map_err(bad)?
        .map_or(TIMEOUT, Duration::from_millis);
    let deadline = begun + timeout.min(LONGEST_TIMEOUT);
    let (plan, found) = find(state, plan, most, deadline).await?;
    let zone = zone::shown(&zone);
    let set = ResultSet::new(&plan, &found, now, &zone, parameters.get("jk_locale"));
    serde_json::to_string(&set).map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

fn plan(parameters: &Parameters, now: Timestamp, zone: &jiff::tz::TimeZone) -> Result<Plan, Refused> {
    let query = parameters
        .get("jk_query")
        .ok_or_else(|| bad("jk_query is missing: the statement to answer"))?;
    let statement = tnt4_query::parse(query).map_err(|error| bad(error.to_string()))?;
    let context = Context {
        now: now.as_micros(),
        time_zone: zone.clone(),
        default_date: parameters.get("jk_date"),
    };
    tnt4_query::plan(&statement, &context).map_err(|error| bad(error.to_string()))
}

async fn find(state: &State, plan: Plan, most: u64, deadline: Instant) -> Result<(Plan, Answer), Refused> {
    let readers = state.readers.clone();
    let patience = Patience::until(deadline);
    let _guard = GiveUp(patience.clone());
    let place = readers.place().await;
    let asked = tokio::task::spawn_blocking(move || {
        let query = tnt4_query::sql::generate(&plan, readers.dialect(), most);
        let keep = usize::try_from(most).unwrap_or(usize::MAX);
        let answer = readers.with(|reader| reader.run(&query, keep, &patience));
        drop(place);
        answer.map(|answer| (plan, answer))
    });
    let mut stopping = state.shutdown.clone();
    let answered = tokio::select! {
        answered = asked => answered,
        () = shutdown::wanted(&mut stopping) => {
            return Err((StatusCode::SERVICE_UNAVAILABLE, SHUTTING_DOWN.to_owned()));
        }
    };
    match answered {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error @ StoreError::Interrupted)) => Err(bad(error.to_string())),
        Ok(Err(error)) => Err((StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
        Err(error) => Err((
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("the query ended badly: {error}"),
        )),
    }
}

/// Ends the query when nobody waits for it any more: axum drops the handler of a caller that has gone.
struct GiveUp(Patience);

impl Drop for GiveUp {
    fn drop(&mut self) {
        self.0.give_up();
    }
}

fn bad(message: impl Into<String>) -> Refused {
    (StatusCode::BAD_REQUEST, message.into())
}
