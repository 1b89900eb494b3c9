//! The first questions: what kind of file it is, whether it is valid, and how much there is to compile.
//!
//! Nothing is compiled here. A small file can hold a great deal of work for a compiler, so its parts are counted, in
//! nested modules too, before anything is done that takes longer than reading it.

use wasmparser::{
    Encoding, FunctionBody, MemorySectionReader, Parser, Payload, TableSectionReader, Validator, WasmFeatures,
};

use crate::{GateError, Limits, limits::TABLE_ELEMENTS_MAX};

const FUNCTIONS_MAX: usize = 20_000;
const FUNCTION_BYTES_MAX: usize = 256 << 10;
const LOCALS_MAX: usize = 5_000;
const TYPES_MAX: usize = 10_000;
const IMPORTS_MAX: usize = 1_000;
const EXPORTS_MAX: usize = 1_000;
const GLOBALS_MAX: usize = 1_000;
const SEGMENTS_MAX: usize = 10_000;
const MODULES_MAX: usize = 16;
const PARTS_MAX: usize = 10_000;
const PAGE_BYTES: u64 = 64 << 10;

/// Checks the file as a file, for an engine with these features.
pub(crate) fn check(limits: &Limits, features: WasmFeatures, bytes: &[u8]) -> Result<(), GateError> {
    let limit_bytes = limits.component_bytes;
    if bytes.len() > limit_bytes {
        return Err(GateError::TooLarge { bytes: bytes.len(), limit_bytes });
    }
    check_kind(bytes)?;
    count_parts(limits, bytes)?;
    let features = features.difference(WasmFeatures::MULTI_MEMORY);
    Validator::new_with_features(features).validate_all(bytes).map_err(invalid)?;
    Ok(())
}

fn check_kind(bytes: &[u8]) -> Result<(), GateError> {
    if wasmtime::Engine::detect_precompiled(bytes).is_some() {
        return Err(GateError::Precompiled);
    }
    if Parser::is_core_wasm(bytes) {
        return Err(GateError::CoreModule);
    }
    if !Parser::is_component(bytes) {
        return Err(GateError::NotWasm);
    }
    Ok(())
}

fn count_parts(limits: &Limits, bytes: &[u8]) -> Result<(), GateError> {
    let mut parts = PartCounts::default();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(invalid)? {
            Payload::MemorySection(memories) => check_memories(memories, limits.memory_bytes)?,
            Payload::TableSection(tables) => check_tables(tables)?,
            other => parts.add(other)?,
        }
    }
    Ok(())
}

fn check_memories(memories: MemorySectionReader<'_>, limit_bytes: usize) -> Result<(), GateError> {
    for memory in memories {
        let bytes = memory.map_err(invalid)?.initial.saturating_mul(PAGE_BYTES);
        if bytes > limit_bytes as u64 {
            let message = format!("it starts with {bytes} bytes of memory; the limit is {limit_bytes}");
            return Err(GateError::DoesNotFit { message });
        }
    }
    Ok(())
}

fn check_tables(tables: TableSectionReader<'_>) -> Result<(), GateError> {
    for table in tables {
        let elements = table.map_err(invalid)?.ty.initial;
        if elements > TABLE_ELEMENTS_MAX as u64 {
            let message = format!("it has a table of {elements} elements; the limit is {TABLE_ELEMENTS_MAX}");
            return Err(GateError::DoesNotFit { message });
        }
    }
    Ok(())
}

fn invalid(error: wasmparser::BinaryReaderError) -> GateError {
    GateError::Invalid { message: error.to_string() }
}

/// How many parts of each kind there are, in the component and all that is nested in it.
#[derive(Default)]
struct PartCounts {
    functions: usize,
    types: usize,
    imports: usize,
    exports: usize,
    globals: usize,
    segments: usize,
    modules: usize,
    others: usize,
}

