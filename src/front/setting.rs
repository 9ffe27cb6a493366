//! A parameter's value as a caller gives it.

/// A number, or a text such as `relu`, `exponential`, `1/3` or `file(spectrum.csv)`, as claim files and the command line write it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Setting {
    /// A number.
    Number(f64),
    /// A text; which kind of value it is follows from the parameter.
    Text(String),
}

impl Setting {
    /// As the command line takes it.
    pub(super) fn text(&self) -> String {
        match self {
            // The shortest decimal that reads as the same number.
            Setting::Number(number) => format!("{number:e}"),
            Setting::Text(text) => text.clone(),
        }
    }
}

impl From<f64> for Setting {
    fn from(number: f64) -> Setting {
        Setting::Number(number)
    }
}

impl From<i32> for Setting {
    fn from(number: i32) -> Setting {
        Setting::Number(f64::from(number))
    }
}

impl From<&str> for Setting {
    fn from(text: &str) -> Setting {
        Setting::Text(text.to_string())
    }
}

impl From<String> for Setting {
    fn from(text: String) -> Setting {
        Setting::Text(text)
    }
}
