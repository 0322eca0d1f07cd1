//! Prints the project's figures, one JSON line each, beside what each has to reach.
//!
//! Counts are exact and the same every time; times are ratios against something measured in the
//! same run, CPU rather than wall time, because machines are shared and noisy.

mod figure;
mod functions;
mod recorded;
mod runtime_api;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let binaries = functions::build()?;
    functions::measure(&binaries).await?;
    Ok(())
}