impl PartCounts {
    fn add(&mut self, payload: Payload<'_>) -> Result<(), GateError> {
        match payload {
            Payload::Version { encoding: Encoding::Module, .. } => add(&mut self.modules, 1, MODULES_MAX, "modules"),
            Payload::TypeSection(section) => add(&mut self.types, section.count(), TYPES_MAX, "types"),
            Payload::ImportSection(section) => add(&mut self.imports, section.count(), IMPORTS_MAX, "imports"),
            Payload::ExportSection(section) => add(&mut self.exports, section.count(), EXPORTS_MAX, "exports"),
            Payload::GlobalSection(section) => add(&mut self.globals, section.count(), GLOBALS_MAX, "globals"),
            Payload::FunctionSection(section) => add(&mut self.functions, section.count(), FUNCTIONS_MAX, "functions"),
            Payload::ElementSection(section) => add(&mut self.segments, section.count(), SEGMENTS_MAX, "segments"),
            Payload::DataSection(section) => add(&mut self.segments, section.count(), SEGMENTS_MAX, "segments"),
            Payload::CodeSectionEntry(body) => check_body(&body),
            Payload::ComponentTypeSection(section) => self.other(section.count()),
            Payload::CoreTypeSection(section) => self.other(section.count()),
            Payload::InstanceSection(section) => self.other(section.count()),
            Payload::ComponentInstanceSection(section) => self.other(section.count()),
            Payload::ComponentAliasSection(section) => self.other(section.count()),
            Payload::ComponentCanonicalSection(section) => self.other(section.count()),
            Payload::ComponentImportSection(section) => self.other(section.count()),
            Payload::ComponentExportSection(section) => self.other(section.count()),
            _ => self.other(1),
        }
    }

    fn other(&mut self, count: u32) -> Result<(), GateError> {
        add(&mut self.others, count, PARTS_MAX, "component definitions")
    }
}

fn add(counted: &mut usize, count: u32, limit: usize, what: &'static str) -> Result<(), GateError> {
    *counted = counted.saturating_add(count as usize);
    if *counted > limit {
        return Err(GateError::TooComplex { what, limit });
    }
    Ok(())
}

fn check_body(body: &FunctionBody<'_>) -> Result<(), GateError> {
    if body.range().len() > FUNCTION_BYTES_MAX {
        return Err(GateError::TooComplex { what: "bytes in one function", limit: FUNCTION_BYTES_MAX });
    }
    let mut locals = 0;
    for group in body.get_locals_reader().map_err(invalid)? {
        add(&mut locals, group.map_err(invalid)?.0, LOCALS_MAX, "locals in one function")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::compiler;

    fn code(bytes: &[u8]) -> &'static str {
        let limits = Limits { component_bytes: 300_000, ..Limits::default() };
        let features = compiler(&limits).unwrap().get_wasm_features();
        check(&limits, features, bytes).map_or_else(|error| error.code(), |()| "fine")
    }

    fn component(text: &str) -> Vec<u8> {
        wat::parse_str(format!("(component {text})")).unwrap()
    }

    #[test]
    fn files_that_are_no_components_are_told_apart() {
        assert_eq!(code(b""), "component_not_wasm");
        assert_eq!(code(b"\x7fELF nothing of the kind"), "component_not_wasm");
        assert_eq!(code(b"\0asm\x01\0\0\0"), "component_is_core_module");
        assert_eq!(code(b"\0asm\x0d\0\x01\0\x63garbage"), "component_invalid");
        assert_eq!(code(&vec![0; 300_001]), "component_too_large");
        assert_eq!(code(b"\0asm\x0d\0\x01\0"), "fine");
    }

    #[test]
    fn compiled_code_is_refused() {
        let compiled = compiler(&Limits::default()).unwrap().precompile_component(b"\0asm\x0d\0\x01\0").unwrap();
        assert_eq!(code(&compiled), "component_precompiled");
    }

    #[test]
    fn parts_are_counted_before_anything_is_compiled() {
        let functions = "(func)".repeat(20_001);
        assert_eq!(code(&component(&format!("(core module {functions})"))), "component_too_complex");
        let modules = "(core module)".repeat(17);
        assert_eq!(code(&component(&modules)), "component_too_complex");
        let nops = "nop ".repeat(262_200);
        assert_eq!(code(&component(&format!("(core module (func {nops}))"))), "component_too_complex");
        let locals = format!("(core module (func (local {})))", "i32 ".repeat(5_001));
        assert_eq!(code(&component(&locals)), "component_too_complex");
    }

    #[test]
    fn memories_and_tables_fit() {
        assert_eq!(code(&component("(core module (memory 1024))")), "fine");
        assert_eq!(code(&component("(core module (memory 1025))")), "component_does_not_fit");
        assert_eq!(code(&component("(core module (table 20001 funcref))")), "component_does_not_fit");
    }

    #[test]
    fn features_that_would_make_calls_differ_are_refused() {
        let relaxed = "(core module (func (param v128 v128 v128) (result v128) local.get 0 local.get 1 local.get 2 \
                       f32x4.relaxed_madd))";
        assert_eq!(code(&component(relaxed)), "component_invalid");
        assert_eq!(code(&component("(core module (memory 1 1 shared))")), "component_invalid");
        assert_eq!(code(&component("(core module (memory i64 1))")), "component_invalid");
        assert_eq!(code(&component("(core module (memory 1) (memory 1))")), "component_invalid");
    }
}
