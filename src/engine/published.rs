//! Packages that would take the board along when they are published, and what keeps it out of them.

use std::path::Path;

/// What to add where, a line each.
pub fn published_with_board(root: &Path) -> Vec<String> {
    let read = |name: &str| fs_err::read_to_string(root.join(name)).unwrap_or_default();
    [cargo(&read("Cargo.toml")), npm(&read("package.json"), &read(".npmignore")), hatch(&read("pyproject.toml"))]
        .into_iter()
        .flatten()
        .collect()
}

fn cargo(manifest: &str) -> Option<String> {
    let has = |start: &str| manifest.lines().any(|line| line.trim_start().starts_with(start));
    let is_published = has("[package]") && !has("publish = false") && !has("include") && !manifest.contains(".mcp");
    is_published.then(|| {
        "`cargo publish` would take the board along: exclude = [\".mcp/\"] below [package] keeps it out".to_owned()
    })
}

fn npm(package: &str, ignored: &str) -> Option<String> {
    let package: serde_json::Value = serde_json::from_str(package).ok()?;
    let is_published = package["name"].is_string() && package["private"] != true && package.get("files").is_none();
    (is_published && !ignored.contains(".mcp")).then(|| {
        "`npm publish` would take the board along: name what belongs into the package under \"files\" in package.json, or .mcp/ in .npmignore"
            .to_owned()
    })
}

fn hatch(project: &str) -> Option<String> {
    (project.contains("hatchling") && !project.contains(".mcp")).then(|| {
        "the sdist that hatchling builds would take the board along: exclude = [\"/.mcp\"] below [tool.hatch.build] keeps it out"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_packages_that_take_it_along_are_told() {
        assert!(cargo("[package]\nname = \"x\"\n").is_some());
        for manifest in [
            "",
            "[workspace]\n",
            "[package]\npublish = false\n",
            "[package]\nexclude = [\".mcp/\"]\n",
            "[package]\ninclude = [\"src\"]\n",
        ] {
            assert_eq!(cargo(manifest), None, "{manifest}");
        }
        assert!(npm(r#"{"name":"x"}"#, "").is_some());
        for (package, ignored) in [
            ("", ""),
            (r#"{"name":"x","private":true}"#, ""),
            (r#"{"name":"x","files":["a"]}"#, ""),
            (r#"{"name":"x"}"#, ".mcp/\n"),
        ] {
            assert_eq!(npm(package, ignored), None, "{package}");
        }
        assert!(hatch("requires = [\"hatchling\"]\n").is_some());
        assert_eq!(hatch("requires = [\"setuptools\"]\n"), None);
    }
}
