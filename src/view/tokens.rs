//! How many tokens a text costs a language model: an estimate that errs on the high side.

/// Sixths of a token: a letter or blank costs a third of one, any other ASCII character a half, other characters half a token a byte.
///
/// Measured vocabularies need about a quarter of a token a letter of English prose and a third a character of code.
pub fn tokens(text: &str) -> usize {
    text.chars().map(sixths).sum::<usize>().div_ceil(6)
}

/// The longest beginning of a text that costs no more than this.
pub fn beginning(text: &str, room: usize) -> &str {
    let mut left = room * 6;
    for (at, c) in text.char_indices() {
        let Some(rest) = left.checked_sub(sixths(c)) else { return &text[..at] };
        left = rest;
    }
    text
}

fn sixths(c: char) -> usize {
    match c {
        'a'..='z' | 'A'..='Z' | ' ' => 2,
        c if c.is_ascii() => 3,
        c => c.len_utf8() * 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_free_and_odd_ones_cost_more() {
        assert_eq!(tokens(""), 0);
        assert_eq!(tokens("health checks"), 5);
        assert_eq!(tokens("9f1c2ab4"), 4);
        assert_eq!(tokens("健康"), 3);
        assert_eq!(beginning("health checks", 2), "health");
        assert_eq!(beginning("健康", 2), "健");
    }
}
