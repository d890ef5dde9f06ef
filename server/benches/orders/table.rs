//! Figures with their references, as Markdown.

#[derive(Default)]
pub struct Table {
    rows: Vec<String>,
}

impl Table {
    pub fn say(&mut self, what: &str, figure: &str) {
        println!("{what}: {figure}");
        self.rows.push(format!("| {what} | {figure} | | | |"));
    }

    /// `bound` is the least (`is_least`) or the most that `figure / reference` may be.
    pub fn ratio(&mut self, what: &str, figure: f64, reference: &str, of: f64, bound: f64, is_least: bool) {
        let ratio = figure / of;
        let (is_reached, sign) = if is_least { (ratio >= bound, "≥") } else { (ratio <= bound, "≤") };
        let verdict = if is_reached { "yes" } else { "no" };
        println!("{what}: {figure:.0}; {ratio:.2} × {reference} ({of:.0}); wanted {sign} {bound}: {verdict}");
        self.rows.push(format!("| {what} | {figure:.0} | {reference}: {of:.0} | {ratio:.2} (wanted {sign} {bound}) | {verdict} |"));
    }

    pub fn print(&self) {
        println!("\n| what | figure | reference | ratio | reached |\n|---|---|---|---|---|\n{}", self.rows.join("\n"));
    }
}
