package claims

import "strings"

// label returns what a place of an answer stands under: the label its span opens with,
// as in "**Inflation**: the rate at which …", or the heading above it, without markup.
func (d *digest) label(c *clause) string {
	const longest = 60
	span := d.spans[c.span]
	if before, _, ok := strings.Cut(span.Text(d.text), ":"); ok && span.Kind == Item && len(before) <= longest && c.Start > span.Start+len(before) {
		if text := plain(before); wordy(text) {
			return text
		}
	}
	heading := ""
	for _, h := range d.headings {
		if h.Start > span.Start {
			break
		}
		heading = plain(h.Text(d.text))
	}
	return heading
}

// plain strips the marks of Markdown around a line.
func plain(text string) string { return strings.Trim(text, "#*_` :|\t") }
