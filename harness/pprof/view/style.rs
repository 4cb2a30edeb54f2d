//! Colour for a terminal, or none.

/// What is written before and after what stands out; empty strings without colour.
pub(super) struct Style {
    pub(super) title: &'static str,
    pub(super) plain: &'static str,
    hot: &'static str,
    warm: &'static str,
}

impl Style {
    pub(super) fn new(colour: bool) -> Style {
        if colour {
            Style {
                title: "\x1b[1m",
                plain: "\x1b[0m",
                hot: "\x1b[31m",
                warm: "\x1b[33m",
            }
        } else {
            Style {
                title: "",
                plain: "",
                hot: "",
                warm: "",
            }
        }
    }

    /// Red from a tenth of the total, yellow from a hundredth.
    pub(super) fn of_share(&self, value: i64, total: i64) -> &'static str {
        let (value, total) = (value.unsigned_abs(), total.unsigned_abs());
        if value == 0 {
            ""
        } else if value >= total / 10 {
            self.hot
        } else if value >= total / 100 {
            self.warm
        } else {
            ""
        }
    }
}
