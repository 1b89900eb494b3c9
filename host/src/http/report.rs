//! The report of an activity, in the form that is asked for: for programs, or as a file for spreadsheets.
//!
//! What stands in it is the plugin's matter, how a file is written that of `csv` and `workbook`.

use axum::Json;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use hezi_plugin::JsonText;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, ApiResult};
use super::extract::{CurrentUser, Params};
use super::openapi::{Binary, Problems};
use super::path::AtActivity;
use super::{csv, file_name, workbook};
use crate::activity::Report;

/// What a workbook is called on the network.
const WORKBOOK_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What came of an activity, in whole: the figures and the table that its plugin makes of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReportBody {
    /// The activity's title.
    title: String,
    /// The figures that sum it up.
    #[schema(value_type = Object)]
    summary: JsonText,
    /// Names of the columns.
    columns: Vec<String>,
    /// The rows; each has as many cells as there are columns.
    rows: Vec<Vec<String>>,
}

/// The form of a report.
#[derive(Debug, Default, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReportFormat {
    /// One object, for programs.
    #[default]
    Json,
    /// For spreadsheets, and for everything else that reads tables.
    Csv,
    /// A workbook, for spreadsheets.
    Xlsx,
}

/// In which form a report is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ReportParams {
    /// `json`, `csv` or `xlsx`; `json` if not given.
    #[serde(default)]
    #[param(inline, required = false)]
    format: ReportFormat,
}

/// The report, for organizers.
#[utoipa::path(
    get, path = "/api/activities/{id}/report", operation_id = "get_activity_report", tag = "activities",
    params(AtActivity, ReportParams), responses(
        (status = 200, description = "the report", content(
            (ReportBody = "application/json"),
            (String = "text/csv"),
            (Binary = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        Problems
    )
)]
pub(super) async fn show(
    user: CurrentUser,
    at: AtActivity,
    Params(params): Params<ReportParams>,
) -> ApiResult<Response> {
    let report = at.room.report(user.id(), &at.id).await?;
    let name = |kind: &str| file_name::attachment(&report.title, at.id.as_str(), kind);
    match params.format {
        ReportFormat::Json => Ok(as_json(report)),
        ReportFormat::Csv => {
            let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name("csv"))];
            Ok((headers, csv::csv(&report.columns, &report.rows)).into_response())
        }
        ReportFormat::Xlsx => {
            let headers = [(CONTENT_TYPE, WORKBOOK_TYPE.to_owned()), (CONTENT_DISPOSITION, name("xlsx"))];
            // Sixteen megabytes of cells take longer than other requests should wait.
            let written = tokio::task::spawn_blocking(move || workbook::workbook(&report.columns, &report.rows)).await;
            let bytes = written.map_err(ApiError::internal)??;
            Ok((headers, bytes).into_response())
        }
    }
}

fn as_json(report: Report) -> Response {
    let Report { title, summary, columns, rows } = report;
    Json(ReportBody { title, summary, columns, rows }).into_response()
}
