//! Paths as a runner prints them, made relative to the project, and the choice of the user's own file among many.

use super::failure::Place;

/// Parts of paths that belong to tools and dependencies.
const FOREIGN: [&str; 20] = [
    "node_modules/",
    "site-packages/",
    "dist-packages/",
    "/.cargo/",
    "/.rustup/",
    "/rustc/",
    "/.venv/",
    "/.pyenv/",
    "/lib/python",
    "/usr/lib",
    "/pkg/mod/",
    "/src/testing/",
    "/src/runtime/",
    "/usr/local/go/",
    "_testmain.go",
    "node:",
    "<frozen",
    "<string>",
    "<anonymous>",
    "internal/process/",
];

/// The folders that places are relative to, longest first.
pub(super) struct Roots<'a> {
    folders: Vec<&'a str>,
}

impl<'a> Roots<'a> {
    pub(super) fn new(roots: &[&'a str]) -> Roots<'a> {
        let mut folders: Vec<&str> = roots.iter().map(|root| root.trim_end_matches(['/', '\\'])).collect();
        folders.retain(|folder| !folder.is_empty());
        folders.sort_by_key(|folder| std::cmp::Reverse(folder.len()));
        Roots { folders }
    }

    /// Returns the path without a root, a leading `./` and the marks of a URL.
    pub(super) fn relative(&self, path: &str) -> String {
        let plain = match path.strip_prefix("file://") {
            Some(url) => percent_decoded(url),
            None => path.to_owned(),
        };
        let mut rest = plain.as_str();
        for folder in &self.folders {
            let inside = rest.strip_prefix(folder).and_then(|rest| rest.strip_prefix(['/', '\\']));
            if let Some(inside) = inside {
                rest = inside;
                break;
            }
        }
        while let Some(shorter) = rest.strip_prefix("./") {
            rest = shorter.trim_start_matches('/');
        }
        rest.to_owned()
    }

    /// Returns a text in which paths below a root are relative.
    pub(super) fn relative_text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for folder in &self.folders {
            if text.contains(folder) {
                text = without_folder(&text, folder);
            }
        }
        text
    }

    /// Reads `file:line` or `file:line:column`.
    pub(super) fn place(&self, text: &str) -> Option<Place> {
        let (rest, last) = text.trim().rsplit_once(':')?;
        let last = number(last)?;
        let (file, line, column) = match rest.rsplit_once(':').and_then(|(file, line)| Some((file, number(line)?))) {
            Some((file, line)) => (file, line, Some(last)),
            None => (rest, last, None),
        };
        if file.is_empty() {
            return None;
        }
        Some(Place { file: self.relative(file), line, column })
    }

    /// Picks the first place in a file of the user's own, or else the first.
    pub(super) fn best(&self, places: impl IntoIterator<Item = Place>) -> Option<Place> {
        let mut first = None;
        for place in places {
            if !is_foreign(&place.file) {
                return Some(place);
            }
            first = first.or(Some(place));
        }
        first
    }
}

/// Tells whether a file belongs to a tool or a dependency.
pub(super) fn is_foreign(file: &str) -> bool {
    FOREIGN.iter().any(|part| {
        file.contains(part)
            || part.strip_prefix('/').is_some_and(|part| file.starts_with(part) && part.starts_with('.'))
    })
}

/// Reads a frame's `name (file:line:column)`, or just its place.
pub(super) fn frame_place(frame: &str) -> &str {
    let frame = frame.trim().trim_end_matches(" {").trim_end();
    match (frame.strip_suffix(')'), frame.rfind('(')) {
        (Some(inner), Some(open)) => &inner[open + 1..],
        _ => frame.strip_prefix("async ").unwrap_or(frame),
    }
}

pub(super) fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// Takes a folder off the paths in a text, where it is where they begin.
fn without_folder(text: &str, folder: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(folder) {
        let after = &rest[at + folder.len()..];
        let before = rest[..at].strip_suffix("file://").unwrap_or(&rest[..at]);
        let inside = |char: char| char.is_alphanumeric() || matches!(char, '/' | '.' | '_' | '-' | '~');
        let begins = before.len() < at || !before.ends_with(inside);
        match after.strip_prefix('/').filter(|_| begins) {
            Some(after) => {
                out.push_str(before);
                rest = after;
            }
            None => {
                out.push_str(&rest[..at + folder.len()]);
                rest = after;
            }
        }
    }
    out + rest
}

fn percent_decoded(url: &str) -> String {
    let mut bytes = Vec::with_capacity(url.len());
    let mut rest = url.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        let escaped = match after {
            [high, low, after @ ..] if *first == b'%' => {
                hex(*high).zip(hex(*low)).map(|(high, low)| (high * 16 + low, after))
            }
            _ => None,
        };
        match escaped {
            Some((byte, after)) => {
                bytes.push(byte);
                rest = after;
            }
            None => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| url.to_owned())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_paths_relative_to_the_longest_root() {
        let roots = Roots::new(&["/home/ada", "/home/ada/app/"]);
        let shown: Vec<String> = [
            "/home/ada/app/src/a.rs:3:4",
            "file:///home/ada/app/my%20dir/a.mjs:3",
            "././src/a.py:3",
            "/home/adam/x.py:1",
            "C:\\app\\a.js:3:4",
            "/home/ada/other.go:2",
        ]
        .iter()
        .filter_map(|text| roots.place(text))
        .map(|place| place.to_string())
        .collect();
        assert_eq!(
            shown,
            ["src/a.rs:3:4", "my dir/a.mjs:3", "src/a.py:3", "/home/adam/x.py:1", "C:\\app\\a.js:3:4", "other.go:2"]
        );
    }

    #[test]
    fn prefers_a_file_of_the_users_own() {
        let roots = Roots::new(&[]);
        let places = ["/rustc/1/a.rs:1", "node_modules/x.js:2", "src/a.js:3"].map(|text| roots.place(text).unwrap());
        assert_eq!(roots.best(places).unwrap().to_string(), "src/a.js:3");
    }

    #[test]
    fn takes_roots_off_the_paths_in_a_text() {
        let roots = Roots::new(&["/app"]);
        let text = "/app/a.js: from file:///app/b.mjs, not /srv/app/c, /app.d or /app";
        assert_eq!(roots.relative_text(text), "a.js: from b.mjs, not /srv/app/c, /app.d or /app");
    }

    #[test]
    fn finds_no_place_in_words() {
        let roots = Roots::new(&[]);
        for text in ["", ":", ":3", "a:b", "a:", "a:99999999999", "a:-3"] {
            assert_eq!(roots.place(text), None);
        }
    }
}
