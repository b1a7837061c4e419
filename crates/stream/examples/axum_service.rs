//! A web service: each request is an activity, and what its handler logs belongs to it.
//!
//!     TNT4_URL=http://127.0.0.1:6580 cargo run -p tnt4 --example axum_service &
//!     curl -H 'x-request-id: order-17' http://127.0.0.1:3000/orders/17
//!     tnt4 query "get activities fields ActivityName, ElapsedTime, Correlator, Properties"
//!
//! Ctrl-C ends it: requests under way are answered, and what they have logged is delivered.

use std::env;
use std::error::Error;

use axum::Router;
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use tokio::net::TcpListener;
use tracing::{Instrument, Span, field, info, info_span, warn};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // The first to come and the last to go. It needs no runtime, and its end waits for two seconds at most.
    let _guard = tnt4::layer().init()?;

    let service = Router::new()
        .route("/orders/{number}", get(order))
        .layer(middleware::from_fn(as_activity));
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, service)
        .with_graceful_shutdown(async {
            // Without a way to hear of it, it would end at once.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
        .await?;
    Ok(())
}

/// Makes a request an activity. Those of several services belong together if they pass the same `x-request-id` on.
async fn as_activity(request: Request, next: Next) -> Response {
    let id = request
        .headers()
        .get("x-request-id")
        .and_then(|id| id.to_str().ok());
    let span = info_span!(
        "request",
        corrid = id,
        method = %request.method(),
        path = request.uri().path(),
        status = field::Empty,
    );
    let answered = async {
        let response = next.run(request).await;
        Span::current().record("status", response.status().as_u16());
        response
    };
    answered.instrument(span).await
}

async fn order(Path(number): Path<u32>) -> Result<String, StatusCode> {
    if number == 0 {
        warn!(number, "no such order");
        return Err(StatusCode::NOT_FOUND);
    }
    info!(number, "looked up");
    Ok(format!("order {number}\n"))
}
