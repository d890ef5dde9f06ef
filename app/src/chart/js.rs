//! Typed doors to `loader.js`. Nothing else of the chart library is known to Rust.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/chart/loader.js")]
extern "C" {
    pub(super) type PriceChart;

    /// Fetches the library if this page hasn't, and draws an empty chart into `place`. Resolves to a `PriceChart`.
    #[wasm_bindgen(catch, js_name = mount)]
    pub(super) async fn mount(
        place: &web_sys::HtmlElement,
        precision: u32,
        min_move: f64,
        on_hover: &Closure<dyn FnMut(f64)>,
    ) -> Result<JsValue, JsValue>;

    /// All bars anew: six numbers a bar.
    #[wasm_bindgen(method, js_name = setBars)]
    pub(super) fn set_bars(this: &PriceChart, flat: &[f64]);

    /// The last bar, changed or new.
    #[wasm_bindgen(method)]
    pub(super) fn update(this: &PriceChart, flat: &[f64]);

    #[wasm_bindgen(method)]
    pub(super) fn remove(this: &PriceChart);
}
