//! Bytes as text that HTML and JSON can hold.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The bytes in base 64, with padding.
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        let letter =
            |k: usize| if k <= three.len() { char::from(LETTERS[(bits >> (18 - 6 * k) & 63) as usize]) } else { '=' };
        out.extend((0..4).map(letter));
    }
    out
}

/// The bytes again; None for what [`encode`] does not write.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let letters = text.trim_end_matches('=').as_bytes();
    let mut out = Vec::with_capacity(letters.len() * 3 / 4);
    for four in letters.chunks(4) {
        let mut bits = 0_u32;
        for letter in four {
            bits = bits << 6 | LETTERS.iter().position(|known| known == letter)? as u32;
        }
        bits <<= 6 * (4 - four.len());
        let bytes = bits.to_be_bytes();
        out.extend(&bytes[1..four.len()]);
    }
    (encode(&out) == text).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_and_other_text_is_refused() {
        assert_eq!(encode(b"any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw==");
        for length in 0..9 {
            let bytes: Vec<u8> = (0..length).map(|k| (k * 97 + 13) as u8).collect();
            assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }
        for text in ["YW5", "YW5?", "YW==YW55", "Y"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
