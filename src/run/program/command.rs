//! The command of a program: its words, the folder it runs in, and a digest of what would change its draws.

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A command, split into words; no shell reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The program, and what is given to it.
    pub words: Vec<String>,
    /// Where it runs: the folder of the claim file.
    pub folder: PathBuf,
    /// Digest of the words and of the files that are among them or that it depends on.
    pub digest: String,
}

impl Command {
    /// The command in its folder. Files among the words are part of the digest, and so are those of `depends`.
    ///
    /// # Errors
    /// A file that cannot be read, with its name.
    pub fn new(words: &[String], folder: &Path, depends: &[String]) -> Result<Command, String> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let folder = folder.canonicalize().map_err(|error| format!("{}: {error}", folder.display()))?;
        let read = |name: &String| {
            std::fs::read(folder.join(name)).map_err(|error| format!("`{name}` cannot be read: {error}"))
        };
        let mut digest = Digest::new();
        for word in words {
            digest.part(word.as_bytes());
            if folder.join(word).is_file() {
                digest.part(&read(word)?);
            }
        }
        for name in depends {
            digest.part(name.as_bytes());
            digest.part(&read(name)?);
        }
        Ok(Command { words: words.to_vec(), folder, digest: format!("{:016x}", digest.0) })
    }

    /// What the operating system is asked to run. A program named by a path is found from the folder it runs in.
    pub(super) fn program(&self) -> PathBuf {
        let first = &self.words[0];
        if first.contains('/') { self.folder.join(first) } else { PathBuf::from(first) }
    }
}

/// 64-bit FNV-1a over parts, each with its length: finds accidents, not malice.
struct Digest(u64);

impl Digest {
    fn new() -> Digest {
        Digest(0xcbf2_9ce4_8422_2325)
    }

    fn part(&mut self, bytes: &[u8]) {
        let length = (bytes.len() as u64).to_le_bytes();
        for byte in length.iter().chain(bytes) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Text of somebody else's as a terminal may show it: no control characters, and nothing that turns the line around.
pub fn shown(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let turns =
            matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if c.is_control() || turns {
            // Writing to a String does not fail.
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_string).collect()
    }

    #[test]
    fn a_digest_knows_the_words_and_their_files() {
        let here = tempfile::tempdir().unwrap();
        let digest = |text: &str, depends: &[String]| Command::new(&words(text), here.path(), depends).unwrap().digest;
        let write = |name: &str, text: &str| std::fs::write(here.path().join(name), text).unwrap();
        write("a.py", "one");
        write("b.py", "");
        let first = digest("python3 a.py", &[]);
        assert_eq!(digest("python3 a.py", &[]), first);
        let mut seen = vec![first];
        let depends = ["b.py".to_string()];
        for (text, depends) in [("python3 a.py 2", &[][..]), ("python a.py", &[]), ("python3 a.py", &depends)] {
            seen.push(digest(text, depends));
        }
        write("a.py", "two");
        seen.push(digest("python3 a.py", &[]));
        write("b.py", "three");
        seen.push(digest("python3 a.py", &depends));
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), all);
        let lost = Command::new(&words("python3 a.py"), here.path(), &["c.py".to_string()]).unwrap_err();
        assert!(lost.contains("`c.py` cannot be read"), "{lost}");
    }

    #[test]
    fn what_others_wrote_is_shown_without_its_effects() {
        assert_eq!(shown("python3 \u{1b}[2Jx\u{202e}.py\n"), "python3 \\u{1b}[2Jx\\u{202e}.py\\u{a}");
        assert_eq!(shown("é ∞"), "é ∞");
    }
}
