//! The last question: does it start, and what does it say of itself.
//!
//! The component runs here for the first time, within the same bounds as in any call and with nothing but `log`.

use wasmtime::{
    Store,
    component::{ComponentNamedList, Instance, Lift, Lower},
};

use super::world::EXPORT;
use crate::{
    Engine, Fault, GateError,
    bindings::{
        PluginPre,
        hezi::activity::types::{
            Block, Description as RawDescription, Error as RawError, Member as RawMember, ReportPage,
        },
    },
    host::Host,
    live::{ATTENDANCE, Live, new_store, start_fault},
};

/// Starts the component and asks it what it is.
pub(crate) fn ask(engine: &Engine, linked: &PluginPre<Host>) -> Result<RawDescription, GateError> {
    check_export_types(engine, linked)?;
    let failed = |fault: Fault| GateError::DescribeFailed { fault };
    let mut live = Live::start(engine, linked).map_err(failed)?;
    let raw = live.describe().map_err(failed)?;
    // The same instance, which can remember that it was asked before. A fresh one is given nothing that differs.
    let again = live.describe().map_err(failed)?;
    if format!("{raw:?}") != format!("{again:?}") {
        let message = "it must be the same each time".to_owned();
        return Err(GateError::Description { field: "describe", message });
    }
    Ok(raw)
}

/// Finds a mistyped export and names it. The engine compares a function's types when it is looked up in an instance.
fn check_export_types(engine: &Engine, linked: &PluginPre<Host>) -> Result<(), GateError> {
    let mut store = new_store(engine);
    let instance = match linked.instance_pre().instantiate(&mut store) {
        Ok(instance) => instance,
        Err(error) => return Err(GateError::StartFailed { fault: start_fault(&error, store.data_mut()) }),
    };
    let mut exports = Exports { store, instance, interface: EXPORT };
    exports.check::<(), (RawDescription,)>("describe")?;
    exports.check::<(&str,), (Result<String, RawError>,)>("open")?;
    exports.check::<(&RawMember, &str, Option<&RawMember>), (Result<String, RawError>,)>("act")?;
    exports.check::<(Option<&RawMember>, Option<&str>), (Result<Vec<Block>, RawError>,)>("view")?;
    exports.check::<(&str,), (Result<(), RawError>,)>("tick")?;
    exports.check::<(), (Result<(), RawError>,)>("close")?;
    exports.check::<(Option<&str>,), (Result<ReportPage, RawError>,)>("report")?;
    exports.check::<(u32,), (Result<(), RawError>,)>("migrate")?;
    if !exports.has(ATTENDANCE) {
        return Ok(());
    }
    exports.interface = ATTENDANCE;
    exports.check::<(&RawMember,), (Result<(), RawError>,)>("joined")?;
    exports.check::<(&RawMember,), (Result<(), RawError>,)>("left")
}

/// An instance whose exports are compared with the interface.
struct Exports {
    store: Store<Host>,
    instance: Instance,
    /// The interface whose functions are compared.
    interface: &'static str,
}

impl Exports {
    fn has(&mut self, interface: &str) -> bool {
        self.instance.get_export_index(&mut self.store, None, interface).is_some()
    }

    fn check<P, R>(&mut self, function: &str) -> Result<(), GateError>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift,
    {
        let mismatch = |problem: String| GateError::ExportMismatch { message: format!("`{function}`: {problem}") };
        let interface = self.instance.get_export_index(&mut self.store, None, self.interface);
        let index = self.instance.get_export_index(&mut self.store, interface.as_ref(), function);
        let index = index.ok_or_else(|| mismatch("it is missing".into()))?;
        let found = self.instance.get_typed_func::<P, R>(&mut self.store, index);
        found.map(drop).map_err(|error| mismatch(format!("{error:#}")))
    }
}
