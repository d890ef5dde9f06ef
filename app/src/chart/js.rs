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
        on_older: &Closure<dyn FnMut()>,
    ) -> Result<JsValue, JsValue>;

    /// All bars anew: six numbers a bar.
    #[wasm_bindgen(method, js_name = setBars)]
    pub(super) fn set_bars(this: &PriceChart, flat: &[f64]);

    /// The last bar, changed or new.
    #[wasm_bindgen(method)]
    pub(super) fn update(this: &PriceChart, flat: &[f64]);

    /// `candles`, `bars`, `line` or `area`.
    #[wasm_bindgen(method, js_name = setKind)]
    pub(super) fn set_kind(this: &PriceChart, kind: &str);

    /// Takes every line of an indicator away.
    #[wasm_bindgen(method, js_name = clearCurves)]
    pub(super) fn clear_curves(this: &PriceChart);

    /// One value a bar, NaN for none; pane 0 is the prices'.
    #[wasm_bindgen(method, js_name = setCurve)]
    pub(super) fn set_curve(this: &PriceChart, id: u32, pane: u32, color: u32, is_histogram: bool, values: &[f64]);

    #[wasm_bindgen(method, js_name = updateCurve)]
    pub(super) fn update_curve(this: &PriceChart, id: u32, seconds: f64, value: f64);

    /// Seconds and close of each bar of a second symbol, and its name; empty for none.
    #[wasm_bindgen(method, js_name = setCompared)]
    pub(super) fn set_compared(this: &PriceChart, flat: &[f64], title: &str);

    /// Levels over the prices; kinds are those of `lines::LineKind`.
    #[wasm_bindgen(method, js_name = setMarks)]
    pub(super) fn set_marks(this: &PriceChart, prices: &[f64], kinds: &[u8], titles: Vec<String>);

    #[wasm_bindgen(method)]
    pub(super) fn remove(this: &PriceChart);
}
