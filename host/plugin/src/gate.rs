//! The gate: what a component has to be before it is run for anybody, and why it is refused.
//!
//! Each question has a file; [`crate::pipeline`] asks them in their order.

pub(crate) mod describe;
pub(crate) mod structure;
pub(crate) mod world;

use thiserror::Error;

use crate::Fault;

/// Why a component is refused, in a sentence that tells its author what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "a field says in its name what it is, and the sentence above what it means")]
pub enum GateError {
    /// The file is too large.
    #[error(
        "the component has {bytes} bytes and the limit is {limit_bytes}: build it optimised for size and drop large \
         dependencies"
    )]
    TooLarge { bytes: usize, limit_bytes: usize },
    /// The file is compiled machine code.
    #[error("this is precompiled machine code, which is never accepted: send the component itself (.wasm)")]
    Precompiled,
    /// The file is a core module.
    #[error(
        "this is a core WebAssembly module and not a component: build it with `cargo hezi build`, which makes a \
         component of it"
    )]
    CoreModule,
    /// The file is no WebAssembly.
    #[error("this is not a WebAssembly component")]
    NotWasm,
    /// The component is malformed or uses a feature that the engine does not have.
    #[error("the component is not valid here: {message}")]
    Invalid { message: String },
    /// The component has too many parts of a kind.
    #[error("the component has more than {limit} {what}: make it smaller")]
    TooComplex { what: &'static str, limit: usize },
    /// The component imports something that is not Hezi's.
    #[error("the component imports `{name}`, which Hezi does not have: {advice}")]
    ForeignImport { name: String, advice: &'static str },
    /// The component was built against another version of the interface.
    #[error("the component uses `{name}`, and this host has {supported}: build it with the SDK for this version")]
    OtherVersion { name: String, supported: &'static str },
    /// An import has a type that the host does not have.
    #[error(
        "an import does not fit the interface: {message}; build it again with the SDK that belongs to this version of Hezi"
    )]
    ImportMismatch { message: String },
    /// The component does not implement the interface.
    #[error("the component does not export `{name}`: implement it, or export the activity with the SDK's macro")]
    ExportMissing { name: String },
    /// An export has another type than the interface says.
    #[error(
        "an export does not fit the interface: {message}; build it again with the SDK that belongs to this version of Hezi"
    )]
    ExportMismatch { message: String },
    /// The component needs more of the engine than it may have.
    #[error("the component does not fit: {message}")]
    DoesNotFit {
        /// What it needs and what there is.
        message: String,
    },
    /// The compiler refused.
    #[error("the component does not compile: {message}")]
    DoesNotCompile { message: String },
    /// The component failed while it started.
    #[error("the component failed while starting: {fault}")]
    StartFailed { fault: Fault },
    /// `describe` failed.
    #[error("`describe` failed: {fault}")]
    DescribeFailed { fault: Fault },
    /// A field of the description is malformed.
    #[error("`{field}` of the description is not well-formed: {message}")]
    Description { field: &'static str, message: String },
}

impl GateError {
    /// A stable name for clients and tests.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "component_too_large",
            Self::Precompiled => "component_precompiled",
            Self::CoreModule => "component_is_core_module",
            Self::NotWasm => "component_not_wasm",
            Self::Invalid { .. } => "component_invalid",
            Self::TooComplex { .. } => "component_too_complex",
            Self::ForeignImport { .. } => "component_foreign_import",
            Self::OtherVersion { .. } => "component_other_version",
            Self::ImportMismatch { .. } => "component_import_mismatch",
            Self::ExportMissing { .. } => "component_export_missing",
            Self::ExportMismatch { .. } => "component_export_mismatch",
            Self::DoesNotFit { .. } => "component_does_not_fit",
            Self::DoesNotCompile { .. } => "component_does_not_compile",
            Self::StartFailed { .. } => "component_start_failed",
            Self::DescribeFailed { .. } => "component_describe_failed",
            Self::Description { .. } => "component_description",
        }
    }
}
