//! What a tab is made to believe of the device that it is on: its size, what its owner prefers, its network, and what is there before
//! a page's own scripts are.

use serde_json::json;

use crate::Tab;

/// How good a tab's network is.
#[derive(Clone, Copy, Debug)]
pub enum Network {
    /// As it is.
    On,
    /// There is none.
    Off,
    /// A phone's on the way.
    Fast3g,
}

impl Tab {
    /// Makes the window so large; a narrow one is a phone's, with a finger.
    pub async fn resize(&self, width: u32, height: u32) {
        let is_phone = width < 600;
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone });
        self.call("Emulation.setDeviceMetricsOverride", metrics).await;
        self.call("Emulation.setTouchEmulationEnabled", json!({ "enabled": is_phone })).await;
    }

    /// Prefers `light` or `dark`, and `reduce` or `no-preference` where it moves.
    pub async fn prefer(&self, scheme: &str, motion: &str) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme }, { "name": "prefers-reduced-motion", "value": motion },
        ]);
        self.call("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Makes the network slow, takes it away, or leaves it as it is.
    pub async fn set_network(&self, network: Network) {
        let conditions = match network {
            Network::On | Network::Off => {
                let is_off = matches!(network, Network::Off);
                json!({ "offline": is_off, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 })
            }
            // 1.6 Mbit/s down, 750 kbit/s up, 150 ms: what benchmarks call fast 3G.
            Network::Fast3g => {
                json!({ "offline": false, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750 })
            }
        };
        self.call("Network.emulateNetworkConditions", conditions).await;
    }

    /// Has each page that is loaded from now on run this first.
    pub async fn before_each_page(&self, script: &str) {
        self.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }
}
