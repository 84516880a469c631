//! The `%` notation of Apache's `LogFormat` and of `varnishncsa -F`, as variables.

/// A layout with a variable in place of each directive; those that no field comes from keep a name of their own.
pub(super) fn to_variables(layout: &str) -> String {
    let mut out = String::new();
    let mut rest = layout;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix('%') {
            out.push('%');
            rest = behind;
            continue;
        }
        // Conditions such as `%>s` and `%!200,304s` do not change what is logged.
        rest = rest.trim_start_matches(|letter: char| {
            matches!(letter, '<' | '>' | '!' | ',' | '^') || letter.is_ascii_digit()
        });
        let argument = rest.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let (argument, behind) = argument.map_or(("", rest), |(argument, behind)| (argument, behind));
        let mut letters = behind.chars();
        let Some(letter) = letters.next() else { break };
        rest = letters.as_str();
        out.push_str(&match variable(letter, argument) {
            name if letter == 't' && argument.is_empty() => format!("[${{{name}}}]"),
            name => format!("${{{name}}}"),
        });
    }
    // A path and its query string stand together, as `?x=1` or nothing.
    (out + rest).replace("${uri}${query_string}", "${request_uri}")
}

fn variable(letter: char, argument: &str) -> String {
    let name = match (letter, argument) {
        ('h' | 'a', _) => "remote_addr",
        ('l', _) => "remote_ident",
        ('u', _) => "remote_user",
        ('t', "") => "time_local",
        ('t', "sec" | "begin:sec" | "end:sec" | "%s") => "time_s",
        ('t', "msec" | "begin:msec" | "end:msec") => "time_ms",
        ('t', "usec" | "begin:usec" | "end:usec") => "time_us",
        ('t', _) => "time",
        ('r', _) => "request",
        ('s', _) => "status",
        ('b' | 'B', _) => "body_bytes_sent",
        ('O', _) => "bytes_sent",
        ('U', _) => "uri",
        ('q', _) => "query_string",
        ('m', _) => "request_method",
        ('v' | 'V', _) => "server_name",
        ('p', _) => "server_port",
        ('H', _) => "server_protocol",
        ('D', _) | ('T', "us") => "duration_us",
        ('T', "ms") => "duration_ms",
        ('T', _) => "duration_s",
        ('i', header) => return format!("http_{}", word(header)),
        ('o', header) => return format!("sent_http_{}", word(header)),
        ('x', what) => return word(what),
        (letter, "") => return format!("field_{letter}"),
        (letter, argument) => return format!("field_{letter}_{}", word(argument)),
    };
    name.to_owned()
}

/// A name as variables have them: `Varnish:hitmiss` is `varnish_hitmiss`.
fn word(name: &str) -> String {
    name.chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layouts_of_apache_and_varnish_become_variables() {
        for (layout, want) in [
            (
                r#"%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i" %D"#,
                r#"${server_name}:${server_port} ${remote_addr} ${remote_ident} ${remote_user} [${time_local}] "${request}" ${status} ${bytes_sent} "${http_referer}" "${http_user_agent}" ${duration_us}"#,
            ),
            (
                "%{Varnish:hitmiss}x %{Varnish:time_firstbyte}x %{X-Cache}o",
                "${varnish_hitmiss} ${varnish_time_firstbyte} ${sent_http_x_cache}",
            ),
            ("%{%Y-%m-%dT%H:%M:%S%z}t %U%q %{ms}T 100%%", "${time} ${request_uri} ${duration_ms} 100%"),
            ("%!200,304s %", "${status} "),
        ] {
            assert_eq!(to_variables(layout), want);
        }
    }
}
