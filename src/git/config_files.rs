//! Git's configuration read from its files, without a child: only where every part of it is plain, so that
//! git is sure to say the same; else the caller asks git.

use std::env;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::config::Settings;

/// Says what a file sets; `None` when only git itself can tell.
pub(super) fn plain_file(file: &Path) -> Option<Settings> {
    let mut settings = Settings::new();
    add_plain(&mut settings, &plain_text(file)?)?;
    Some(settings)
}

/// What files set, and what else may be set by one of which only git itself knows whether it reads it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PlainSettings {
    pub(super) certain: Settings,
    pub(super) doubtful: Settings,
}

/// The file with the settings of the machine.
enum SystemFile {
    None,
    Certain(PathBuf),
    Doubtful(PathBuf),
}

/// Says git's settings for a repository, of whose own file they may be known; `None` when only git itself can tell.
pub(super) fn plain_settings(common_dir: &Path, own: Option<&Settings>) -> Option<PlainSettings> {
    // Where other builds of git look for the machine's settings is known to them alone.
    let is_adding = |name: &str| env::var_os(name).is_some();
    if !cfg!(target_os = "linux") || is_adding("GIT_CONFIG_COUNT") || is_adding("GIT_CONFIG_PARAMETERS") {
        return None;
    }
    let mut certain = match own {
        Some(own) => own.clone(),
        None => plain_file(&common_dir.join("config"))?,
    };
    let mut below = |file: &Path| {
        let mut settings = plain_file(file)?;
        settings.extend(std::mem::take(&mut certain));
        certain = settings;
        Some(())
    };
    for file in user_files()?.iter().rev() {
        below(file)?;
    }
    let mut doubtful = Settings::new();
    match system_file()? {
        SystemFile::None => {}
        SystemFile::Certain(file) => below(&file)?,
        SystemFile::Doubtful(file) => doubtful = plain_file(&file)?,
    }
    doubtful.retain(|key, _| !certain.contains_key(key));
    Some(PlainSettings { certain, doubtful })
}

/// Says which file holds the machine's settings; `None` when that may be any.
fn system_file() -> Option<SystemFile> {
    match env::var("GIT_CONFIG_NOSYSTEM") {
        Err(env::VarError::NotPresent) => {}
        Ok(value) if ["1", "true"].contains(&value.as_str()) => return Some(SystemFile::None),
        _ => return None,
    }
    if let Some(file) = env::var_os("GIT_CONFIG_SYSTEM") {
        return absolute(file.into()).map(SystemFile::Certain);
    }
    let path = env::var_os("PATH")?;
    let program = env::split_paths(&path).map(|folder| folder.join("git")).find(|program| program.exists())?;
    let prefix = fs_err::canonicalize(program).ok()?.parent()?.strip_prefix("/usr").ok()?.to_owned();
    let (machine, local) = (PathBuf::from("/etc/gitconfig"), PathBuf::from("/usr/local/etc/gitconfig"));
    // Packages are built for /etc; what was installed by hand looks below its prefix, or in /etc.
    match prefix.to_str()? {
        // To a hook git puts the folder of its own programs before all others.
        "bin" | "lib/git-core" | "libexec/git-core" if !Path::new("/usr/etc/gitconfig").exists() => {
            Some(SystemFile::Certain(machine))
        }
        "local/bin" | "local/lib/git-core" | "local/libexec/git-core" => match (machine.exists(), local.exists()) {
            (false, false) => Some(SystemFile::None),
            (true, false) => Some(SystemFile::Doubtful(machine)),
            (false, true) => Some(SystemFile::Doubtful(local)),
            (true, true) => None,
        },
        _ => None,
    }
}

/// Says which files hold the user's settings, first those that the others override; `None` in doubt.
fn user_files() -> Option<Vec<PathBuf>> {
    if let Some(file) = env::var_os("GIT_CONFIG_GLOBAL") {
        return absolute(file.into()).map(|file| vec![file]);
    }
    let home = absolute(env::var_os("HOME")?.into())?;
    let folder = match env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty()) {
        Some(folder) => absolute(folder.into())?,
        None => home.join(".config"),
    };
    Some(vec![folder.join("git/config"), home.join(".gitconfig")])
}

fn absolute(path: PathBuf) -> Option<PathBuf> {
    path.is_absolute().then_some(path)
}

/// Reads a regular file; one that is missing is empty.
fn plain_text(file: &Path) -> Option<String> {
    match fs_err::metadata(file) {
        Ok(metadata) if metadata.is_file() => fs_err::read_to_string(file).ok(),
        Ok(_) => (file == Path::new("/dev/null")).then(String::new),
        Err(error) => (error.kind() == ErrorKind::NotFound).then(String::new),
    }
}

/// Adds what a file sets; `None` when something in it is not plain.
fn add_plain(settings: &mut Settings, text: &str) -> Option<()> {
    // Versions of git do not agree on what stands before and between the lines.
    if text.starts_with('\u{feff}') || text.contains(['\r', '\0']) {
        return None;
    }
    let mut section = None;
    for line in text.split('\n').map(|line| line.trim_matches([' ', '\t'])) {
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(header) = line.strip_prefix('[') {
            section = Some(plain_section(header)?);
            continue;
        }
        let (name, value) = match line.split_once('=') {
            Some((name, value)) => (name.trim_end_matches([' ', '\t']), Some(plain_value(value)?)),
            None => (line, None),
        };
        if !name.starts_with(|first: char| first.is_ascii_alphabetic()) || !is_name(name) {
            return None;
        }
        let key = format!("{}.{}", section.as_ref()?, name.to_ascii_lowercase());
        if key == "extensions.worktreeconfig" {
            return None;
        }
        settings.insert(key, value);
    }
    Some(())
}

