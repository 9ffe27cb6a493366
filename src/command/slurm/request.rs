//! Time and memory as Slurm writes them.

use std::fmt;
use std::str::FromStr;

/// `HH:MM:SS`, or `D-HH:MM:SS`.
#[derive(Clone, Debug, PartialEq)]
pub struct Duration {
    pub seconds: u64,
}

impl Duration {
    /// Rounded up to seconds.
    pub fn of(seconds: f64) -> Duration {
        Duration { seconds: seconds.ceil() as u64 }
    }
}

impl FromStr for Duration {
    type Err = String;

    fn from_str(text: &str) -> Result<Duration, String> {
        let (days, clock) = text.split_once('-').unwrap_or(("0", text));
        let numbers: Option<Vec<u64>> = [days].into_iter().chain(clock.split(':')).map(whole).collect();
        match numbers.as_deref() {
            Some([days, hours, minutes, seconds]) if *minutes < 60 && *seconds < 60 => {
                let seconds = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
                if seconds > 0 { Ok(Duration { seconds }) } else { Err("a task needs some time".to_string()) }
            }
            _ => Err("write HH:MM:SS, such as 02:30:00, or D-HH:MM:SS".to_string()),
        }
    }
}

/// A number of few digits, without a sign.
fn whole(text: &str) -> Option<u64> {
    let plain = (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Duration {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (minutes, seconds) = (self.seconds / 60, self.seconds % 60);
        let (hours, minutes) = (minutes / 60, minutes % 60);
        match hours / 24 {
            0 => write!(out, "{hours:02}:{minutes:02}:{seconds:02}"),
            days => write!(out, "{days}-{:02}:{minutes:02}:{seconds:02}", hours % 24),
        }
    }
}

/// `4G`: a whole number of K, M (also without a letter), G or T.
#[derive(Clone, Debug, PartialEq)]
pub struct Memory {
    pub bytes: u64,
}

impl Memory {
    /// Rounded up to megabytes.
    pub fn of(bytes: u64) -> Memory {
        Memory { bytes: bytes.div_ceil(1 << 20) << 20 }
    }
}

impl FromStr for Memory {
    type Err = String;

    fn from_str(text: &str) -> Result<Memory, String> {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let shift = match &text[digits.len()..] {
            "K" => Some(10),
            "" | "M" => Some(20),
            "G" => Some(30),
            "T" => Some(40),
            _ => None,
        };
        match (whole(digits), shift) {
            (Some(number), Some(shift)) if number > 0 => Ok(Memory { bytes: number << shift }),
            _ => Err("write a whole number with K, M, G or T, such as 4G".to_string()),
        }
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(40, "T"), (30, "G"), (20, "M")];
        match units.into_iter().find(|(shift, _)| self.bytes >= 1 << shift && self.bytes.is_multiple_of(1 << shift)) {
            Some((shift, unit)) => write!(out, "{}{unit}", self.bytes >> shift),
            None => write!(out, "{}K", self.bytes.div_ceil(1 << 10)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_slurm_writes_is_read_and_written() {
        for text in ["00:01:00", "23:59:59", "2-00:00:01"] {
            assert_eq!(text.parse::<Duration>().unwrap().to_string(), text);
        }
        assert_eq!("48:00:00".parse::<Duration>().unwrap().to_string(), "2-00:00:00");
        for text in ["", "60", "1:2", "00:00:00", "00:61:00", "1-2-3", "-1:00:00", "+1:00:00", "9999999:00:00"] {
            assert!(text.parse::<Duration>().is_err(), "{text}");
        }
        for text in ["4G", "512M", "3K", "1T"] {
            assert_eq!(text.parse::<Memory>().unwrap().to_string(), text);
        }
        assert_eq!("2048".parse::<Memory>().unwrap().to_string(), "2G");
        for text in ["", "G", "0G", "4g", "4.5G", "-4G", "4GB", "99999999999T"] {
            assert!(text.parse::<Memory>().is_err(), "{text}");
        }
    }
}