/// Reads `section]` or `section "part"]`; other files come in by sections that are not plain.
fn plain_section(header: &str) -> Option<String> {
    let header = header.strip_suffix(']')?;
    let (name, part) = match header.split_once(' ') {
        Some((name, part)) => (name, Some(part.strip_prefix('"')?.strip_suffix('"')?)),
        None => (header, None),
    };
    let name = name.to_ascii_lowercase();
    if !is_name(&name) || ["include", "includeif"].contains(&name.as_str()) {
        return None;
    }
    match part {
        Some(part) if part.contains(['"', '\\']) => None,
        Some(part) => Some(format!("{name}.{part}")),
        None => Some(name),
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
}

/// Reads what stands after the equals sign: words, quotes, escapes and a comment, all on this line.
fn plain_value(text: &str) -> Option<String> {
    let mut value = String::new();
    let mut is_quoted = false;
    // Blanks at the end do not count, but before a quote: there versions of git do not agree.
    let mut quoted = 0;
    let mut characters = text.trim_matches([' ', '\t']).chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                is_quoted = !is_quoted;
                quoted = value.len();
            }
            '\\' => value.push(match characters.next()? {
                escaped @ ('"' | '\\') => escaped,
                _ => return None,
            }),
            '#' | ';' if !is_quoted => break,
            '\t' => return None,
            _ => value.push(character),
        }
    }
    let trimmed = value.trim_end_matches(' ');
    if is_quoted || value.starts_with(' ') || trimmed.len() < quoted {
        return None;
    }
    Some(trimmed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::config::parsed;
    use super::super::program::Program;
    use super::*;

    /// What git says of a file; `None` when it refuses it.
    fn told_by_git(folder: &Path, text: &str) -> Option<Settings> {
        fs_err::write(folder.join("file"), text).unwrap();
        let arguments = ["config", "--file", "file", "--includes", "--list", "-z"];
        let listed = Program::in_directory(folder, &[], arguments).output().ok()?;
        Some(parsed(&String::from_utf8_lossy(&listed)))
    }

    #[track_caller]
    fn read(text: &str) -> Option<Settings> {
        let mut settings = Settings::new();
        add_plain(&mut settings, text).map(|()| settings)
    }

    #[test]
    fn reads_what_people_write_as_git_does() {
        let folder = tempfile::tempdir().unwrap();
        for text in [
            "",
            "[user]\n\tname = Ada Lovelace\n\temail = ada@example.org\n",
            "[USER]\nNaMe=Ada; who\n; a comment\n[core]\n\teditor = \"vim -u 'a b'\" # so\n",
            "[branch \"Main.x y\"]\n\tremote = origin\n\tmerge = refs/heads/Main\n[core]\n\tbare\n\tfsync =\n",
            "[alias]\n\tlg = \"!f() { git log \\\"$@\\\"; }; f\"\n[core]\n\tcommentChar = \";\"\n",
            "[user]\n\tname = Ada\n\tname = Zoë  von  Y\n[credential]\n\thelper =\n\thelper = \\\\srv\\\\x",
        ] {
            let plain = read(text);
            assert!(plain.is_some(), "{text}");
            assert_eq!(plain, told_by_git(folder.path(), text), "{text}");
        }
    }

    #[test]
    fn leaves_to_git_what_is_not_plain() {
        for text in [
            "[include]\n\tpath = other\n",
            "[includeIf \"gitdir:work/\"]\n\tpath = other\n",
            "[IncludeIf \"onbranch:main\"]\n\tpath = other\n",
            "[extensions]\n\tworktreeConfig = true\n",
            "\u{feff}[user]\n\tname = Ada\n",
            "[user]\r\n\tname = Ada\r\n",
            "[user]\n\tname = Ada \\\nLovelace\n",
            "[user]\n\tname = \"Ada \"\n",
            "[user]\n\tname = Ada\tLovelace\n",
            "[user] name = Ada\n",
            "[branch.Main]\n\tremote = origin\n",
            "[user]\n\tname = \"Ada\n",
            "[user]\n\tfull_name = Ada\n",
            "name = Ada\n",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn never_contradicts_git() {
        let folder = tempfile::tempdir().unwrap();
        let pieces = [
            "[user]\n",
            "[Core]\n",
            "[a \"B.c\"]\n",
            "[a \"\"]\n",
            "[a.b]\n",
            "[a]",
            "name",
            "Na-me",
            "0n",
            "=",
            " = ",
            " ",
            "  ",
            "\t",
            "\n",
            "\n",
            "\"",
            "\"",
            "\\",
            "\\\\",
            "\\\"",
            "\\n",
            "\\t",
            "#",
            ";",
            "x",
            "x y",
            "ü",
            "]",
            "[",
            "true",
            "\u{b}",
            "\u{a0}",
            "\u{1}",
        ];
        // A fixed sequence of numbers: the same files in every run.
        let mut state = 1_u64;
        let mut plain = 0;
        for _ in 0..1_000 {
            let mut text = String::from("[user]\n\tname = ");
            for _ in 0..8 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text += pieces[(state >> 33) as usize % pieces.len()];
            }
            let Some(settings) = read(&text) else {
                continue;
            };
            plain += 1;
            assert_eq!(Some(settings), told_by_git(folder.path(), &text), "{text:?}");
        }
        assert!(plain > 100, "only {plain} files were plain");
    }
}
